//! From files to a proven set.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use uno_migrate_core::{
    Coded, Dialect, Down, Entry, Found, Info, Loaded, MigrationId, Options, Origin, Problems, SqlMigration, load,
};

const UP_AND_DOWN: &str = "CREATE TABLE a (id int);\n-- DOWN\nDROP TABLE a;\n";

fn all_dialects() -> Options {
    Options { dialects: Dialect::ALL.to_vec(), ..Options::default() }
}

fn loaded(files: &[(&str, &str)], options: &Options) -> Loaded {
    load(Found::texts(files.iter().copied()), Vec::new(), options).unwrap()
}

fn one(text: &str) -> SqlMigration {
    match loaded(&[("0001_add_users.sql", text)], &Options { open: true, ..all_dialects() }).entries.remove(0) {
        Entry::Sql(migration) => migration,
        Entry::Coded(_) => unreachable!(),
    }
}

fn coded(id: &str, depends: &[&str]) -> Coded {
    let mut info = Info::new(MigrationId::parse(id).unwrap());
    info.depends = depends.iter().map(|on| uno_migrate_core::Dependency::parse(on).unwrap()).collect();
    Coded {
        info,
        origin: Origin::file(format!("migrations/{id}.rs")),
        depends_at: Vec::new(),
        hooks_at: Vec::new(),
        checksum: None,
    }
}

