//! What is not known proves nothing.

use super::{checks, found, found_in, found_with, load_set, options};
use crate::check::execution::execute;
use crate::check::{Checks, Judge, Member, Permits};
use crate::{Dialect, Entry, Found, Integrity, Options};

const NONE: [&str; 0] = [];

#[test]
fn what_only_rust_creates_is_checked_for_grammar_alone() {
    let texts = [
        "CREATE TABLE a (id);\n-- DOWN\nDROP TABLE a;\n",
        "INSERT INTO rust VALUES (1);\nALTER TABLE rust ADD COLUMN b;\nCREATE INDEX i ON rust (b);\nINSERT INTO a (c) VALUES (1);\n\
         CREATE TRIGGER t AFTER INSERT ON rust BEGIN DELETE FROM rust; END;\nCREATE TABLE a (id);\nDROP TABLE IF EXISTS x;\n\
         -- DOWN\nDROP TRIGGER t;\nDROP INDEX i;\nALTER TABLE rust DROP COLUMN b;\n",
    ];
    assert_eq!(found_with(&texts, &["15_rust"]), NONE);
    assert_eq!(found(&texts).len(), 4);
    let wrong = ["INSERT INTO rust VALUES (1,);\nSELECT 1;\nALTER TABLE rust ADD COLUM b INT INT,;\n\
         CREATE TRIGGER t AFTER INSERT ON rust BEGIN DELET FROM rust; END;\n-- DOWN\nDROP TABEL rust;\n"];
    assert_eq!(
        found_with(&wrong, &["05_rust"]),
        [
            "10_a.sql:1:28 SQLite: near \")\": syntax error",
            "10_a.sql:3:37 SQLite: near \",\": syntax error",
            "10_a.sql:4:45 SQLite: near \"DELET\": syntax error",
            "10_a.sql:6:6 SQLite: near \"TABEL\": syntax error",
        ]
    );
}

#[test]
fn what_does_not_need_rust_is_still_executed() {
    let table = "CREATE TABLE a (id);\n-- DOWN\nDROP TABLE a;\n";
    let bad = "CREATE TABLE b (id);\n-- DOWN\nSELECT 1;\n";
    let left = "after the down section, table `b` is still there";
    assert_eq!(found_with(&[table, bad], &["15_rust"]), [format!("20_a.sql:1:1 {left}")]);
    assert_eq!(found_with(&[bad, table], &["15_rust"]), [format!("10_a.sql:1:1 {left}")]);
    // What is in front of it is as sure as without it.
    assert_eq!(found_with(&["DROP TABLE a;", table], &["15_rust"]), ["10_a.sql:1:12 SQLite: no such table: a"]);
    // What a condition comes to depends on it.
    let conditional = "DROP TABLE IF EXISTS rust;\n-- DOWN\nCREATE TABLE rust (id);\n";
    assert_eq!(found_with(&[table, conditional], &["15_rust"]), NONE);
    assert_eq!(found(&[table, conditional]), ["20_a.sql:3:1 after the down section, table `rust` is still there"]);
}

#[test]
fn a_hook_is_rust_as_well() {
    let hooked = "-- BeforeApply: fill\nINSERT INTO rust VALUES (1);\n";
    assert_eq!(found(&[hooked, "DROP TABLE rust;"]), NONE);
}

#[test]
fn what_is_not_executed_is_in_doubt_and_nothing_else() {
    let module = "CREATE VIRTUAL TABLE v USING vec0(a);\nCREATE TABLE a (id);";
    let found = found(&[
        module,
        "INSERT INTO v VALUES (1);\nCREATE TRIGGER t AFTER INSERT ON v BEGIN SELECT 1; END;\nDROP TABLE v;\nINSERT INTO b VALUES (1);",
    ]);
    assert_eq!(found, ["20_a.sql:4:13 SQLite: no such table: b"]);
    let index = "CREATE TABLE a (id);\nCREATE UNIQUE INDEX i ON a (slug(id));\nINSERT INTO a VALUES (1) ON CONFLICT (slug(id)) DO NOTHING;\nDROP INDEX i;";
    assert_eq!(super::found(&[index]), NONE);
}

