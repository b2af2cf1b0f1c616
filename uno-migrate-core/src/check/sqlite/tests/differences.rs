//! What a way down leaves other than it was.

use super::{found, found_with, shown};

const NONE: [&str; 0] = [];

/// What is left after the way down of the second migration.
fn left(first: &str, second: &str) -> Vec<String> {
    let found = found(&[first, second]);
    found.iter().map(|line| line.replace("20_a.sql:", "").replace(" after the down section,", "")).collect()
}

const USERS: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x', age INT);\n\
                     CREATE INDEX users_name ON users (name);\n\n-- DOWN\n\nDROP TABLE users;\n";

#[test]
fn every_kind_of_difference_is_named() {
    for (second, expected) in [
        ("CREATE TABLE a (id);\n-- DOWN\nSELECT 1;", "1:1 table `a` is still there"),
        ("CREATE VIEW v AS SELECT 1;\n-- DOWN\nSELECT 1;", "1:1 view `v` is still there"),
        (
            "CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 1; END;\n-- DOWN\nSELECT 1;",
            "1:1 trigger `t` is still there",
        ),
        ("SELECT 1;\nALTER TABLE users ADD COLUMN b;\n-- DOWN\nSELECT 1;", "2:1 column `users.b` is still there"),
        ("CREATE INDEX i ON users (age);\n-- DOWN\nSELECT 1;", "1:1 index `i` on `users` is still there"),
        ("DROP INDEX users_name;\n-- DOWN\nSELECT 1;", "1:1 index `users_name` on `users` is gone"),
        (
            "DROP INDEX users_name;\n-- DOWN\nCREATE UNIQUE INDEX users_name ON users (name DESC);",
            "1:1 index `users_name` on `users` is `UNIQUE (name DESC)`, and was `(name)`",
        ),
        ("ALTER TABLE users DROP COLUMN age;\n-- DOWN\nSELECT 1;", "1:1 column `users.age` is gone"),
        (
            "ALTER TABLE users DROP COLUMN age;\n-- DOWN\nALTER TABLE users ADD COLUMN age TEXT;",
            "1:1 column `users.age` is `TEXT`, and was `INT`",
        ),
        (
            "ALTER TABLE users RENAME COLUMN age TO years;\n-- DOWN\nSELECT 1;",
            "1:1 column `users.age` is gone, and column `users.years` is still there",
        ),
        ("SELECT 1;\n-- DOWN\nDROP TABLE users;", "3:1 table `users` is gone"),
        (
            "DROP TABLE users;\n-- DOWN\nCREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x', age INT);",
            "1:1 index `users_name` on `users` is gone",
        ),
        ("DROP TABLE users;\n-- DOWN\nCREATE VIEW users AS SELECT 1;", "1:1 `users` is a view, and was a table"),
        (
            "DROP TABLE users;\n-- DOWN\nCREATE TABLE users (id INTEGER, name TEXT, age INT REFERENCES a (b) ON DELETE CASCADE);\n\
          CREATE INDEX users_name ON users (name);",
            "1:1 column `users.name` is `TEXT`, and was `TEXT NOT NULL DEFAULT 'x'`, and `PRIMARY KEY (id)` of `users` is gone, \
          and `FOREIGN KEY (age) REFERENCES a (b) ON DELETE CASCADE` of `users` is still there",
        ),
        (
            "-- ForeignKeys: off\nCREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x', age INT UNIQUE);\n\
          INSERT INTO n SELECT * FROM users;\nDROP TABLE users;\nALTER TABLE n RENAME TO users;\n\
          CREATE INDEX users_name ON users (name);\n-- DOWN\nSELECT 1;",
            "4:1 `UNIQUE (age)` of `users` is still there",
        ),
    ] {
        assert_eq!(left(USERS, second), [expected], "{second}");
    }
    let renamed = left(USERS, "ALTER TABLE users RENAME TO people;\n-- DOWN\nSELECT 1;");
    assert_eq!(renamed, ["1:1 table `people` is still there", "1:1 table `users` is gone"]);
}

