//! Our statements beside those of the references: squawk's parser for PostgreSQL, and SQLite's own `prepare`.
//!
//! The mysql client divides a text only while it is connected; it is compared where there is a server.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rusqlite::{Batch, Connection, fallible_iterator::FallibleIterator};
use squawk_syntax::ast::AstNode;
use squawk_syntax::{SourceFile, SyntaxKind};

use crate::Dialect;
use crate::split::statements;

const POSTGRES: &[&str] = &[
    "CREATE TABLE t (a int, b text DEFAULT 'it''s;', \"c;\"\"d\" int)",
    "INSERT INTO t VALUES (1, E'a\\';b', U&'\\0041;', X'3B', B'1')",
    "SELECT $$ ; ' $$, $a$ $$; $a$, $1 FROM t",
    "SELECT a::int, b ->> 'k;', c @> '{}', 1 - -1, 2*-3 FROM t",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 1; END; $body$",
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE a WHEN 1 THEN 2 END; SELECT 2; END",
    "CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); END",
    "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2))",
    "DO $do$ BEGIN PERFORM 1; END $do$",
    "BEGIN",
    "COMMIT",
    "DROP TABLE IF EXISTS a, b CASCADE",
    "COPY t TO '/tmp/x;'",
    "COMMENT ON TABLE t IS 'a; -- b'",
];

const POSTGRES_GAPS: &[&str] =
    &["", " ", "\n", "\n-- it's; a remark\n", " /* one /* two; */ ' */ ", ";", " ; ;\n", "--\n", "/* DOWN it goes */"];

const SQLITE: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS t (a INTEGER, b TEXT DEFAULT 'it''s;', [c;d] INT, `e;` INT, \"f;\"\"g\" INT)",
    "INSERT INTO t (a, b) VALUES (1, 'x; -- no')",
    "INSERT INTO t (a) SELECT CASE WHEN 1 THEN 2 ELSE 3 END",
    "CREATE TRIGGER IF NOT EXISTS one AFTER INSERT ON t BEGIN SELECT 1; END",
    "CREATE TEMP TRIGGER IF NOT EXISTS two AFTER UPDATE OF a ON t WHEN CASE NEW.a WHEN 1 THEN 1 END BEGIN
       UPDATE t SET b = CASE WHEN NEW.a THEN ';' ELSE 'END;' END WHERE a = 1; -- END;
       DELETE FROM t WHERE a = 9;
     END",
    "CREATE TEMPORARY TRIGGER IF NOT EXISTS begin AFTER DELETE ON t BEGIN SELECT RAISE(ABORT, 'no;'); END",
    "CREATE VIEW IF NOT EXISTS v AS SELECT a FROM t",
    "EXPLAIN QUERY PLAN SELECT * FROM t",
    "SELECT x'3B', 1e-5, .5, 0x1F, a || ';', '{}' ->> '$.a' FROM t",
    "PRAGMA user_version",
    "DROP TRIGGER IF EXISTS one",
    "DROP VIEW IF EXISTS v",
    "SELECT 1/* ; */+ 2 -- ;",
];

const SQLITE_GAPS: &[&str] = &["", " ", "\n", "\n-- it's; a remark\n", " /* one /* ; ' */ ", ";", " ; ;\n", "--\n"];

fn texts(statements: &'static [&'static str], gaps: &'static [&'static str]) -> impl Strategy<Value = String> {
    let statement = (select(gaps), select(statements), select(gaps));
    let statements = vec(statement, 0..8).prop_map(|parts| {
        parts.iter().map(|(before, statement, after)| format!("{before}{statement}\n{after};")).collect::<String>()
    });
    (statements, any::<bool>()).prop_map(|(text, last)| {
        // The last statement needs no semicolon.
        if last { text.trim_end_matches(';').to_owned() } else { text }
    })
}

fn ours(dialect: Dialect, text: &str) -> Vec<&str> {
    statements(dialect, text).unwrap().into_iter().map(|span| span.of(text)).collect()
}

/// Squawk's statements hold their semicolon and the comments before it, and there are empty ones.
fn squawks(text: &str) -> Vec<&str> {
    let ranges = SourceFile::parse(text).tree().stmts().filter_map(|statement| {
        let tokens = statement.syntax().descendants_with_tokens().filter_map(|element| element.into_token());
        let mut tokens: Vec<_> =
            tokens.filter(|token| !matches!(token.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT)).collect();
        tokens.pop_if(|token| token.kind() == SyntaxKind::SEMICOLON);
        Some(tokens.first()?.text_range().cover(tokens.last()?.text_range()))
    });
    ranges.map(|range| &text[range]).collect()
}

/// Whether each of our statements, and nothing else that counts, lies in what SQLite takes for one.
fn assert_like_sqlite(text: &str) {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(SQLITE[0]).unwrap();
    let mut batch = Batch::new(&connection, text);
    let mut ours = ours(Dialect::Sqlite, text).into_iter();
    while let Some(mut statement) = batch.next().unwrap() {
        // What SQLite kept starts behind the statement before and ends with its own semicolon.
        let theirs = statement.expanded_sql().unwrap();
        let inner = statements(Dialect::Sqlite, &theirs).unwrap();
        assert_eq!(inner.len(), 1, "{theirs:?}");
        assert_eq!(ours.next(), Some(inner[0].of(&theirs)), "in {text:?}");
        let mut rows = statement.raw_query();
        while rows.next().unwrap().is_some() {}
    }
    assert_eq!(ours.next(), None, "in {text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn postgres_statements_are_those_of_squawk(text in texts(POSTGRES, POSTGRES_GAPS)) {
        assert_eq!(ours(Dialect::Postgres, &text), squawks(&text), "in {text:?}");
    }

    #[test]
    fn sqlite_statements_are_those_of_sqlite(text in texts(SQLITE, SQLITE_GAPS)) {
        assert_like_sqlite(&text);
    }
}