#[test]
fn a_set_that_is_not_whole_is_checked_for_grammar_alone() {
    let open = Options { open: true, ..options() };
    let text = "ALTER TABLE users ADD COLUMN b;\nSELEC 1;\n";
    assert_eq!(found_in(&[("1_a.sql", text)], &[], &open), ["1_a.sql:2:1 SQLite: near \"SELEC\": syntax error"]);
    // A file that cannot be read may have created it.
    let found = found_in(&[("1_a.sql", "CREATE TABLE users ('id);"), ("2_b.sql", text)], &[], &options());
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!(found[1], "2_b.sql:2:1 SQLite: near \"SELEC\": syntax error");
    let found = found_in(&[("1_a.sql", "-- Dependencies: 9_z\nDROP TABLE a;")], &[], &options());
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn a_text_that_is_too_long_is_not_executed() {
    let long = format!("CREATE TABLE a (id);\n-- {}\nSELEC 1;\n", "x".repeat(100));
    let checks = Checks { longest: 100, ..checks(true) };
    let options = Options { checks: Some(checks), ..options() };
    assert_eq!(found_in(&[("1_a.sql", &long), ("2_b.sql", "DROP TABLE a;\nDROP TABLE b;\n")], &[], &options), NONE);
}

#[test]
fn variants_are_what_is_executed() {
    let files = [
        ("1_a.postgres.sql", "CREATE TABLE a (id bigserial, x text[]);"),
        ("1_a.sqlite.sql", "CREATE TABLE a (id);"),
        ("2_b.sql", "DROP TABLE a;"),
    ];
    let dialects = vec![Dialect::Postgres, Dialect::Sqlite];
    assert_eq!(found_in(&files, &[], &Options { dialects, ..options() }), NONE);
}

#[test]
fn one_file_for_two_databases_is_told_the_way_out() {
    let files = [("1_a.sql", "CREATE TABLE a (tags text[]);\nALTER TABLE a ALTER tags SET NOT NULL;")];
    let dialects = vec![Dialect::Postgres, Dialect::Sqlite];
    let problems = load_set(&files, &[], &Options { dialects, ..options() }).unwrap_err();
    let help: Vec<_> = problems.iter().filter_map(|problem| problem.help.clone()).collect();
    assert!(
        help.iter().all(|help| help.contains("if this set is not for sqlite, write `dialects = [\"postgres\"]`")),
        "{help:?}"
    );
}

#[test]
fn those_that_nothing_was_found_about_are_told() {
    let files = [
        ("1_a.sql", "CREATE TABLE a (id);\n-- DOWN\nDROP TABLE a;\n"),
        ("2_b.sql", "CREATE TABLE b (id);\n-- DOWN\nSELECT 1;\n"),
        ("3_c.sql", "-- Irreversible: no\nCREATE TABLE c (id);\n"),
        ("4_d.sql", "CREATE INDEX i ON c (slug(id));\n-- DOWN\nDROP INDEX i;\n"),
    ];
    let proven = |checks| {
        let options = Options { checks: Some(checks), integrity: Integrity::Renewed, ..options() };
        let sum = load_set(&files, &[], &options).unwrap().sum.unwrap();
        let proven = sum.lines.iter().filter(|line| !line.proofs.is_empty());
        proven.map(|line| line.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(proven(checks(true)), ["1_a", "3_c"]);
    assert!(proven(checks(false)).is_empty());
}

/// Which places are clean, and how many problems are found, where some are proven.
fn with_proven(files: &[(&str, &str)], proven: &[usize]) -> (Vec<usize>, usize) {
    let found = Found::texts(files.iter().copied());
    let loaded = load_set(files, &[], &Options { checks: None, ..options() }).unwrap();
    let mut permits: Vec<_> = files.iter().map(|_| [Permits::default()]).collect();
    proven.iter().for_each(|&at| permits[at][0].spare(Judge::Sqlite));
    let parts = loaded.entries.iter().zip(&found.sql).zip(&mut permits);
    let mut members: Vec<_> = parts
        .map(|((entry, file), permits)| match entry {
            Entry::Sql(migration) => Member::Sql { migration, files: std::slice::from_ref(file), permits },
            Entry::Coded(_) => Member::Coded,
        })
        .collect();
    let problems = execute(&mut members, &[Dialect::Sqlite], &checks(true), true);
    drop(members);
    let is_clean = |at: &usize| permits[*at][0].is_clean(Judge::Sqlite);
    ((0..files.len()).filter(is_clean).collect(), problems.len())
}

#[test]
fn what_is_proven_is_executed_for_the_others_alone() {
    let files = [
        ("1_a.sql", "CREATE TABLE a (id);\n-- DOWN\nSELECT 1;\n"),
        ("2_b.sql", "ALTER TABLE a ADD COLUMN b;\n-- DOWN\nALTER TABLE a DROP COLUMN b;\n"),
        ("3_c.sql", "DROP TABLE x;\n-- DOWN\nSELECT 1;\n"),
        ("4_d.sql", "CREATE INDEX i ON a (b);\n-- DOWN\nDROP INDEX i;\n"),
    ];
    assert_eq!(with_proven(&files, &[]), (vec![1, 3], 2));
    assert_eq!(with_proven(&files, &[0]), (vec![0, 1, 3], 1));
    assert_eq!(with_proven(&files, &[0, 1, 2]), (vec![0, 1, 2, 3], 0));
    assert_eq!(with_proven(&files, &[1, 2, 3]), (vec![1, 2, 3], 1));
    assert_eq!(with_proven(&files, &[0, 1, 2, 3]), (vec![0, 1, 2, 3], 0));
}
