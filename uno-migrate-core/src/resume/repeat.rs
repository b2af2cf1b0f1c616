//! Statements that may be said again when nobody knows whether they were done.

use super::{Words, replay};
use crate::class::bare;
use crate::split::significant;
use crate::{Dialect, Span, effect};

/// Whether a statement that was done, or half done, can be done again, and leaves what it would have left at once.
pub fn is_repeatable(dialect: Dialect, statement: &str) -> bool {
    let statement = bare(dialect, statement);
    let all = Words::of(dialect, statement);
    let words = all.first();
    match words.as_slice() {
        // MariaDB runs what it analyses.
        ["ANALYZE", next, ..] if dialect == Dialect::MySql => {
            matches!(*next, "TABLE" | "TABLES" | "LOCAL" | "NO_WRITE_TO_BINLOG")
        }
        ["ANALYZE" | "REINDEX", ..] => true,
        ["EXPLAIN", ..] => !all.has("ANALYZE") && !all.has("ANALYSE"),
        // What is due at once is gone again when it is done.
        ["CREATE", rest @ ..] if dialect == Dialect::MySql && rest.contains(&"EVENT") => false,
        ["DROP", ..] if dialect == Dialect::Postgres => drops_one(&words, statement),
        ["DROP", ..] => all.have(&["IF", "EXISTS"]),
        // Of a table that takes its rows from a query, a part may be there, and would stay as it is.
        ["CREATE", rest @ ..] if rest.contains(&"TABLE") && !rest.contains(&"FUNCTION") => {
            (is_replacing(rest) || all.have(&["TABLE", "IF", "NOT", "EXISTS"])) && !all.has("SELECT")
        }
        ["CREATE", rest @ ..] => is_replacing(rest) || is_made_once(&all),
        words => match dialect {
            Dialect::Postgres => postgres(words),
            Dialect::MySql => mysql(&all, statement),
            Dialect::Sqlite => matches!(words, ["VACUUM" | "PRAGMA" | "ATTACH" | "DETACH", ..]),
        },
    }
}

fn is_replacing(words: &[&str]) -> bool {
    matches!(words, ["OR", "REPLACE", ..])
}

fn postgres(words: &[&str]) -> bool {
    matches!(
        words,
        ["VACUUM" | "CLUSTER" | "CHECKPOINT" | "COMMENT" | "GRANT" | "REVOKE" | "SECURITY" | "REFRESH", ..]
            | ["SET" | "RESET" | "DISCARD" | "LISTEN" | "UNLISTEN" | "SHOW" | "LOAD", ..]
            | ["ALTER", "SYSTEM", ..]
            | ["ALTER", "DATABASE" | "ROLE" | "USER", _, "SET" | "RESET", ..]
    )
}

/// Whether a `DROP … IF EXISTS` drops nothing else when it is said again: a bare name may then lead to another schema of the
/// search path. Where there is an effect to look for, that shows.
fn drops_one(words: &[&str], statement: &str) -> bool {
    const NOWHERE: [&str; 11] = [
        "ACCESS",
        "DATABASE",
        "EVENT",
        "EXTENSION",
        "LANGUAGE",
        "PUBLICATION",
        "ROLE",
        "SCHEMA",
        "SERVER",
        "SUBSCRIPTION",
        "USER",
    ];
    let tokens = significant(Dialect::Postgres, statement, Span::new(0..statement.len()));
    let mut tokens = tokens.map(|(_, token)| token).skip_while(|token| !token.eq_ignore_ascii_case("EXISTS"));
    if tokens.next().is_none() {
        return false;
    }
    let is_qualified = tokens.nth(1) == Some(".");
    let is_one = !statement.contains(',');
    let is_anywhere = words.get(1).is_some_and(|kind| !NOWHERE.contains(kind));
    !is_anywhere || (is_one && (is_qualified || effect(Dialect::Postgres, statement).is_some()))
}

/// What may be named behind `IF NOT EXISTS`.
const KINDS: [&str; 20] = [
    "BODY",
    "COLLATION",
    "CONCURRENTLY",
    "DATABASE",
    "EXTENSION",
    "FUNCTION",
    "INDEX",
    "MAPPING",
    "PACKAGE",
    "PROCEDURE",
    "ROLE",
    "SCHEMA",
    "SEQUENCE",
    "SERVER",
    "STATISTICS",
    "TABLE",
    "TRIGGER",
    "TYPE",
    "USER",
    "VIEW",
];

/// Whether a `CREATE` makes nothing that is there. In the body of a routine the words say something else.
fn is_made_once(words: &Words) -> bool {
    let Some(at) = words.0.iter().position(|word| word == "IF") else { return false };
    let (made, rest) = words.0.split_at(at);
    let is_kind = made.last().is_some_and(|kind| KINDS.contains(&kind.as_str()));
    let is_first = made.iter().filter(|word| *word == "CREATE").count() == 1;
    is_kind && is_first && matches!(rest, [_, not, exists, ..] if not == "NOT" && exists == "EXISTS")
}

