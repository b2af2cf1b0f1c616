use std::fs;
use std::path::{Path, PathBuf};

use chrono::DateTime;
use uno_migrate_core::{Checks, Found, Language, Options, Root, load};

use super::*;
use crate::Dialect;
use crate::cli::files::Files;

fn make(order: &Create<'_>) -> Result<Created, Refusal> {
    create(order, &mut Files::default())
}

struct Place {
    directory: tempfile::TempDir,
    paths: Vec<PathBuf>,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let paths = vec![directory.path().join("migrations")];
        Self { directory, paths }
    }

    fn order<'a>(&'a self, name: &'a str) -> Create<'a> {
        Create {
            name,
            language: Language::Sql,
            directories: &self.paths,
            template: None,
            description: None,
            depends: Depends::Nothing,
            dialects: &[],
            taken: &[],
            last: None,
            now: DateTime::from_timestamp(1_616_721_123, 0).unwrap(),
        }
    }

    fn text(&self, below: &str) -> String {
        fs::read_to_string(self.paths[0].join(below)).unwrap()
    }

    /// What keeps the directory from being a set.
    fn problems(&self) -> String {
        let root = Root { path: self.paths[0].clone(), shown: "migrations".to_owned() };
        let options = Options {
            dialects: Dialect::ALL.to_vec(),
            checks: Some(Checks::default()),
            namespace: "default".to_owned(),
            ..Options::default()
        };
        load(Found::read(&[root]), Vec::new(), &options).err().map(|found| found.to_string()).unwrap_or_default()
    }
}

#[test]
fn a_fresh_sql_file_is_an_error_until_both_halves_are_written() {
    let place = Place::new();
    let order = Create { description: Some("Users\nand more"), ..place.order("add users table") };
    let created = make(&order).unwrap();
    assert_eq!(created.id.as_str(), "1616721123_add_users_table");
    assert_eq!(created.paths, [place.paths[0].join("1616721123_add_users_table.sql")]);
    assert_eq!(created.suggestion, None);
    let text = place.text("1616721123_add_users_table.sql");
    insta::assert_snapshot!(text, @r"
    -- Migration: Add users table
    -- Description: Users and more
    -- Created at: 2021-03-26T01:12:03Z

    -- The SQL of this change goes here. As long as there is none the file is an error, so that nobody deploys it empty.

    -- DOWN

    -- The SQL that takes it back goes here. If nothing can, delete this half and say at the top why it is `Irreversible`.
    ");

    let problems = place.problems();
    assert_eq!(problems.matches("section is empty\n").count(), 2, "{problems}");
    assert_eq!(problems.matches(" --> ").count(), 2, "{problems}");

    let (up, down) = text.split_once("-- DOWN\n").unwrap();
    let written = format!("{up}CREATE TABLE users (id BIGINT);\n-- DOWN\n{down}DROP TABLE users;\n");
    fs::write(&created.paths[0], written).unwrap();
    assert_eq!(place.problems(), "");
}

#[test]
fn ids_never_collide_and_the_last_one_is_suggested() {
    let place = Place::new();
    let first = make(&place.order("core/first")).unwrap();
    assert_eq!(first.paths, [place.paths[0].join("core/1616721123_first.sql")]);
    let second = make(&place.order("second")).unwrap();
    assert_eq!(second.id.as_str(), "1616721124_second");
    assert_eq!(second.suggestion, Some(first.id));

    let taken = [MigrationId::parse("1616721130_in_rust").unwrap()];
    let third = make(&Create { depends: Depends::Last, taken: &taken, ..place.order("third") }).unwrap();
    assert_eq!((third.id.as_str(), third.suggestion), ("1616721131_third", None));
    assert!(place.text("1616721131_third.sql").contains("\n-- Dependencies: 1616721130_in_rust\n"));
}

#[test]
fn a_dependency_has_to_exist() {
    let place = Place::new();
    make(&place.order("first")).unwrap();
    let ids = ["1616721123_frist".to_owned()];
    let refusal = make(&Create { depends: Depends::On(&ids), ..place.order("second") }).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "there is no migration `1616721123_frist` to depend on\n  help: did you mean `1616721123_first`?"
    );
    let ids = ["1616721123_first".to_owned(), "billing:1_a".to_owned()];
    make(&Create { depends: Depends::On(&ids), ..place.order("second") }).unwrap();
    assert!(place.text("1616721124_second.sql").contains("\n-- Dependencies: 1616721123_first, billing:1_a\n"));
}