fn messages(problems: Problems) -> Vec<String> {
    problems.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn a_header_describes_its_migration() {
    let migration = one("-- Migration: Add users\n\
         -- Author: somebody\n\
         -- Description: all of them\n\
         -- Dependencies:\tother:0001_a ,other:0002_b\n\
         -- Tags: schema,  auth\n\
         -- Version: 2.1\n\
         -- Created at: 2024-01-31\n\
         -- BeforeApply: notify\n\
         -- AfterApply: notify, warm_up\n\
         -- Breaking: the old column is gone\n\
         SELECT 1;\n-- DOWN\nSELECT 2;\n");
    insta::assert_debug_snapshot!(migration.info);
}

#[test]
fn a_header_may_say_nothing() {
    let migration = one(UP_AND_DOWN);
    assert_eq!(migration.info, Info::new(MigrationId::parse("0001_add_users").unwrap()));
    assert_eq!(migration.info.name, "add users");
    assert_eq!(migration.scripts.iter().map(|script| script.dialect).collect::<Vec<_>>(), Dialect::ALL);
    assert!(migration.scripts.iter().all(|script| script.file == 0));
}

#[test]
fn the_down_section_inherits_each_setting() {
    let migration = one("-- Transaction: none\n-- LockTimeout: 5s\n-- Allow: unused-allow it is small\n\
         SELECT 1;\n-- DOWN\n-- LockTimeout: none\n-- StatementTimeout: 2min\nSELECT 2;\n");
    let script = migration.script(Dialect::Sqlite).unwrap();
    insta::assert_debug_snapshot!((&script.up, &script.down));
}

#[test]
fn missing_downs_are_missing_where_they_are_allowed() {
    let options = Options { missing_down: true, ..all_dialects() };
    let down = |text| match &loaded(&[("0001_a.sql", text)], &options).entries[0] {
        Entry::Sql(migration) => migration.scripts[0].down.clone(),
        Entry::Coded(_) => unreachable!(),
    };
    assert_eq!(down("SELECT 1"), Down::Missing);
    assert_eq!(down("-- Irreversible: gone\nSELECT 1"), Down::Irreversible("gone".to_owned()));
}

#[test]
fn each_dialect_takes_its_variant_or_the_fallback() {
    let files = [
        ("0001_a.sql", "-- Tags: a\nSELECT 1;\n-- DOWN\nSELECT 2;"),
        ("0001_a.postgres.sql", "-- Description: b\nSELECT 1;\n-- DOWN\nSELECT 2;"),
    ];
    let Entry::Sql(migration) = loaded(&files, &all_dialects()).entries.remove(0) else { unreachable!() };
    assert_eq!(
        (migration.info.tags.as_slice(), migration.info.description.as_deref()),
        (&["a".to_owned()][..], Some("b"))
    );
    let files_of: Vec<_> = migration.scripts.iter().map(|script| migration.file(script).path.as_str()).collect();
    assert_eq!(files_of, ["0001_a.postgres.sql", "0001_a.sql", "0001_a.sql"]);

    // A file that no dialect of the set runs is not part of it, but what its header says is.
    let options = Options { dialects: vec![Dialect::Postgres], ..Options::default() };
    let Entry::Sql(migration) = loaded(&files, &options).entries.remove(0) else { unreachable!() };
    assert_eq!(migration.info.tags, ["a"]);
    assert_eq!(migration.files.len(), 1);
    assert_eq!(migration.scripts[0].file, 0);
}

#[test]
fn sql_and_rust_are_one_graph() {
    let found = Found::texts([("0001_a.sql", format!("-- Dependencies: 0009_z\n{UP_AND_DOWN}"))]);
    let rust = vec![coded("0010_y", &["0001_a"]), coded("0009_z", &[])];
    let loaded = load(found, rust, &all_dialects()).unwrap();
    assert_eq!(loaded.entries[0], Entry::Coded(1));
    assert!(matches!(&loaded.entries[1], Entry::Sql(migration) if migration.info.id.as_str() == "0001_a"));
    assert_eq!(loaded.entries[2], Entry::Coded(0));

    let found = Found::texts([("migrations/0001_a.sql", UP_AND_DOWN)]);
    let problems = load(found, vec![coded("0001_a", &["0001_b"])], &all_dialects()).unwrap_err();
    assert_eq!(
        messages(problems),
        ["there are two migrations `0001_a`", "migration `0001_a` depends on `0001_b`, which does not exist"]
    );
}

#[test]
fn an_open_set_returns_what_leads_out_of_it() {
    let found = Found::texts([("0001_a.sql", format!("-- Dependencies: 0009_z, billing:1_b\n{UP_AND_DOWN}"))]);
    let loaded = load(found, Vec::new(), &Options { open: true, ..all_dialects() }).unwrap();
    let unresolved: Vec<_> = loaded.unresolved.iter().map(|one| format!("{} {}", one.id, one.on)).collect();
    assert_eq!(unresolved, ["0001_a 0009_z", "0001_a billing:1_b"]);
    assert!(loaded.unresolved.iter().all(|one| one.origin.is_some()));
}

#[test]
fn the_own_namespace_may_be_written() {
    let options = Options { namespace: "billing".to_owned(), ..all_dialects() };
    let files =
        [("0001_a.sql", format!("-- Dependencies: billing:0002_b\n{UP_AND_DOWN}")), ("0002_b.sql", UP_AND_DOWN.into())];
    let loaded = load(Found::texts(files), Vec::new(), &options).unwrap();
    assert_eq!(loaded.entries.len(), 2);
    assert!(matches!(&loaded.entries[0], Entry::Sql(migration) if migration.info.id.as_str() == "0002_b"));
}

#[test]
fn what_cannot_be_read_is_no_missing_dependency() {
    let found = Found::texts([
        ("0001_rust.rs", "pub fn up() {}".to_owned()),
        ("0002-dash.sql", UP_AND_DOWN.to_owned()),
        ("0003_c.sql", format!("-- Dependencies: 0001_rust, 0002_dash\n{UP_AND_DOWN}")),
    ]);
    assert_eq!(
        messages(load(found, Vec::new(), &all_dialects()).unwrap_err()),
        ["the file name `0002-dash.sql` does not fit"]
    );
}

/// Lines from which nearly valid files are made.
fn line() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "-- DOWN",
        "-- UP",
        "-- down",
        "-- Dependencies: 0001_a, 2_b",
        "-- Tags: ,",
        "-- Transaction: none",
        "-- Nothing: no",
        "-- Irreversible: no",
        "-- Depends on: 0001_a",
        "-- LockTimeout: 99999999999999999999s",
        "-- Allow: a b",
        "--:",
        "-- ü:ü",
        "SELECT 'it''s';",
        "SELECT $$a;b$$",
        "BEGIN;",
        "DELIMITER //",
        "/* a",
        "'",
        "",
        "\r",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    let lines = prop::collection::vec(line(), 0..8).prop_map(|lines| lines.join("\n").into_bytes());
    prop_oneof![4 => lines, 1 => any::<Vec<u8>>()]
}

fn file_name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "(a/)?V?[0-9]{1,3}_{1,2}[ab]{1,2}(\\.(postgres|mysql|sqlite|pg|up))?\\.(sql|rs)",
        1 => any::<String>(),
    ]
}

proptest! {
    #[test]
    fn no_set_of_files_panics(
        files in prop::collection::vec((file_name(), text()), 0..6),
        dialects in prop::sample::subsequence(Dialect::ALL.to_vec(), 0..=3),
        missing_down: bool,
        open: bool,
    ) {
        let options = Options { dialects, missing_down, open, hooks: Some(Vec::new()), ..Options::default() };
        if let Err(problems) = load(Found::texts(files), Vec::new(), &options) {
            prop_assert!(!problems.is_empty());
            prop_assert!(!problems.to_string().is_empty());
        }
    }
}
