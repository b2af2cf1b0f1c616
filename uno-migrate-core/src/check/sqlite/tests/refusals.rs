//! What SQLite refuses is said where it is, once.

use super::{checks, found, found_in, options, shown};
use crate::{Dialect, Level, Options, Rule};

const NONE: [&str; 0] = [];

/// What is found in one file without a way down.
fn one(text: &str) -> Vec<String> {
    found(&[text]).into_iter().map(|line| line.trim_start_matches("10_a.sql:").to_owned()).collect()
}

#[test]
fn mistakes_of_every_kind_are_found_where_they_are() {
    for (text, expected) in [
        ("CREATE TABEL a (id);", "1:8 SQLite: near \"TABEL\": syntax error"),
        ("CREATE TABLE a (id,);", "1:20 SQLite: near \")\": syntax error"),
        ("CREATE TABLE a (id) VALUES;", "1:21 SQLite: near \"VALUES\": syntax error"),
        (
            "CREATE TABLE a (id INT PRIMARY KEY AUTOINCREMENT);",
            "AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY",
        ),
        ("CREATE TABLE a (id INT PRIMARY KEY, b INT PRIMARY KEY);", "table \"a\" has more than one primary key"),
        ("CREATE TABLE a (id);\nCREATE TABLE A (id);", "2:14 SQLite: table A already exists"),
        ("CREATE TABLE a (id, ID);", "1:21 SQLite: duplicate column name: ID"),
        ("CREATE TABLE a (id);\nCREATE INDEX i ON a (x);", "2:22 SQLite: no such column: x"),
        (
            "CREATE TABLE a (id);\nCREATE INDEX i ON a (id);\nCREATE INDEX i ON a (id);",
            "3:14 SQLite: index i already exists",
        ),
        ("CREATE INDEX i ON a (x);", "1:19 SQLite: no such table: main.a"),
        ("CREATE TABLE a (id);\nALTER TABLE a ADD COLUMN id;", "2:26 SQLite: duplicate column name: id"),
        ("CREATE TABLE a (id);\nALTER TABLE a ADD COLUMN b UNIQUE;", "SQLite: Cannot add a UNIQUE column"),
        ("CREATE TABLE a (id);\nALTER TABLE a ADD COLUMN b PRIMARY KEY;", "SQLite: Cannot add a PRIMARY KEY column"),
        ("CREATE TABLE a (id, b);\nALTER TABLE a DROP COLUMN c;", "SQLite: no such column: \"c\""),
        ("CREATE TABLE a (id, b UNIQUE);\nALTER TABLE a DROP COLUMN b;", "cannot drop UNIQUE column: \"b\""),
        (
            "CREATE TABLE a (id, b);\nCREATE INDEX i ON a (b);\nALTER TABLE a DROP COLUMN b;",
            "error in index i after drop column: no such column: b",
        ),
        (
            "CREATE TABLE a (id);\nALTER TABLE a RENAME TO a;",
            "there is already another table or index with this name: a",
        ),
        ("CREATE TABLE a (id);\nALTER TABLE a ALTER COLUMN id TYPE text;", "near \"ALTER\": syntax error"),
        ("DROP TABLE a;", "1:12 SQLite: no such table: a"),
        ("DROP INDEX a;", "1:12 SQLite: no such index: a"),
        ("DROP VIEW a;", "1:11 SQLite: no such view: a"),
        ("CREATE TABLE a (id);\nDROP VIEW a;", "use DROP TABLE to delete table a"),
        ("CREATE TABLE a (id);\nINSERT INTO a VALUES (1, 2);", "table a has 1 columns but 2 values were supplied"),
        ("CREATE TABLE a (id);\nINSERT INTO a (x) VALUES (1);", "2:16 SQLite: table a has no column named x"),
        ("INSERT INTO a VALUES (1);", "1:13 SQLite: no such table: a"),
        ("CREATE TABLE a (id);\nUPDATE a SET x = 1;", "no such column: x"),
        ("CREATE TABLE a (id);\nDELETE FROM a WHERE x = 1;", "no such column: x"),
        ("CREATE TABLE a (id);\nINSERT INTO a SELECT b.id FROM b;", "no such table: b"),
        ("CREATE VIEW v AS SELECT * FROM;", "1:27 SQLite: incomplete input"),
        (
            "CREATE TABLE a (id);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN SELEC 1; END;",
            "near \"SELEC\": syntax error",
        ),
        ("CREATE TABLE a (id NOT NULL);\nINSERT INTO a VALUES (NULL);", "NOT NULL constraint failed: a.id"),
        ("CREATE TABLE a (id UNIQUE);\nINSERT INTO a VALUES (1), (1);", "UNIQUE constraint failed: a.id"),
        ("CREATE TABLE a (id CHECK (id > 0));\nINSERT INTO a VALUES (0);", "CHECK constraint failed: id > 0"),
        ("CREATE TABLE a (id INT) STRICT;\nINSERT INTO a VALUES ('x');", "cannot store TEXT value in INT column a.id"),
        (
            "CREATE TABLE a (id);\nINSERT INTO a VALUES (1);\nALTER TABLE a ADD COLUMN b NOT NULL;",
            "Cannot add a NOT NULL column with default value NULL",
        ),
        (
            "CREATE TABLE p (id);\nCREATE TABLE c (p REFERENCES p (id));\nINSERT INTO c VALUES (1);",
            "foreign key mismatch - \"c\" referencing \"p\"",
        ),
        ("PRAGMA synchronous = OFF;", "Safety level may not be changed inside a transaction"),
        ("-- Transaction: none\nCREATE TABLE a (id);\nCREATE TABLE a (id);", "3:14 SQLite: table a already exists"),
        (
            "-- ForeignKeys: off\nCREATE TABLE p (id);\nCREATE TABLE c (p REFERENCES p (id));\nINSERT INTO c VALUES (1);",
            "foreign key mismatch - \"c\" referencing \"p\"",
        ),
    ] {
        let found = one(text);
        assert!(found.len() == 1 && found[0].contains(expected), "{text}\n{found:#?}");
    }
}

