use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proc_macro2::TokenStream;
use tempfile::TempDir;
use uno_migrate_core::{Dependency, Index, MigrationId, Origin, Root, Unresolved, id_key};

use super::args::Args;
use super::expand::{Embedding, expand};
use super::model::{Item, Model, Module, Text};
use super::*;
use crate::site::SumWish;

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(quote::quote!(static SET: Migrations = #tokens;)).unwrap())
}

/// A package of those files.
fn package(files: &[(&str, &str)]) -> (TempDir, Site) {
    let package = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = package.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let site = Site {
        file: Some(package.path().join("src/main.rs")),
        line: 1,
        column: 1,
        package: Some(package.path().to_owned()),
        package_name: "app".to_owned(),
        sum: SumWish::None,
    };
    (package, site)
}

/// What the macro writes for a package, without the path of the package.
fn embedded(arguments: &str, files: &[(&str, &str)]) -> String {
    let (package, site) = package(files);
    let text = pretty(embed(arguments.parse().unwrap(), &site));
    text.replace(package.path().to_str().unwrap(), "<package>")
}

/// The messages alone.
fn mistakes(arguments: &str, files: &[(&str, &str)]) -> String {
    let (_package, site) = package(files);
    mistakes_at(&site, arguments)
}

fn mistakes_at(site: &Site, arguments: &str) -> String {
    let block: syn::ExprBlock = syn::parse2(embed(arguments.parse().unwrap(), site)).unwrap();
    let messages = block.block.stmts.iter().filter_map(|statement| match statement {
        syn::Stmt::Macro(call) => Some(call.mac.parse_body::<syn::LitStr>().unwrap().value()),
        _ => None,
    });
    messages.collect::<Vec<_>>().join("\n\n")
}

const SQL: &str = "CREATE TABLE a (id INTEGER);\n-- DOWN\nDROP TABLE a;\n";
const RUST: &str =
    "#[migration]\npub async fn up(ctx: &mut Context<'_>) -> Result<()> { Ok(()) }\npub async fn down() {}\n";

#[test]
fn what_files_say_is_read_by_the_compiler() {
    let dense = |files: &[(&str, &str)]| -> String {
        embedded(r#""./migrations", dialects = ["sqlite"]"#, files).split_whitespace().collect()
    };
    let second = "CREATE TABLE b (id INTEGER);\n-- DOWN\nDROP TABLE b;\n";
    let text = dense(&[("migrations/1_a.sql", SQL), ("migrations/ü/2_b.sql", second)]);
    let paths = r#"texts!("<package>/migrations/1_a.sql""<package>/migrations/ü/2_b.sql")"#;
    assert!(text.contains(paths), "{text}");
    let text = dense(&[("migrations/1_a.sql", &SQL.replace('\n', "\r\n"))]);
    assert!(text.contains(r#"include_bytes!("<package>/migrations/1_a.sql")"#), "{text}");
}

#[test]
fn every_part_of_the_expansion() {
    let mut errors = Errors::default();
    let arguments = r#""./migrations", rust = [crate::fill, far::Roles], include = [far::MIGRATIONS],
        dialects = ["sqlite"], hooks = { notify = crate::notify, "a-b" = other }, namespace = "app", crate = my::runtime"#;
    let args = Args::parse(arguments.parse().unwrap(), &mut errors);
    let model = Model {
        index: b"index".to_vec(),
        ids: b"ids".to_vec(),
        texts: vec![
            Text { path: "/app/migrations/1_a.sql".to_owned(), normalised: None },
            Text { path: "/app/migrations/2_b.sql".to_owned(), normalised: Some("SELECT 1;\n".to_owned()) },
        ],
        modules: vec![Module { name: "m3_c".to_owned(), path: "../migrations/3_c.rs".to_owned() }],
        coded: vec![Item { module: 0, name: "up".to_owned(), shown: "migrations/3_c.rs".to_owned() }],
        unresolved: vec![Unresolved {
            id: MigrationId::parse("2_b").unwrap(),
            on: Dependency::parse("far:1_a").unwrap(),
            origin: Some(Origin::file("migrations/2_b.sql")),
        }],
        sum: Some("/app/migrations/uno.sum".to_owned()),
    };
    let roots = [Root { path: "/app/migrations".into(), shown: "migrations".to_owned() }];
    let errors = errors.into_tokens();
    let tokens = expand(Embedding {
        args: &args,
        roots: &roots,
        model: &model,
        identity: 7,
        errors,
        warnings: TokenStream::new(),
    });
    insta::assert_snapshot!(pretty(tokens));
}

#[test]
fn a_set_is_in_plan_order_and_knows_its_ids() {
    let files = [
        ("migrations/1_b.sql", "-- Dependencies: 2_a\nCREATE TABLE b (id INTEGER);\n-- DOWN\nDROP TABLE b;\n"),
        ("migrations/auth/2_a.sql", SQL),
        ("migrations/3_c.rs", RUST),
    ];
    let (_package, site) = package(&files);
    let mut errors = Errors::default();
    let args = Args::parse(r#""migrations", dialects = ["sqlite"]"#.parse().unwrap(), &mut errors);
    let request = validate::validate(&args, &site, &mut errors);
    assert!(errors.is_empty());
    let (model, problems) = model::read(&request, &site);
    assert!(problems.is_empty(), "{problems}");
    let ids = model.ids.chunks(13).map(|place| {
        let (key, place) = place.split_first_chunk().unwrap();
        let from = u32::from_le_bytes([place[0], place[1], place[2], place[3]]) as usize;
        let id = str::from_utf8(&model.index[from..from + usize::from(place[4])]).unwrap();
        assert_eq!(id_key(id), u64::from_le_bytes(*key));
        id
    });
    assert_eq!(ids.collect::<BTreeSet<_>>(), BTreeSet::from(["2_a", "1_b", "3_c"]));
    assert_eq!(model.coded[0].shown, "migrations/3_c.rs");
    let texts: Vec<_> = model.texts.iter().map(|text| Path::new(&text.path).file_name().unwrap()).collect();
    assert_eq!(texts, ["2_a.sql", "1_b.sql"]);
    assert_eq!(Index::decode(&model.index, &["", ""]).unwrap().entries.len(), 3);
}

#[test]
fn mistakes_in_files_leave_an_empty_value_and_the_modules() {
    let text = embedded(
        r#""migrations", dialects = ["sqlite"]"#,
        &[("migrations/1_a.sql", "SELECT 'open"), ("migrations/2_b.rs", RUST), ("src/main.rs", "")],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn mistakes_in_arguments() {
    let files = [("migrations/1_a.sql", SQL)];
    let said: Vec<_> = [
        r#"dialects = ["sqlite"]"#,
        r#""migrations", dialects = ["sqlite"], rusty = [a]"#,
        r#""migrations", dialects = ["sqlite"], colour = [a], rust = [a], rust = [b]"#,
        r#""migrations", dialects = ["sqlite"] rust = [a]"#,
        r#""migrations", dialects = []"#,
        r#""migrations", dialects = ["sqlite", "pg", "sqlite"]"#,
        r#""migrations", dialects = ["sqlite"], missing_down = yes, namespace = """#,
        r#""migrations", dialects = ["sqlite"], namespace = "a\0", hooks = { a = b, a = c }"#,
        r#""migrations", dialects = ["sqlite"], rust = a, include = "b", hooks = { a = "b" }, missing_down = true"#,
        r#""", dialects = ["sqlite"]"#,
        r#"dialects = ["sqlite"], env!("DIR")"#,
    ]
    .map(|arguments| format!("embed_migrations!({arguments})\n{}", mistakes(arguments, &files)))
    .into();
    insta::assert_snapshot!(said.join("\n\n"));
}

#[test]
fn mistakes_in_rust_files() {
    let up = "#[migration]\npub async fn up(ctx: &mut Context<'_>) -> Result<()> { Ok(()) }\n";
    let said: Vec<_> = [
        "pub async fn up() {}".to_owned(),
        up.to_owned(),
        format!("{up}pub async fn down() {{}}\n#[migration] struct Second;"),
        "#[migration(id = \"2_b\")]\npub struct Roles;".to_owned(),
        "#[migration(irreversible = \"why\", depends = [\"2_b\", \"1_a\"])]\npub async fn up() {}".to_owned(),
        // These are the compiler's or the attribute's to say.
        "#[migration(dependz = [])]\npub struct Roles;".to_owned(),
        "#[migration]\npub async fn up( {}".to_owned(),
    ]
    .map(|text| {
        let said = mistakes(r#""migrations", dialects = ["sqlite"]"#, &[("migrations/1_a.rs", &text)]);
        format!("{text}\n---\n{said}")
    })
    .into();
    insta::assert_snapshot!(said.join("\n\n"));
}

#[test]
fn an_editor_that_knows_nothing_is_told_so() {
    let tokens = embed(r#""migrations", dialects = ["sqlite"]"#.parse().unwrap(), &Site::default());
    assert!(tokens.to_string().contains("the directory `migrations` does not exist"));
}

const SUM_SET: &str = r#""migrations", dialects = ["sqlite"]"#;

/// A package whose `uno.sum`, which was empty, was written by a build that was asked to.
fn summed(files: &[(&str, &str)]) -> (TempDir, Site) {
    let (package, site) = package(files);
    fs::write(package.path().join("migrations/uno.sum"), "").unwrap();
    assert!(mistakes_at(&site, SUM_SET).starts_with("`uno.sum` is empty"));
    let writing = Site { sum: SumWish::Write, ..site.clone() };
    assert_eq!(mistakes_at(&writing, SUM_SET), "");
    (package, site)
}

#[test]
fn a_sum_is_written_when_somebody_asks_and_then_enforced() {
    let coded = RUST.replace("#[migration]", "#[migration(checksum = \"revision 1\")]");
    let files = [("migrations/1_a.sql", SQL), ("migrations/2_b.rs", RUST), ("migrations/3_c.rs", &coded)];
    let (folder, site) = package(&files);
    let path = folder.path().join("migrations/uno.sum");
    assert_eq!(mistakes_at(&Site { sum: SumWish::Write, ..site }, SUM_SET), "");
    assert!(!path.exists(), "other sets of the package may want none");

    let (folder, site) = summed(&files);
    let path = folder.path().join("migrations/uno.sum");
    let written = fs::read_to_string(&path).unwrap();
    insta::assert_snapshot!(written);
    assert_eq!(mistakes_at(&site, SUM_SET), "");

    // The binary says the same.
    let args = Args::parse(SUM_SET.parse().unwrap(), &mut Errors::default());
    let request = validate::validate(&args, &site, &mut Errors::default());
    let (model, _) = model::read(&request, &site);
    let text: &'static str = SQL;
    assert_eq!(Index::decode(&model.index, &[text]).unwrap().sum().to_string(), written);
    assert_eq!(model.sum.as_deref(), path.to_str());

    fs::write(folder.path().join("migrations/1_a.sql"), SQL.replace("(id", "(no")).unwrap();
    fs::write(folder.path().join("migrations/3_c.rs"), RUST).unwrap();
    fs::write(folder.path().join("migrations/4_d.rs"), RUST).unwrap();
    insta::assert_snapshot!(mistakes_at(&site, SUM_SET));
    let writing = Site { sum: SumWish::Write, ..site.clone() };
    assert_eq!(mistakes_at(&writing, SUM_SET), "");
    assert_eq!(mistakes_at(&site, SUM_SET), "");
}

/// A `.rs` file that cannot be read is the compiler's to report: it is not gone.
#[test]
fn a_file_with_a_mistake_is_not_taken_for_removed() {
    let (package, site) = summed(&[("migrations/1_a.sql", SQL), ("migrations/2_b.rs", RUST)]);
    fs::write(package.path().join("migrations/2_b.rs"), "#[migration]\npub async fn up( {}").unwrap();
    assert_eq!(mistakes_at(&site, SUM_SET), "");
}

#[test]
fn a_set_with_mistakes_writes_nothing() {
    let (package, site) = summed(&[("migrations/1_a.sql", SQL)]);
    let before = fs::read(package.path().join("migrations/uno.sum")).unwrap();
    fs::write(package.path().join("migrations/2_b.sql"), "SELECT 1").unwrap();
    let writing = Site { sum: SumWish::Write, ..site };
    assert!(mistakes_at(&writing, SUM_SET).contains("-- DOWN"));
    assert_eq!(fs::read(package.path().join("migrations/uno.sum")).unwrap(), before);
}

#[test]
fn what_the_environment_may_say_of_a_sum() {
    let (package, site) = summed(&[("migrations/1_a.sql", SQL)]);
    fs::write(package.path().join("migrations/2_b.sql"), SQL).unwrap();
    let before = fs::read(package.path().join("migrations/uno.sum")).unwrap();
    let said = [SumWish::WriteElsewhere, SumWish::Unknown("yes".to_owned())]
        .map(|sum| mistakes_at(&Site { sum, ..site.clone() }, SUM_SET));
    insta::assert_snapshot!(said.join("\n\n"));
    assert_eq!(fs::read(package.path().join("migrations/uno.sum")).unwrap(), before);
}