#[test]
fn each_database_gets_its_file() {
    let place = Place::new();
    let dialects = [Dialect::Sqlite, Dialect::Postgres, Dialect::Sqlite];
    let created = make(&Create { dialects: &dialects, ..place.order("audit") }).unwrap();
    let names: Vec<_> = created.paths.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["1616721123_audit.postgres.sql", "1616721123_audit.sqlite.sql"]);
    let rust = Create { language: Language::Rust, dialects: &dialects, ..place.order("audit") };
    assert!(make(&rust).unwrap_err().message.contains("has no variants"));
}

#[test]
fn a_fresh_rust_file_does_not_compile_until_it_is_written() {
    let place = Place::new();
    make(&Create { language: Language::Rust, ..place.order("fill slugs") }).unwrap();
    let first = place.text("1616721123_fill_slugs.rs");
    assert!(first.contains("/// Fill slugs.\n#[migration(depends = [])]\npub async fn up"), "{first}");
    assert_eq!(first.matches("compile_error!").count(), 2);
    make(&Create { language: Language::Rust, depends: Depends::Last, ..place.order("more") }).unwrap();
    let second = place.text("1616721124_more.rs");
    assert!(second.contains("#[migration(depends = [\"1616721123_fill_slugs\"])]"), "{second}");
}

#[test]
fn a_template_of_ones_own() {
    let place = Place::new();
    let path = place.directory.path().join("template.sql");
    let with = |text: &str| {
        fs::write(&path, text).unwrap();
        make(&Create { template: Some(&path), ..place.order("add users") })
    };
    with("-- {{ name }} ({{id}}, {{created_at}})\n-- {{description}}\nSELECT 1; -- {{id}}\n").unwrap();
    assert_eq!(
        place.text("1616721123_add_users.sql"),
        "-- Add users (1616721123_add_users, 2021-03-26T01:12:03Z)\nSELECT 1; -- 1616721123_add_users\n"
    );
    let unknown = with("-- a\n-- {{nmae}}\n").unwrap_err();
    assert!(unknown.message.ends_with("template.sql`, line 2: there is no placeholder `{{nmae}}`"), "{unknown}");
    assert_eq!(unknown.help.as_deref(), Some("did you mean `{{name}}`?"));
    assert!(with("{{ name\n").unwrap_err().message.contains("has no `}}` behind it"));
    let missing = make(&Create { template: Some(Path::new("/nowhere")), ..place.order("add users") });
    assert!(missing.unwrap_err().message.starts_with("cannot read the template `/nowhere`: "));
}

#[test]
fn the_last_one_is_whoever_is_said_to_be() {
    let place = Place::new();
    let first = make(&place.order("first")).unwrap();
    make(&place.order("second")).unwrap();
    let order = Create { last: Some(first.id.clone()), ..place.order("third") };
    assert_eq!(make(&order).unwrap().suggestion, Some(first.id));
    make(&Create { depends: Depends::Last, ..order }).unwrap();
    assert!(place.text("1616721126_third.sql").contains("\n-- Dependencies: 1616721123_first\n"));
}

#[test]
fn a_sum_that_is_there_knows_what_is_new() {
    let place = Place::new();
    assert_eq!(make(&place.order("first")).unwrap().sum, None);
    let path = place.paths[0].join("uno.sum");
    let root = Root::new(&place.paths[0]);
    let empty = uno_migrate_core::Sum { dialects: vec![Dialect::Sqlite], lines: Vec::new() };
    uno_migrate_core::write_sum(&root, &empty.to_string()).unwrap();
    let template = place.directory.path().join("template.sql");
    fs::write(&template, "CREATE TABLE a (id INTEGER);\n-- DOWN\nDROP TABLE a;\n").unwrap();
    let created = make(&Create { template: Some(&template), ..place.order("whole") }).unwrap();
    assert_eq!(created.sum, Some(Ok(path.clone())));
    make(&place.order("empty")).unwrap();
    make(&Create { language: Language::Rust, ..place.order("coded") }).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().skip(3).map(|line| line.split(' ').skip(1).collect()).collect();
    assert_eq!(
        lines.iter().map(|line| line[0]).collect::<Vec<_>>(),
        ["1616721124_whole", "1616721125_empty", "1616721126_coded"]
    );
    assert!(lines[0][1] != lines[1][1] && lines[2][1] == "-", "{text}");

    // Nothing is written on a dry run.
    let mut files = Files::new(true);
    let dry = create(&place.order("dry"), &mut files).unwrap();
    assert!(!dry.paths[0].exists() && fs::read_to_string(&path).unwrap() == text);
    assert_eq!(files.unwritten().map(|files| files.len()), Some(2));

    fs::write(&path, text.replacen("_whole", "_hole", 1)).unwrap();
    let left = make(&place.order("left")).unwrap();
    assert!(matches!(&left.sum, Some(Err(why)) if why.contains("by hand")), "{left:?}");
}