#[test]
fn what_is_written_otherwise_is_no_difference() {
    for second in [
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b UNIQUE);\nCREATE INDEX i ON a (b) WHERE b > 1;\nINSERT INTO a (b) VALUES (1);\n-- DOWN\nDROP TABLE a;",
        "ALTER TABLE users ADD COLUMN b;\n-- DOWN\nALTER TABLE users DROP COLUMN b;",
        "ALTER TABLE users DROP COLUMN age;\n-- DOWN\nALTER TABLE users ADD COLUMN \"Age\" int;",
        "ALTER TABLE users RENAME TO people;\n-- DOWN\nALTER TABLE people RENAME TO users;",
        "ALTER TABLE users RENAME COLUMN age TO years;\n-- DOWN\nALTER TABLE users RENAME years TO age;",
        "DROP INDEX users_name;\n-- DOWN\ncreate index if not exists main.USERS_NAME on Users ( \"name\" );",
        "DROP TABLE users;\n-- DOWN\nCREATE TABLE Users (\n    ID integer,  -- the key\n    age int,\n    name text DEFAULT 'x' NOT NULL,\n    PRIMARY KEY (id)\n);\nCREATE INDEX users_name ON users (name);",
        "CREATE VIRTUAL TABLE docs USING fts5(a);\nINSERT INTO docs VALUES ('a');\n-- DOWN\nDROP TABLE docs;",
        "CREATE VIRTUAL TABLE boxes USING rtree(id, a, b);\n-- DOWN\nDROP TABLE boxes;",
        "CREATE VIEW v AS SELECT * FROM users;\nCREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN SELECT 1; END;\n-- DOWN\nDROP VIEW v;",
        "CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM users; END;\n-- DOWN\nDROP TRIGGER t;",
        "CREATE TABLE a (id);\nDROP TABLE a;\nCREATE VIEW a AS SELECT 1;\nDROP VIEW a;\n-- DOWN\n-- Nothing: it comes and goes",
        "CREATE TEMP TABLE a (id);\n-- DOWN\n-- Nothing: it is gone",
        "CREATE TABLE IF NOT EXISTS users (id);\nDROP TABLE IF EXISTS no_such;\n-- DOWN\nSELECT 1;",
        "-- Transaction: none\nCREATE TABLE a (id);\n-- DOWN\nDROP TABLE a;",
        "CREATE TABLE a (id);\nSAVEPOINT s;\nCREATE INDEX ai ON a (id);\nRELEASE s;\n-- DOWN\nDROP TABLE a;",
        "CREATE TABLE \"a \"\" b\" (\"c d\", \"e\" AS (\"c d\" + 1), UNIQUE (\"c d\", e));\n-- DOWN\nDROP TABLE \"a \"\" b\";",
        "CREATE TABLE rows (id UNIQUE);\nINSERT INTO rows VALUES (1);\n-- DOWN\nDROP TABLE rows;",
    ] {
        assert_eq!(left(USERS, second), NONE, "{second}");
    }
    // What refers to a table is renamed with it.
    let child = "CREATE TABLE c (u REFERENCES users (id));\nCREATE VIEW v AS SELECT * FROM users;\n-- DOWN\nDROP VIEW v;\nDROP TABLE c;";
    assert_eq!(found(&[USERS, child, "ALTER TABLE users RENAME TO u;\n-- DOWN\nALTER TABLE u RENAME TO users;"]), NONE);
    let not_back = found(&[
        USERS,
        child,
        "ALTER TABLE users RENAME TO u;\n-- DOWN\nALTER TABLE u RENAME TO u2;\nCREATE TABLE users (id INTEGER PRIMARY KEY);",
    ]);
    assert!(
        not_back.iter().any(|line| line.contains("`FOREIGN KEY (u) REFERENCES users (id)` of `c` is gone")),
        "{not_back:#?}"
    );
}

