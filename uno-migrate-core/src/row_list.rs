//! Statements that do no more than their text says: they add rows that stand in it.

use crate::cursor::{Cursor, tokens};
use crate::{Dialect, Span};

/// Of a statement that adds the rows which it lists, what stands before them: two of the same add to the same table. None where
/// rows may come from elsewhere, or somebody is told to put them off.
pub fn row_list(dialect: Dialect, statement: &str) -> Option<&str> {
    let tokens = tokens(dialect, statement, Span::new(0..statement.len()));
    let mut cursor = Cursor::new(dialect, statement, &tokens)?;
    if !cursor.one_of(&["INSERT", "REPLACE"]) {
        return None;
    }
    let list = cursor.rest().find(|token| token.depth == 0 && token.is("VALUES"))?;
    let is_elsewhere = cursor.rest().any(|token| token.is_one(&["SELECT", "WITH", "TABLE", "DELAYED"]));
    (!is_elsewhere).then(|| statement[..list.span.start as usize].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_listed() {
        for dialect in Dialect::ALL {
            for (statement, head) in [
                ("INSERT INTO t VALUES (1, 'SELECT'), (2, 'with')", "INSERT INTO t"),
                ("insert into s.t (a, b)\nvalues (now(), 2);", "insert into s.t (a, b)"),
                ("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2", "INSERT INTO t (a)"),
                ("/* a */ INSERT INTO t(a)VALUES(1) RETURNING a", "/* a */ INSERT INTO t(a)"),
            ] {
                assert_eq!(row_list(dialect, statement), Some(head), "{dialect}: {statement}");
            }
        }
        let ignored = "INSERT IGNORE INTO `t` VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a)";
        assert_eq!(row_list(Dialect::MySql, ignored), Some("INSERT IGNORE INTO `t`"));
        assert_eq!(row_list(Dialect::MySql, "REPLACE t VALUES (1)"), Some("REPLACE t"));
    }

    #[test]
    fn anything_else() {
        for dialect in Dialect::ALL {
            for other in [
                "INSERT INTO t SELECT 1",
                "INSERT INTO t (a) VALUES ((SELECT max(a) FROM t))",
                "WITH u AS (SELECT 1) INSERT INTO t VALUES (1)",
                "INSERT INTO t DEFAULT",
                "INSERT INTO t TABLE u",
                "INSERT INTO t VALUES ('a",
                "UPDATE t SET a = 1",
                "VALUES (1)",
                "",
            ] {
                assert_eq!(row_list(dialect, other), None, "{dialect}: {other}");
            }
        }
        for other in ["INSERT DELAYED INTO t VALUES (1)", "INSERT INTO t VALUES (/*!50000 1, */ 2)"] {
            assert_eq!(row_list(Dialect::MySql, other), None, "{other}");
        }
    }
}
