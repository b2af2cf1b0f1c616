//! What is wrong, as its author reads it. These texts are the product: look at the snapshots, not only at the colour.

use uno_migrate_core::{Dialect, Found, Options, load};

/// The problems of a set of files as they are shown.
fn problems(files: &[(&str, &str)], options: &Options) -> String {
    match load(Found::texts(files.iter().copied()), Vec::new(), options) {
        Ok(_) => "no problems".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

fn postgres(files: &[(&str, &str)]) -> String {
    problems(files, &Options { dialects: vec![Dialect::Postgres], ..Options::default() })
}

/// One file that is read as PostgreSQL.
fn file(text: &str) -> String {
    postgres(&[("migrations/0001_users.sql", text)])
}

const UP_AND_DOWN: &str = "CREATE TABLE a (id int);\n-- DOWN\nDROP TABLE a;\n";

fn depends(on: &str) -> String {
    format!("-- Migration: something\n-- Dependencies: {on}\n{UP_AND_DOWN}")
}

#[test]
fn names() {
    insta::assert_snapshot!(postgres(&[
        ("migrations/create_users.sql", UP_AND_DOWN),
        ("migrations/0002-roles.sql", UP_AND_DOWN),
        ("migrations/0003_roles.sql", &depends("0002_roles")),
        ("migrations/notes.txt", ""),
    ]));
}

#[test]
fn duplicate_ids() {
    insta::assert_snapshot!(postgres(&[
        ("migrations/a/0001_users.sql", UP_AND_DOWN),
        ("migrations/b/0001_users.sql", UP_AND_DOWN),
        ("migrations/b/V0001__users.sql", UP_AND_DOWN),
    ]));
}

#[test]
fn ids_that_differ_in_case_and_shared_versions() {
    insta::assert_snapshot!(postgres(&[
        ("migrations/0001_users.sql", UP_AND_DOWN),
        ("migrations/0001_Users.sql", UP_AND_DOWN),
        ("migrations/0002_a.sql", UP_AND_DOWN),
        ("migrations/002_b.sql", UP_AND_DOWN),
        ("migrations/0003_a.sql", UP_AND_DOWN),
        ("migrations/0003_c.sql", &depends("0004_b")),
        ("migrations/0004_b.sql", &depends("0003_a")),
    ]));
}

#[test]
fn unknown_dependencies() {
    insta::assert_snapshot!(postgres(&[
        ("migrations/0001_create_users.sql", UP_AND_DOWN),
        ("migrations/0002_roles.sql", &depends("0001_users")),
        ("migrations/0003_roles.sql", &depends("0001_create_users, 0009_create_users")),
        ("migrations/0004_roles.sql", &depends("1616721123_create_everything")),
        ("migrations/0005_roles.sql", &depends("billing:0001_accounts")),
        ("migrations/0006_roles.sql", &depends("0001_create_users.sql")),
        ("migrations/0007_roles.sql", &depends("nothing")),
        ("migrations/0008_roles.sql", &depends("0001_create_users,")),
        ("migrations/0009_roles.sql", &depends("0008_roles 0007_roles")),
    ]));
}

#[test]
fn cycles() {
    insta::assert_snapshot!(postgres(&[
        ("migrations/0001_a.sql", &depends("0003_c")),
        ("migrations/0002_b.sql", &depends("0001_a")),
        ("migrations/0003_c.sql", &depends("0002_b")),
        ("migrations/0004_d.sql", &depends("0003_c, 0004_d")),
        ("migrations/0005_e.sql", &depends("0004_d, 0006_f")),
        ("migrations/0006_f.sql", &depends("0005_e")),
    ]));
}

#[test]
fn sections() {
    let said = [
        "CREATE TABLE a (id int);\n",
        "-- DOWN\nDROP TABLE a;\n",
        "CREATE TABLE a (id int);\n-- DOWN\n-- to be written\n",
        "",
        "-- Nothing: it is only a marker\nSELECT 1;\n-- DOWN\nSELECT 2;\n",
        "SELECT 1;\n-- DOWN\n-- Nothing: no\nSELECT 2;\n",
        "-- Irreversible: the data is gone\nDROP TABLE a;\n-- DOWN\nCREATE TABLE a (id int);\n",
        "-- Irreversible:\nDROP TABLE a;\n",
        "SELECT 1;\n-- DOWN\n-- Dependencies: 0001_a\n-- Transaction: none\nSELECT 2;\n",
    ];
    insta::assert_snapshot!(said.map(file).join("\n----\n"));
}

#[test]
fn sections_that_are_fine() {
    for text in [
        UP_AND_DOWN,
        "-- UP\nSELECT 1\n-- DOWN\nSELECT 2",
        "-- Irreversible: the data is gone\nDROP TABLE a;\n",
        "-- Nothing: a marker\n-- DOWN\n-- Nothing: a marker",
        "SELECT 1;\n-- DOWN\n-- Nothing: the data stays\n",
        "-- Transaction: none\nBEGIN; SELECT 1; COMMIT;\n-- DOWN\nBEGIN; SELECT 1; COMMIT;",
        "-- Dependencies: none\nSELECT 1;\n-- DOWN\nSELECT 2;",
        "-- dependencies: None\nSELECT 1;\n-- DOWN\nSELECT 2;",
        "\u{FEFF}-- Tags: a\r\nSELECT 1;\r\n-- DOWN\r\nSELECT 2;\r\n",
    ] {
        assert_eq!(file(text), "no problems", "{text:?}");
    }
}

#[test]
fn directives() {
    insta::assert_snapshot!(file(
        "-- Dependancies: 0000_first\n\
         -- Tags: a, b\n\
         -- tags: c\n\
         -- Description:\n\
         -- Transaction: no\n\
         -- ForeignKeys: on\n\
         -- LockTimeout: 5 minutes\n\
         -- StatementTimeout: 10\n\
         -- Allow: drop-column\n\
         -- BeforeApply: two words, fine\n\
         SELECT 1;\n-- DOWN\nSELECT 2;\n",
    ));
}

#[test]
fn a_slip_is_reported_once() {
    insta::assert_snapshot!(file("-- Ireversible: the data is gone\nDROP TABLE a;\n"));
}

#[test]
fn text_that_falls_apart_is_reported_once() {
    insta::assert_snapshot!(file("INSERT INTO a VALUES ('it's');\n-- DOWN\nDELETE FROM a;\n"));
}

#[test]
fn transaction_control() {
    insta::assert_snapshot!(file("BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\n-- DOWN\nDROP TABLE a;\n"));
}

#[test]
fn transactions_of_its_own() {
    let mysql = |text: &str| {
        let options = Options { dialects: vec![Dialect::MySql], ..Options::default() };
        problems(&[("migrations/0001_users.sql", text)], &options)
    };
    let said = [
        file("-- Transaction: none\nVACUUM;\nBEGIN;\nDELETE FROM a;\n-- DOWN\nSTART TRANSACTION; SELECT 1;\n"),
        mysql("SET autocommit = 0;\nINSERT INTO a VALUES (1);\n-- DOWN\nDELETE FROM a;\n"),
    ];
    insta::assert_snapshot!(said.join("\n----\n"));
}

#[test]
fn foreign_keys_off_needs_a_transaction() {
    let options = Options { dialects: Dialect::ALL.to_vec(), ..Options::default() };
    let said = [
        "-- Transaction: none\n-- ForeignKeys: off\nDROP TABLE a;\n-- DOWN\nSELECT 1;\n",
        "SELECT 1;\n-- DOWN\n-- ForeignKeys: off\n-- Transaction: none\nDROP TABLE a;\n",
        "-- ForeignKeys: off\nDROP TABLE a;\n-- DOWN\n-- Transaction: none\nSELECT 1;\n",
    ]
    .map(|text| problems(&[("migrations/0001_users.sql", text)], &options));
    insta::assert_snapshot!(said.join("\n----\n"));
}

#[test]
fn a_problem_of_some_dialects_says_which_list_to_write() {
    let text = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 'a;b'::text; -- it's $$;\n-- DOWN\nDROP FUNCTION f;\n";
    let options = Options { dialects: Dialect::ALL.to_vec(), ..Options::default() };
    insta::assert_snapshot!(problems(&[("migrations/0001_f.sql", text)], &options));
}

#[test]
fn variants() {
    let options = Options { dialects: Dialect::ALL.to_vec(), ..Options::default() };
    let tagged = |tags: &str| format!("-- Tags: {tags}\n{UP_AND_DOWN}");
    insta::assert_snapshot!(problems(
        &[
            ("migrations/0001_a.postgres.sql", UP_AND_DOWN),
            ("migrations/0002_b.postgres.sql", &tagged("auth, schema")),
            ("migrations/0002_b.sql", &tagged("auth")),
            ("migrations/x/0003_c.sqlite.sql", UP_AND_DOWN),
            ("migrations/y/0003_c.sql", UP_AND_DOWN),
        ],
        &options
    ));
}

#[test]
fn hooks() {
    let options =
        Options { dialects: vec![Dialect::Sqlite], hooks: Some(vec!["notify_start".to_owned()]), ..Options::default() };
    let text = format!("-- BeforeApply: notify_start, notify_strat\n-- AfterRevert: clean_up\n{UP_AND_DOWN}");
    insta::assert_snapshot!(problems(&[("migrations/0001_a.sql", &text)], &options));
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!(
        "SELECT '{}';\nSELECT '{}', 'it's', '{}';\n-- DOWN\nSELECT 1",
        "a".repeat(300),
        "ü".repeat(300),
        "b".repeat(300)
    );
    insta::assert_snapshot!(file(&text));
}

#[test]
fn bytes_that_are_no_text() {
    let found = Found::texts([
        ("migrations/0001_latin.sql", &b"SELECT 1;\nSELECT 'caf\xE9';\n"[..]),
        ("migrations/0002_utf16.sql", &b"\xFF\xFES\0E\0"[..]),
        ("migrations/0003_after.sql", b"-- Dependencies: 0001_latin\nSELECT 1;\n-- DOWN\nSELECT 2;\n"),
    ]);
    insta::assert_snapshot!(load(found, Vec::new(), &Options::default()).unwrap_err());
}