#[test]
fn what_another_database_would_take_is_no_mistake() {
    for text in [
        "CREATE TABLE a (id);\nCREATE INDEX i ON a (slug(id));",
        "CREATE TABLE a (id COLLATE german);\nCREATE INDEX i ON a (id);\nSELECT id FROM a ORDER BY id COLLATE german;",
        "CREATE VIRTUAL TABLE v USING vec0(a float[3]);\nINSERT INTO v (a) VALUES ('[1, 2, 3]');\nDROP TABLE v;",
        "CREATE VIRTUAL TABLE v USING fts5(a, some_later_option = 1);",
        "SELECT slug('a'), json('{'), abs(-9223372036854775808);",
        "SELECT * FROM generate_series(1, 10);",
        "SELECT value FROM later_table_function(1), json_each('[1]');",
        "CREATE TABLE a (id);\nINSERT INTO a SELECT value FROM generate_series(1, 10);\nINSERT INTO a VALUES (1);",
        "PRAGMA some_later_pragma = 1;\nPRAGMA journal_mode = WAL;\nPRAGMA user_version = 3;\nPRAGMA optimize;",
        "-- Transaction: none\nPRAGMA journal_mode = WAL;\nPRAGMA wal_checkpoint(TRUNCATE);\nPRAGMA auto_vacuum = FULL;\nVACUUM;",
        "PRAGMA temp_store = FILE;\nPRAGMA foreign_keys = OFF;\nPRAGMA integrity_check;",
        "CREATE TABLE other.a (id);\nINSERT INTO other.a VALUES (1);",
        "CREATE TABLE a (id UNIQUE);\nINSERT INTO a VALUES (1);\nINSERT OR IGNORE INTO a VALUES (1);\nREPLACE INTO a VALUES (1);",
        "SELECT count(*) FROM sqlite_stat1;\nANALYZE;\nREINDEX;",
        // Only where there is no user 1, no admin, nothing to be told.
        "CREATE TABLE u (id INTEGER PRIMARY KEY);\nCREATE TABLE r (u REFERENCES u);\nINSERT INTO r VALUES (1);",
        "CREATE TABLE u (id INTEGER PRIMARY KEY);\nCREATE TABLE r (u REFERENCES u DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO r VALUES (1);",
        "CREATE TABLE u (id);\nCREATE TABLE r (u NOT NULL);\nINSERT INTO r VALUES ((SELECT id FROM u));",
        "CREATE TABLE u (id);\nCREATE TABLE r (u NOT NULL);\nINSERT INTO r SELECT max(id) FROM u;",
        "CREATE TABLE u (id);\nCREATE TRIGGER t AFTER INSERT ON u BEGIN SELECT RAISE(ABORT, 'no'); END;\nINSERT INTO u VALUES (1);",
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);\nINSERT INTO a DEFAULT VALUES;\nDELETE FROM sqlite_sequence;",
        "CREATE TEMP TABLE t (id);\nINSERT INTO t VALUES (1);\nCREATE TABLE a AS SELECT * FROM t;\nDROP TABLE t;",
        "SAVEPOINT s;\nCREATE TABLE a (id);\nROLLBACK TO s;\nRELEASE s;\nCREATE TABLE a (id);",
        "-- Transaction: none\nBEGIN;\nCREATE TABLE a (id);\nROLLBACK;\nCREATE TABLE a (id);",
        "-- Transaction: none\nBEGIN;\nCREATE TABLE a (id);\nCOMMIT;\nDROP TABLE a;",
        "CREATE TABLE a (b, c, d, e);\nINSERT INTO a VALUES (?1, $2, :b, @c);\n-- nothing",
    ] {
        assert_eq!(one(text), NONE, "{text}");
    }
}

