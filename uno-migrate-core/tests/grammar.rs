//! What the rule `grammar` says of statements that no server reads. Look at the snapshots: would their reader know what to
//! write?

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use uno_migrate_core::{Checks, Dialect, Found, Options, Problem, load};

fn found(dialects: &[Dialect], text: &str) -> Vec<Problem> {
    let options = Options {
        dialects: dialects.to_vec(),
        missing_down: true,
        checks: Some(Checks::default()),
        ..Options::default()
    };
    let problems = match load(Found::texts([("1_a.sql", text)]), Vec::new(), &options) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    };
    problems.into_iter().collect()
}

/// Each statement with what is said of it, but for what is said of every one.
fn said(dialect: Dialect, statements: &[&str]) -> String {
    let said = statements.iter().map(|statement| {
        let found = found(&[dialect], statement);
        if found.is_empty() {
            return format!("ACCEPTED {statement}");
        }
        found.into_iter().map(|problem| Problem { rule: None, ..problem }.to_string()).collect::<Vec<_>>().join("\n")
    });
    said.collect::<Vec<_>>().join("\n\n")
}

#[cfg(feature = "check")]
#[test]
fn postgres() {
    insta::assert_snapshot!(said(
        Dialect::Postgres,
        &[
            "CREAT TABLE users (id bigint)",
            "CREATE TABEL users (id bigint)",
            "CREATE OR REPLACE FUNTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE",
            "PRAGMA foreign_keys = ON",
            "42",
            "'users'",
            "CREATE TABLE users (id bigint, name text,)",
            "CREATE TABLE users (id bigint,, name text)",
            "CREATE TABLE users (, id bigint)",
            "CREATE TABLE users id bigint)",
            "CREATE TABLE users (id bigint name text)",
            "CREATE TABLE users (id bigint PRIMRY KEY)",
            "CREATE TABLE users (id bigint NOT NUL)",
            "CREATE TABLE users (id bigint DEFAULT)",
            "CREATE TABLE users (id bigint REFERENCES)",
            "CREATE TABLE users (id bigint)\nCREATE TABLE posts (id bigint)",
            "CREATE TABLE order (id bigint)",
            "CREATE TABLE users (user text)",
            "CREATE TABLE users (id bigint AUTO_INCREMENT)",
            "CREATE TABLE users (id bigint) ENGINE=InnoDB",
            "CREATE TABLE `users` (id bigint)",
            "CREATE INDEX users_email ON users email",
            "CREATE INDEX ON users",
            "CREATE UNIQUE users_email ON users (email)",
            "CREATE TYPE mood AS ENUM ('sad', ok)",
            "CREATE FUNCTION f() RETURNS LANGUAGE sql AS 'SELECT 1'",
            "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE f()",
            "CREATE VIEW v SELECT 1",
            "CREATE POLICY p ON t USING true",
            "ALTER TABLE users ADD COLUMN",
            "ALTER TABLE users ADD COLUMN age int DEFAULT 0 NOT NULL AFTER name",
            "ALTER TABLE users ALTER COLUMN age int",
            "ALTER TABLE users ALTER COLUMN age SET NOTNULL",
            "ALTER TABLE users RENAME name full_name",
            "ALTER TABLE users MODIFY age bigint",
            "ALTER TABLE users ADD CONSTRAINT c FOREIGN KEY user_id REFERENCES users",
            "DROP TABLE IF EXIST users",
            "DROP TABLE",
            "INSERT INTO users (name) VALUE ('a')",
            "INSERT INTO users (name) VALUES 'a'",
            "INSERT INTO users (name) VALUES ('a') ON CONFLICT UPDATE SET name = 'b'",
            "INSERT INTO users (name) VALUES ('it's')",
            "UPDATE users SET name = 'a', WHERE id = 1",
            "UPDATE users SET WHERE id = 1",
            "UPDATE users name = 'a'",
            "DELETE users WHERE id = 1",
            "SELECT * FORM users",
            "SELECT a b c FROM users",
            "SELECT * FROM users WHERE",
            "SELECT * FROM users GROUP a",
            "SELECT * FROM users LEFT posts ON true",
            "SELECT CASE WHEN a THEN 1",
            "SELECT E'\\u00'",
            "GRANT SELECT users TO me",
            "COMMENT ON TABLE users 'x'",
            "CREATE ROLE r PASSWORD secret 'x'",
            "DO $$ BEGIN END $$ LANGUAGE",
            "SELECT 1 /* a remark, and then */ FROM -- nothing",
        ]
    ));
}

#[test]
fn mysql() {
    insta::assert_snapshot!(said(
        Dialect::MySql,
        &[
            "CREAT TABLE users (id BIGINT)",
            "CREATE TABEL users (id BIGINT)",
            "CREATE OR REPLACE VEIW v AS SELECT 1",
            "CREATE `users` (id BIGINT)",
            "DROP TALBE users",
            "DROP TABLE",
            "INSRET INTO users VALUES (1)",
            "VACUUM",
            "1 SELECT",
            "CREATE TABLE users (id BIGINT,)",
            "CREATE TABLE users (id BIGINT,, name TEXT)",
            "CREATE TABLE users id BIGINT)",
            "INSERT INTO users VALUES (1),",
            "INSERT INTO users VALUES (, 1)",
            "SELECT a, FROM users",
            "SELECT * FROM WHERE a",
            "SELECT * FROM users WHERE ORDER BY a",
            "SELECT * FROM users WHERE a =",
            "SELECT * FROM users WHERE a AND",
            "UPDATE users SET WHERE a = 1",
            "UPDATE users SET a = WHERE b",
            "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1,; END//\n",
            "DELIMITER //\nCREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = ; END//\n",
        ]
    ));
}