#[test]
fn what_is_left_is_said_once_and_where_it_was_made() {
    let found = found(&[
        USERS,
        "CREATE TABLE a (id);\nALTER TABLE users ADD COLUMN b;\n-- DOWN\nDROP TABLE a;\n",
        "CREATE INDEX i ON users (age);\nCREATE TABLE c (id);\n-- DOWN\nDROP INDEX i;\nDROP TABLE c;\n",
    ]);
    assert_eq!(found, ["20_a.sql:2:1 after the down section, column `users.b` is still there"]);
}

#[test]
fn what_cannot_be_reverted_is_skipped() {
    let irreversible = "-- Irreversible: it is for good\nALTER TABLE users RENAME TO people;\nALTER TABLE people ADD COLUMN b;\nCREATE TABLE x (id);\n";
    let later = "CREATE TABLE y (id);\nINSERT INTO people (b) VALUES (1);\n-- DOWN\nDROP TABLE y;\n";
    let bad = "CREATE TABLE z (id);\n-- DOWN\nSELECT 1;\n";
    assert_eq!(found(&[USERS, irreversible, later]), NONE);
    assert_eq!(
        found(&[USERS, bad, irreversible, later]),
        ["20_a.sql:1:1 after the down section, table `z` is still there"]
    );
    assert_eq!(found(&[USERS, irreversible, bad]), ["30_a.sql:1:1 after the down section, table `z` is still there"]);
}

#[test]
fn rows_that_are_left_are_found_when_they_are_inserted_again() {
    let table = "CREATE TABLE currencies (code TEXT PRIMARY KEY);\n-- DOWN\nDROP TABLE currencies;\n";
    let rows = "INSERT INTO currencies VALUES ('EUR');\n-- DOWN\n-- Nothing: they do no harm\n";
    // With the table, the rows are gone.
    assert_eq!(found(&[table, rows]), NONE);
    let kept = "-- Irreversible: it stays\nCREATE TABLE currencies (code TEXT PRIMARY KEY);\n";
    // What is done to a table that stays is not known.
    assert_eq!(found(&[kept, rows]).len(), 1);
}

#[test]
fn a_file_may_be_excused() {
    let allowed = |text: &str| format!("-- Allow: down-leaves-difference it is kept on purpose\n{text}");
    let kept = allowed("CREATE TABLE a (id);\n-- DOWN\nSELECT 1;\n");
    assert_eq!(found(&[&kept, "CREATE TABLE b (id);\n-- DOWN\nDROP TABLE b;\n"]), NONE);
    let unused = allowed("CREATE TABLE a (id);\n-- DOWN\nDROP TABLE a;\n");
    assert_eq!(found(&[&unused]), ["10_a.sql:1:11 `Allow: down-leaves-difference` allows nothing here"]);
    // Nobody has looked.
    let irreversible = allowed("-- Irreversible: it stays\nCREATE TABLE a (id);\n");
    assert_eq!(found(&[&irreversible]), NONE);
    let conditional = allowed("CREATE TABLE IF NOT EXISTS a (id);\n-- DOWN\nDROP TABLE IF EXISTS a;\n");
    assert_eq!(found_with(&[USERS, &conditional], &["15_rust"]), NONE);
}

#[test]
fn how_it_is_shown() {
    insta::assert_snapshot!(shown(&[
        USERS,
        "CREATE TABLE audit (\n    id INTEGER PRIMARY KEY,\n    what TEXT\n);\nALTER TABLE users ADD COLUMN email TEXT;\n\
         CREATE INDEX users_email ON users (email);\n\n-- DOWN\n\nDROP INDEX users_email;\n",
        "DROP INDEX users_name;\n\n-- DOWN\n\nCREATE UNIQUE INDEX users_name ON users (name, age);\n",
        "-- Irreversible: it stays\nCREATE TABLE currencies (code TEXT PRIMARY KEY);\n",
        "INSERT INTO currencies VALUES ('EUR');\n\n-- DOWN\n\n-- Nothing: they do no harm\n",
    ]));
}