#[test]
fn a_session_ends_with_its_migration() {
    let temporary = "CREATE TEMP TABLE t (id);\nCREATE TEMP VIEW v AS SELECT 1;\nCREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;";
    assert_eq!(found(&[temporary, temporary]), NONE);
    let off = "-- Transaction: none\nPRAGMA ignore_check_constraints = ON;\nPRAGMA query_only = ON;";
    let next = "CREATE TABLE a (id CHECK (id > 0));\nINSERT INTO a VALUES (0);";
    assert_eq!(found(&[off, next]), ["20_a.sql:2:1 SQLite: CHECK constraint failed: id > 0"]);
}

#[test]
fn one_mistake_is_said_once() {
    let first = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NUL);\nCREATE INDEX i ON users (name);\n\
                 INSERT INTO users (name) VALUES ('a');\n\n-- DOWN\n\nDROP INDEX i;\nDROP TABLE users;\n";
    let second = "ALTER TABLE users ADD COLUMN age;\nCREATE VIEW v AS SELECT * FROM users;\nSELECT * FROM v;\n\
                  CREATE TRIGGER t AFTER INSERT ON users BEGIN UPDATE users SET age = 1; END;\n\
                  ALTER TABLE users RENAME TO people;\nINSERT INTO people VALUES (1);\n\n-- DOWN\n\nDROP VIEW v;\n";
    let third = "CREATE TABLE posts (id, author REFERENCES users);\nINSERT INTO posts VALUES (1, 1);\n\
                 SELECT * FROM posts JOIN people ON author = people.id;\n\n-- DOWN\n\nDROP TABLE posts;\n";
    assert_eq!(found(&[first, second, third]), ["10_a.sql:1:59 SQLite: near \"NUL\": syntax error"]);
}

#[test]
fn what_a_mistake_does_not_touch_is_still_judged() {
    let found = found(&[
        "CREATE TABLE users (id,);\nCREATE TABLE posts (id);\nINSERT INTO post VALUES (1);",
        "CREATE INDEX i ON users (id);\nCREATE INDEX j ON posts (x);\nSELEC 1;",
        "DROP TABLE posts;\nDROP TABLE users;\nDROP TABLE posts;\n\n-- DOWN\n\nDROP TABLE tags;\n",
    ]);
    assert_eq!(
        found,
        [
            "10_a.sql:1:24 SQLite: near \")\": syntax error",
            "10_a.sql:3:13 SQLite: no such table: post",
            "20_a.sql:2:26 SQLite: no such column: x",
            "20_a.sql:3:1 SQLite: near \"SELEC\": syntax error",
            "30_a.sql:3:12 SQLite: no such table: posts",
        ]
    );
}

#[test]
fn a_way_down_is_judged_as_well() {
    let found = found(&["CREATE TABLE a (id);\n\n-- DOWN\n\nDROP TABLE b;\nDROP TABEL a;\n", "CREATE TABLE b (id);\n"]);
    assert_eq!(found, ["10_a.sql:6:6 SQLite: near \"TABEL\": syntax error"]);
    let one = one("CREATE TABLE a (id);\n\n-- DOWN\n\nDROP TABLE b;\n");
    assert_eq!(one, ["5:12 SQLite: no such table: b"]);
}

#[test]
fn a_file_may_be_excused() {
    let allowed = "-- Allow: sqlite-execution the application registers it\nDROP TABLE a;\n";
    assert_eq!(one(allowed), NONE);
    let unused = "-- Allow: sqlite-execution why not\nCREATE TABLE a (id);\n";
    assert_eq!(one(unused), ["1:11 `Allow: sqlite-execution` allows nothing here"]);
    let file = [("1_a.sql", unused)];
    for sqlite in [false, true] {
        let dialects = vec![if sqlite { Dialect::Postgres } else { Dialect::Sqlite }];
        let checks = Some(checks(sqlite));
        assert_eq!(found_in(&file, &[], &Options { dialects, checks, ..options() }), NONE);
    }
    let mut checks = checks(true);
    checks.levels.set(Rule::named("sqlite-execution").unwrap(), Level::Allow);
    let options = Options { checks: Some(checks), ..options() };
    assert_eq!(found_in(&[("1_a.sql", "DROP TABLE a;")], &[], &options), NONE);
}

#[test]
fn how_it_is_shown() {
    insta::assert_snapshot!(shown(&[
        "CREATE TABLE users (\n    id INTEGER PRIMARY KEY,\n    name TEXT NOT NUL\n);\n",
        "CREATE TABLE accounts (id INTEGER PRIMARY KEY);\nINSERT INTO acounts VALUES (1);\nSELECT nam FROM accounts;\n\n-- DOWN\n\n\
         DROP TABLE account;\n",
        "CREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE accounts (id);\n\
         CREATE UNIQUE INDEX roles_name ON roles (title);\n",
    ]));
}
