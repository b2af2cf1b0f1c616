use std::fs;

use proc_macro2::TokenStream;

use super::*;

const UP: &str = "pub async fn up(ctx: &mut Context<'_>) -> Result<()> { body }";

/// What the attribute makes of an item, anywhere but in a file of the directory.
fn elsewhere(arguments: &str, item: &str) -> String {
    expanded(arguments, item, &Site { file: Some("src/billing.rs".into()), ..Site::default() })
}

fn expanded(arguments: &str, item: &str, site: &Site) -> String {
    let tokens = |text: &str| text.parse::<TokenStream>().unwrap();
    prettyplease::unparse(&syn::parse2(migration(tokens(arguments), tokens(item), site)).unwrap())
}

/// The messages alone.
fn mistakes(arguments: &str, item: &str) -> Vec<String> {
    let tokens = |text: &str| text.parse::<TokenStream>().unwrap();
    let site = Site { file: Some("src/billing.rs".into()), ..Site::default() };
    let file: syn::File = syn::parse2(migration(tokens(arguments), tokens(item), &site)).unwrap();
    let messages = file.items.into_iter().filter_map(|item| match item {
        syn::Item::Macro(call) => Some(call.mac.parse_body::<syn::LitStr>().unwrap().value()),
        _ => None,
    });
    messages.collect()
}

#[test]
fn a_function_elsewhere() {
    insta::assert_snapshot!(elsewhere(
        r#"id = "1_a", depends = ["2_b", "far:3_c"], tags = ["x"], down = undo::it, before = ready, transaction = false"#,
        "/// Fills the slugs.\n///\n///  Slowly.\n#[cfg(unix)] pub(crate) async fn fill(ctx: &mut Context<'_>) -> Result<()> { body }",
    ));
}

#[test]
fn a_struct() {
    insta::assert_snapshot!(elsewhere(
        r#"id = "1_a", name = "Roles", description = "Adds roles", version = "2.1", breaking = "drops `role`""#,
        "pub struct Roles;",
    ));
}

#[test]
fn a_file_of_the_directory_has_its_id_from_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("0001_a.rs");
    let site = Site { file: Some(file.clone()), ..Site::default() };
    fs::write(&file, "#[migration] pub async fn up() {} pub async fn down() {}").unwrap();
    insta::assert_snapshot!("in_directory", expanded("crate = my::runtime", UP, &site));
    // Whether it may do without a way down is for `embed_migrations!` to say.
    fs::write(&file, "#[migration] pub async fn up() {}").unwrap();
    assert!(expanded("", UP, &site).contains("down: ::core::option::Option::None"));
}

#[test]
fn mistakes_in_arguments() {
    let mut all = Vec::new();
    for arguments in [
        "",
        r#"id = "a""#,
        r#"id = "1_a", dependz = ["2_b"], id = "1_a", colour = 3"#,
        r#"id = "1_a", depends = "2_b""#,
        r#"id = "1_a", depends = ["b", "1_a", "2_b", "2_b"], tags = [""]"#,
        r#"id = "1_a" name = "a""#,
        r#"id = "1_a", transaction = "none", irreversible = "", before = "hook""#,
    ] {
        let arguments = match arguments.contains("irreversible") || arguments.is_empty() {
            true => arguments.to_owned(),
            false => format!("{arguments}, down = undo"),
        };
        all.push(format!("#[migration({arguments})]\n{}", mistakes(&arguments, UP).join("\n")));
    }
    all.push(mistakes(r#"id = "1_a", down = undo, irreversible = "why""#, UP).join("\n"));
    all.push(mistakes(r#"id = "1_a", down = undo"#, "struct A;").join("\n"));
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn mistakes_in_items() {
    let mut all = Vec::new();
    for item in [
        "fn up(ctx: &mut Context<'_>) -> Result<()> {}",
        "async fn up() -> Result<()> {}",
        "async fn up(&mut self) -> Result<()> {}",
        "async fn up(ctx: &Context<'_>) {}",
        "async unsafe fn up<T>(a: T, b: u8) -> Result<()> {}",
        "struct A { field: u8 }",
        "struct A<T>;",
        "enum A {}",
        "mod a {}",
    ] {
        all.push(format!("{item}\n{}", mistakes(r#"id = "1_a", irreversible = "why""#, item).join("\n")));
    }
    insta::assert_snapshot!(all.join("\n\n"));
}
