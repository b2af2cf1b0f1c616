//! Which statements can be committed together with what is written about them.

use std::ops::Range;

use super::Words;
use crate::session_change::hinders_history;
use crate::transaction::ends_as_one;
use crate::{Dialect, Section, Span, StatementClass, class};

/// What a unit of statements shares with the history's word that it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// A transaction: both are there afterwards, or neither.
    Shared,
    /// Nothing: the statements may be done although the history does not say so.
    Apart,
}

/// The fates of a section's [units](crate::units), in their order. What is not known to run in a transaction is apart; and so
/// is all of a section that changes its session, which may then be one that cannot write the history. PostgreSQL may still
/// refuse in a transaction what a text does not show, such as what an extension does.
pub fn fates(dialect: Dialect, text: &str, section: &Section, units: &[Range<usize>]) -> Vec<Fate> {
    // A session of SQLite's has neither roles nor locks of tables, and the history is written on it in any case.
    let is_hindered = dialect != Dialect::Sqlite && hinders_history(dialect, text, section);
    let of = |unit: &Range<usize>| match section.statements.get(unit.clone()) {
        Some(spans) if !is_hindered => fate(dialect, text, spans),
        _ => Fate::Apart,
    };
    units.iter().map(of).collect()
}

fn fate(dialect: Dialect, text: &str, spans: &[Span]) -> Fate {
    let is_shared = match spans {
        [] => false,
        [one] => runs_in_transaction(dialect, one.of(text)),
        [_, inner @ .., _] => {
            ends_as_one(dialect, text, spans)
                && (dialect != Dialect::MySql
                    || inner.iter().all(|span| {
                        let statement = span.of(text);
                        class(dialect, statement) == StatementClass::TransactionControl
                            || runs_in_transaction(dialect, statement)
                    }))
        }
    };
    if is_shared { Fate::Shared } else { Fate::Apart }
}

fn runs_in_transaction(dialect: Dialect, statement: &str) -> bool {
    match dialect {
        Dialect::Postgres => postgres(statement),
        Dialect::MySql => mysql(statement),
        Dialect::Sqlite => sqlite(statement),
    }
}

fn postgres(statement: &str) -> bool {
    let all = Words::of(Dialect::Postgres, statement);
    let words = all.first();
    match words.as_slice() {
        ["INSERT" | "UPDATE" | "DELETE" | "MERGE" | "COPY" | "SELECT" | "WITH" | "VALUES" | "TABLE", ..]
        | ["COMMENT" | "GRANT" | "REVOKE" | "TRUNCATE" | "REFRESH" | "REASSIGN" | "SECURITY", ..] => true,
        ["CREATE" | "DROP", "INDEX", next, ..] | ["CREATE", "UNIQUE", "INDEX", next, ..] => *next != "CONCURRENTLY",
        ["ALTER", "TABLE", ..] => !all.has("CONCURRENTLY") && !all.has("FINALIZE"),
        ["CREATE", "OR", "REPLACE", kind, ..] => has_transactions(kind),
        ["CREATE" | "ALTER" | "DROP", kind, ..] => has_transactions(kind),
        _ => false,
    }
}

/// Of the kinds of objects of PostgreSQL's, those that are made, changed and dropped like rows.
fn has_transactions(kind: &str) -> bool {
    const KINDS: [&str; 36] = [
        "ACCESS",
        "AGGREGATE",
        "CAST",
        "COLLATION",
        "CONSTRAINT",
        "CONVERSION",
        "DEFAULT",
        "DOMAIN",
        "EVENT",
        "EXTENSION",
        "FOREIGN",
        "FUNCTION",
        "GROUP",
        "INDEX",
        "LANGUAGE",
        "MATERIALIZED",
        "OPERATOR",
        "OWNED",
        "POLICY",
        "PROCEDURE",
        "PUBLICATION",
        "RECURSIVE",
        "ROLE",
        "ROUTINE",
        "RULE",
        "SCHEMA",
        "SEQUENCE",
        "SERVER",
        "STATISTICS",
        "TABLE",
        "TEXT",
        "TRIGGER",
        "TRUSTED",
        "TYPE",
        "UNLOGGED",
        "VIEW",
    ];
    KINDS.contains(&kind) || matches!(kind, "TRANSFORM" | "USER")
}

/// Nothing that commits by itself, nor that may run code which does.
fn mysql(statement: &str) -> bool {
    let all = Words::of(Dialect::MySql, statement);
    let words = all.first();
    match words.as_slice() {
        ["INSERT" | "UPDATE" | "DELETE" | "REPLACE", ..] | ["LOAD", "DATA" | "XML", ..] => true,
        ["WITH", ..] => all.has("UPDATE") || all.has("DELETE"),
        _ => false,
    }
}

