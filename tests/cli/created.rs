//! What `create` makes compiles, once what says that it is not written yet is gone.

use std::fs;
use std::path::Path;

use uno_migrate::{Migrations, embed_migrations};

use crate::kit::Desk;

/// The Rust file is as `create` has made it, but for its two `compile_error!`.
static CREATED: Migrations = embed_migrations!("./tests/fixtures/created");

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/created");

/// A file without what is to be deleted, and without when it was made.
fn written(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.contains("compile_error!") && !line.starts_with("// Created at "));
    lines.map(str::to_owned).collect()
}

#[test]
fn a_migration_in_rust_compiles_once_it_is_written() {
    let ids: Vec<_> = CREATED.iter().map(|migration| migration.info().id.as_str()).collect();
    assert_eq!(ids, ["1616721123_users", "1616721125_fill_slugs"]);

    let desk = Desk::of("uno-migrate", None);
    fs::remove_dir_all(desk.path("migrations")).unwrap();
    desk.write(
        "migrations/1616721123_users.sql",
        &fs::read_to_string(format!("{DIRECTORY}/1616721123_users.sql")).unwrap(),
    );
    let words =
        ["create", "fill slugs", "--type", "rust", "--depends", "last", "--description", "Gives every user a slug"];
    let made = desk.command(words).output().unwrap();
    let path = String::from_utf8(made.stdout).unwrap();
    assert_eq!(written(&desk.path(path.trim())), written(&Path::new(DIRECTORY).join("1616721125_fill_slugs.rs")));
    let text = fs::read_to_string(desk.path(path.trim())).unwrap();
    assert_eq!(text.matches("compile_error!").count(), 2, "{text}");
}

/// The last one in plan order need not have the highest version; with a database it is the last one applied there.
#[test]
fn the_last_one_is_the_last_to_run() {
    let desk = Desk::new(None);
    desk.write(
        "migrations/auth/1616722000_late.sql",
        "-- Dependencies: 1616725789_create_posts_table\nSELECT 1;\n-- DOWN\nSELECT 2;\n",
    );
    let suggested = |line: &str| {
        let answered = desk.types(&format!("create tags --dry-run --format json {line}"));
        let document: serde_json::Value = serde_json::from_str(&answered.out).unwrap();
        assert_eq!(document["result"]["dry_run"], true, "{answered:?}");
        let made = document["result"]["files"][0]["text"].as_str().unwrap().to_owned();
        (document["result"]["suggestion"].clone(), made)
    };
    let (suggestion, _) = suggested("");
    assert_eq!(suggestion, "1616722000_late");
    let (suggestion, text) = suggested("--depends last");
    assert!(suggestion.is_null() && text.contains("-- Dependencies: 1616722000_late\n"), "{text}");
    assert_eq!(desk.types("migrate --database-url sqlite:app.db --steps 2").code, 0);
    let (suggestion, _) = suggested("--database-url sqlite:app.db");
    assert_eq!(suggestion, "1616721123_create_users_table");
    let (_, text) = suggested("--database-url sqlite:app.db --depends last");
    assert!(text.contains("-- Dependencies: 1616721123_create_users_table\n"), "{text}");
    // A database that has nothing yet has no last one: then it is the plan's.
    let (_, text) = suggested("--database-url sqlite:other.db --depends last");
    assert!(text.contains("-- Dependencies: 1616722000_late\n") && !desk.path("other.db").exists(), "{text}");
    let wrong = desk.types("create tags --depends last --database-url postgres://app@127.0.0.1:1/db");
    assert_eq!(wrong.code, 1, "{wrong:?}");
    assert_eq!(fs::read_dir(desk.path("migrations")).unwrap().count(), 3, "nothing was written");
}

#[test]
fn a_dry_run_shows_what_would_be_written() {
    let desk = Desk::of("empty", None);
    desk.write("Cargo.toml", "[package]\nname = \"a\"\n");
    let dry = desk.types("init --dry-run");
    assert_eq!(dry.code, 0, "{dry:?}");
    for part in [
        "_initial_schema.sql:\n",
        "build.rs:\n    fn main() {",
        ".gitattributes:\n    *.sql text eol=lf",
        "nothing was written",
    ] {
        assert!(dry.out.contains(part), "no {part:?} in {}", dry.out);
    }
    let document: serde_json::Value = serde_json::from_str(&desk.types("init --dry-run --format json").out).unwrap();
    assert_eq!(document["result"]["files"].as_array().map(Vec::len), Some(3), "{document}");
    let dry = desk.types("create users --dry-run");
    assert!(dry.code == 0 && dry.out.contains("-- Migration: Users"), "{dry:?}");
    assert_eq!(fs::read_dir(desk.path("")).unwrap().count(), 1, "something was written");
}
