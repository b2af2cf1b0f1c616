//! Statements that may be said again when nobody knows whether they were done.

use super::Words;
use crate::Dialect;

/// Whether a statement that was done, or half done, can be done again, and leaves what it would have left at once.
pub fn is_repeatable(dialect: Dialect, statement: &str) -> bool {
    let all = Words::of(dialect, statement);
    let words = all.first();
    match words.as_slice() {
        ["ANALYZE" | "REINDEX", ..] => true,
        ["EXPLAIN", next, ..] => *next != "ANALYZE",
        ["DROP", ..] => all.have(&["IF", "EXISTS"]),
        // Of a table that takes its rows from a query, a part may be there, and would stay as it is.
        ["CREATE", rest @ ..] if rest.contains(&"TABLE") && !rest.contains(&"FUNCTION") => {
            (is_replacing(rest) || all.have(&["TABLE", "IF", "NOT", "EXISTS"])) && !all.has("SELECT")
        }
        ["CREATE", rest @ ..] => is_replacing(rest) || all.have(&["IF", "NOT", "EXISTS"]),
        words => match dialect {
            Dialect::Postgres => postgres(words),
            Dialect::MySql => mysql(words),
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

/// Not `REVOKE`, which is refused where there is nothing left to revoke.
fn mysql(words: &[&str]) -> bool {
    matches!(
        words,
        ["SET" | "USE" | "FLUSH" | "OPTIMIZE" | "REPAIR" | "CHECK" | "CHECKSUM" | "SHOW" | "GRANT", ..]
            | ["LOCK" | "UNLOCK", "TABLE" | "TABLES", ..]
    )
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