fn sqlite(statement: &str) -> bool {
    let all = Words::of(Dialect::Sqlite, statement);
    let is_outside = matches!(all.first().as_slice(), ["VACUUM" | "PRAGMA" | "ATTACH" | "DETACH", ..] | []);
    !is_outside && class(Dialect::Sqlite, statement) != StatementClass::TransactionControl
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::split;
    use crate::units;

    /// One letter a unit: `s`hared or `a`part.
    fn letters(dialect: Dialect, text: &str) -> String {
        let split = split(dialect, text);
        assert!(split.findings.is_empty(), "{:?}", split.findings);
        let section = Section { statements: split.up, no_transaction: true, ..Section::default() };
        let letter = |fate| match fate {
            Fate::Shared => 's',
            Fate::Apart => 'a',
        };
        let units = units(dialect, text, &section);
        fates(dialect, text, &section, &units).into_iter().map(letter).collect()
    }

    #[test]
    fn postgres() {
        for shared in [
            "CREATE TABLE t (a int)",
            "CREATE UNLOGGED TABLE t (a int)",
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE INDEX i ON t (a)",
            "CREATE UNIQUE INDEX i ON t (a)",
            "ALTER TABLE t ADD a int",
            "ALTER TABLE t VALIDATE CONSTRAINT c",
            "ALTER TYPE e ADD VALUE 'a'",
            "DROP INDEX i",
            "DROP TABLE t",
            "INSERT INTO t VALUES (1)",
            "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a",
            "TRUNCATE t",
            "COMMENT ON TABLE t IS 'a'",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "SELECT f()",
        ] {
            assert_eq!(letters(Dialect::Postgres, shared), "s", "{shared}");
        }
        for apart in [
            "CREATE INDEX CONCURRENTLY i ON t (a)",
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
            "DROP INDEX CONCURRENTLY i",
            "REINDEX TABLE t",
            "REINDEX INDEX CONCURRENTLY i",
            "VACUUM t",
            "ANALYZE t",
            "CLUSTER",
            "CREATE DATABASE d",
            "DROP DATABASE d",
            "ALTER DATABASE d SET TABLESPACE s",
            "CREATE TABLESPACE s LOCATION '/a'",
            "CREATE SUBSCRIPTION s CONNECTION 'a' PUBLICATION p",
            "ALTER SYSTEM SET a = 1",
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
            "CALL p()",
            "DO $$ BEGIN COMMIT; END $$",
            "EXECUTE p",
            "LOCK TABLE t",
            "CREATE TEMP TABLE t (a int)",
            "SELECT set_config('a.b', '', false)",
        ] {
            assert_eq!(letters(Dialect::Postgres, apart), "a", "{apart}");
        }
    }

    #[test]
    fn mysql() {
        let text = "INSERT INTO t VALUES (1); UPDATE t SET a = 1; DELETE FROM t; REPLACE INTO t VALUES (1); \
                    CREATE TABLE u (a int); ALTER TABLE u ADD b int; TRUNCATE u; DROP TABLE u";
        assert_eq!(letters(Dialect::MySql, text), "ssssaaaa");
        assert_eq!(letters(Dialect::MySql, "WITH a AS (SELECT 1 AS b) DELETE FROM t"), "s");
        for one in ["CALL p()", "SELECT f()", "DO f()", "WITH a AS (SELECT 1) SELECT * FROM a", "/*! DELETE FROM t */"]
        {
            assert_eq!(letters(Dialect::MySql, one), "a", "{one}");
        }
        for session in ["SET ROLE r", "USE d", "LOCK TABLES t WRITE", "CREATE TEMPORARY TABLE u (a int)", "CALL p()"] {
            assert_eq!(letters(Dialect::MySql, &format!("INSERT INTO t VALUES (1); {session}")), "aa", "{session}");
        }
    }

    #[test]
    fn sqlite() {
        let text = "CREATE TABLE t (a); INSERT INTO t VALUES (1); SELECT 1; VACUUM; PRAGMA user_version = 1; \
                    ATTACH 'a' AS b; SAVEPOINT s; REINDEX";
        assert_eq!(letters(Dialect::Sqlite, text), "sssaaaas");
    }

    #[test]
    fn a_transaction_of_the_file_is_shared_where_it_is_one() {
        for dialect in Dialect::ALL {
            assert_eq!(letters(dialect, "BEGIN; INSERT INTO t VALUES (1); DELETE FROM u; COMMIT"), "s", "{dialect}");
            assert_eq!(letters(dialect, "BEGIN; DELETE FROM t; ROLLBACK"), "a", "{dialect}");
            assert_eq!(
                letters(dialect, "BEGIN; DELETE FROM t; COMMIT AND CHAIN; DELETE FROM u; COMMIT"),
                "a",
                "{dialect}"
            );
            assert_eq!(letters(dialect, "BEGIN; SAVEPOINT a; DELETE FROM t; ROLLBACK TO a; COMMIT"), "s", "{dialect}");
        }
        assert_eq!(letters(Dialect::MySql, "BEGIN; DELETE FROM t; DROP TABLE u; COMMIT"), "a");
        assert_eq!(letters(Dialect::Postgres, "BEGIN; DELETE FROM t; DROP TABLE u; COMMIT"), "s");
        assert_eq!(letters(Dialect::Postgres, "BEGIN; SET LOCAL ROLE r; DELETE FROM t; COMMIT"), "a");
    }
}