#[test]
fn sqlite() {
    insta::assert_snapshot!(said(
        Dialect::Sqlite,
        &[
            "CREAT TABLE users (id INTEGER)",
            "CREATE TABEL users (id INTEGER)",
            "CREATE OR REPLACE VIEW v AS SELECT 1",
            "ALTER INDEX i RENAME TO j",
            "TRUNCATE users",
            "(SELECT 1)",
            "CREATE TABLE users (id INTEGER,)",
            "CREATE TABLE users (id INTEGER,, name TEXT)",
            "CREATE TABLE users id INTEGER)",
            "INSERT INTO users VALUES (1),",
            "SELECT a FROM WHERE b",
            "SELECT a FROM users WHERE",
            "SELECT a FROM users WHERE a = 'x' AND",
            "UPDATE users SET a = , b = 1",
            "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = 1,; END",
            "CREATE VIRTUAL TABLE t USING fts5(a, b))",
        ]
    ));
}

#[test]
fn what_all_databases_refuse_is_said_once() {
    let found = found(&Dialect::ALL, "CREATE TABLE users (id BIGINT,);\n");
    insta::assert_snapshot!(found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_file_can_be_excused_and_is_not_asked_for_less() {
    let newer = "-- Allow: grammar the server is newer\nCREAT TABLE users (id BIGINT);\n";
    assert!(found(&Dialect::ALL, newer).is_empty());
    let known = "-- Allow: grammar the server is newer\nCREATE TABLE users (id BIGINT);\n";
    let unused = found(&Dialect::ALL, known).into_iter().map(|problem| problem.message).collect::<Vec<_>>();
    match cfg!(feature = "check") {
        true => assert_eq!(unused, ["`Allow: grammar` allows nothing here"]),
        // The parser would know.
        false => assert_eq!(unused, [""; 0]),
    }
}

/// The first mistake of each statement, each in its place.
#[test]
fn statements_are_judged_one_by_one() {
    let text =
        "CREATE TABLE a (id INT,);\n\nCREATE TABLE b (id INT);\nCREAT TABLE c (id INT,,);\n-- DOWN\nDROP TABEL a;\n";
    for dialect in Dialect::ALL {
        let found = found(&[dialect], text);
        let places = found.iter().filter_map(|problem| problem.origin.as_ref()?.location).map(|at| at.to_string());
        assert_eq!(places.collect::<Vec<_>>(), ["1:23", "4:1", "6:6"], "{dialect}");
    }
}

/// However deep it nests, and wherever it breaks off: a stack that runs over would end the compiler.
#[test]
fn no_text_brings_the_judge_down() {
    const NESTED: [(&str, &str); 18] = [
        ("(", ")"),
        ("a(", ")"),
        ("array[", "]"),
        ("a in (select ", ")"),
        ("(select * from ", ")"),
        ("f(a, (", "))"),
        ("case when a then ", " end"),
        ("not ", ""),
        ("- ", ""),
        ("@", ""),
        ("a || ", ""),
        ("a = ", ""),
        ("a between b and ", ""),
        ("operator(+) ", ""),
        ("explain ", ""),
        ("declare c cursor for ", ""),
        ("with a as (", ")"),
        ("create view v as ", ""),
    ];
    let nest = |(open, close): (&str, &str), count| format!("SELECT {} 1 {}", open.repeat(count), close.repeat(count));
    for text in NESTED.into_iter().flat_map(|pair| [30, 150, 2_000].map(|count| nest(pair, count))) {
        let _ = found(&[Dialect::Postgres], &text);
    }
    let _ = found(&[Dialect::Postgres], &nest(("(", ")"), 100_000));
}

/// What is not closed is found before the judge is asked.
fn balanced(words: &[&str]) -> String {
    let (mut text, mut open) = (String::new(), 0_usize);
    for word in words {
        open += usize::from(word.ends_with('('));
        if *word != ")" || open > 0 {
            open -= usize::from(*word == ")");
            text.push_str(word);
            text.push(' ');
        }
    }
    text + &")".repeat(open)
}

proptest! {
    /// Words in any order, as they come.
    #[test]
    fn no_order_of_words_brings_the_judge_down(words in vec(select(WORDS), 0..200)) {
        for dialect in Dialect::ALL {
            let _ = found(&[dialect], &balanced(&words));
        }
    }
}

#[rustfmt::skip]
const WORDS: &[&str] = &[
    "select", "from", "where", "case", "when", "then", "else", "end", "not", "and", "or", "between", "in", "is", "null", "(", ")",
    "[", "]", ",", ".", "::", "-", "+", "*", "||", "=", "<", "a", "\"b\"", "'c'", "1", "$1", "create", "table", "alter", "add",
    "column", "drop", "view", "as", "with", "insert", "into", "values", "update", "set", "delete", "merge", "using", "on", "join",
    "union", "order", "by", "group", "limit", "function", "returns", "language", "begin", "atomic", "trigger", "execute", "for",
    "each", "row", "over", "partition", "references", "primary", "key", "default", "check", "constraint", "index", "type", "enum",
    "grant", "to", "comment", "policy", "explain", "declare", "cursor", "prepare", "interval", "collate", "at", "time", "zone",
    "array[", "xmltable(", "json_table(", "cast(", "exists(", "lateral", "rollup(", "unique", "do", "$$x$$", "@", "/*+ x */", "é",
];