/// Not `REVOKE`, which is refused where there is nothing left to revoke.
fn mysql(all: &Words, statement: &str) -> bool {
    match all.first().as_slice() {
        // Nor what calls something, or goes on from what the server is set to.
        ["SET", what, ..] => {
            let read = significant(Dialect::MySql, statement, Span::new(0..statement.len()));
            let read = read.filter(|(_, token)| *token == "@").count();
            let is_step = match *what {
                "GLOBAL" | "PERSIST" | "PERSIST_ONLY" => read > 0,
                _ => read > 2 && (all.has("GLOBAL") || all.has("PERSIST")),
            };
            !is_step && replay::says_the_same(Dialect::MySql, statement)
        }
        ["USE" | "FLUSH" | "OPTIMIZE" | "REPAIR" | "CHECK" | "CHECKSUM" | "SHOW" | "GRANT", ..]
        | ["LOCK" | "UNLOCK", "TABLE" | "TABLES", ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_said_again() {
        for (dialect, statement) in [
            (Dialect::Postgres, "VACUUM (ANALYZE) t"),
            (Dialect::Postgres, "REINDEX INDEX CONCURRENTLY i"),
            (Dialect::Postgres, "DROP INDEX CONCURRENTLY IF EXISTS i"),
            (Dialect::Postgres, "DROP DATABASE IF EXISTS d"),
            (Dialect::Postgres, "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)"),
            (Dialect::Postgres, "ALTER SYSTEM SET work_mem = '1MB'"),
            (Dialect::Postgres, "CREATE OR REPLACE FUNCTION f() RETURNS TABLE (a int) AS 'SELECT 1' LANGUAGE sql"),
            (Dialect::MySql, "CREATE TABLE IF NOT EXISTS t (a INT, b INT AS (a + 1))"),
            (Dialect::MySql, "CREATE OR REPLACE VIEW v AS SELECT 1"),
            (Dialect::MySql, "CREATE OR REPLACE TABLE t (a INT)"),
            (Dialect::MySql, "CREATE TRIGGER IF NOT EXISTS g AFTER INSERT ON t FOR EACH ROW SET @a = 1"),
            (Dialect::MySql, "DROP TABLE IF EXISTS t, u"),
            (Dialect::MySql, "OPTIMIZE TABLE t"),
            (Dialect::MySql, "GRANT SELECT ON d.* TO u"),
            (Dialect::MySql, "FLUSH PRIVILEGES"),
            (Dialect::Postgres, "DROP TABLE IF EXISTS t"),
            (Dialect::Postgres, "DROP FUNCTION IF EXISTS s.f()"),
            (Dialect::Postgres, "DROP SCHEMA IF EXISTS a, b"),
            (Dialect::MySql, "ANALYZE TABLE t"),
            (Dialect::MySql, "SET GLOBAL slow_query_log = 1"),
            (Dialect::MySql, "SET STATEMENT lock_wait_timeout = 1 FOR DROP TABLE IF EXISTS t"),
            (Dialect::MySql, "CREATE DEFINER = `a`@`b` PROCEDURE IF NOT EXISTS p() SELECT 1"),
            (Dialect::Sqlite, "VACUUM"),
            (Dialect::Sqlite, "PRAGMA user_version = 1"),
        ] {
            assert!(is_repeatable(dialect, statement), "{statement}");
        }
    }

    #[test]
    fn what_cannot() {
        for (dialect, statement) in [
            (Dialect::Postgres, "CREATE INDEX CONCURRENTLY i ON t (a)"),
            (Dialect::Postgres, "CALL p()"),
            (Dialect::Postgres, "ALTER TABLE t DETACH PARTITION p CONCURRENTLY"),
            (Dialect::Postgres, "CREATE DATABASE d"),
            (Dialect::Postgres, "ALTER ROLE r RENAME TO s"),
            (Dialect::Postgres, "EXPLAIN ANALYZE DELETE FROM t"),
            (Dialect::Postgres, "EXPLAIN (ANALYZE, BUFFERS) DELETE FROM t"),
            (Dialect::MySql, "ANALYZE FORMAT=JSON UPDATE t SET a = a + 1"),
            (Dialect::Postgres, "DROP TABLE IF EXISTS t, u"),
            (Dialect::Postgres, "DROP FUNCTION IF EXISTS f()"),
            (Dialect::Postgres, "DROP TABLE t"),
            (Dialect::MySql, "ANALYZE DELETE FROM t LIMIT 1"),
            (Dialect::MySql, "SET STATEMENT max_statement_time = 1 FOR INSERT INTO t VALUES (1)"),
            (Dialect::MySql, "SET GLOBAL max_connections = @@max_connections + 10"),
            (Dialect::MySql, "SET @@global.max_connections = @@global.max_connections + 10"),
            (Dialect::MySql, "SET @a = next_number()"),
            (Dialect::MySql, "CREATE PROCEDURE p() IF NOT EXISTS (SELECT 1 FROM t) THEN DELETE FROM t; END IF"),
            (Dialect::MySql, "CREATE PROCEDURE p() BEGIN CREATE TABLE IF NOT EXISTS t (a INT); END"),
            (Dialect::MySql, "CREATE EVENT IF NOT EXISTS e ON SCHEDULE AT NOW() DO DELETE FROM t"),
            (Dialect::MySql, "CREATE TABLE IF NOT EXISTS t AS SELECT 1"),
            (Dialect::MySql, "CREATE OR REPLACE TABLE t AS SELECT * FROM u"),
            (Dialect::MySql, "CREATE TABLE t (a INT)"),
            (Dialect::MySql, "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW SET @a = 1"),
            (Dialect::MySql, "TRUNCATE t"),
            (Dialect::MySql, "REPLACE INTO t VALUES (1)"),
            (Dialect::MySql, "REVOKE SELECT ON d.* FROM u"),
            (Dialect::MySql, "RENAME TABLE a TO b"),
            (Dialect::Sqlite, "INSERT INTO t VALUES (1)"),
            (Dialect::Sqlite, ""),
        ] {
            assert!(!is_repeatable(dialect, statement), "{statement}");
        }
    }
}
