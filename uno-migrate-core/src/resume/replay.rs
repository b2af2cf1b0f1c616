//! What a statement of MySQL's asks of its session, and would be told otherwise in another one.

use crate::lex::TokenKind;
use crate::split::significant;
use crate::{Dialect, Span};

/// What stands before a parenthesis and gives the same for the same.
const PURE: [&str; 38] = [
    "ALL",
    "AND",
    "BETWEEN",
    "BINARY",
    "CAST",
    "CHAR",
    "COALESCE",
    "CONCAT",
    "CONCAT_WS",
    "CONVERT",
    "DATABASE",
    "DIV",
    "ELSE",
    "FIND_IN_SET",
    "HEX",
    "IF",
    "IFNULL",
    "IN",
    "INSTR",
    "LCASE",
    "LEFT",
    "LENGTH",
    "LIKE",
    "LOCATE",
    "LOWER",
    "MOD",
    "NOT",
    "NULLIF",
    "OR",
    "REPLACE",
    "RIGHT",
    "SCHEMA",
    "SUBSTRING",
    "THEN",
    "TRIM",
    "UPPER",
    "VERSION",
    "WHEN",
];

/// What tells of the session's last statement, of the clock or of chance without a parenthesis.
const PASSING: [&str; 14] = [
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "ERROR_COUNT",
    "IDENTITY",
    "LAST_INSERT_ID",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "NEXT",
    "PREVIOUS",
    "UTC_DATE",
    "UTC_TIME",
    "UTC_TIMESTAMP",
    "WARNING_COUNT",
];

/// Whether a `SET` sets the same again in a new session in which all that it was told before was said again. Other
/// functions than a few may tell something else, or do something once more.
pub(super) fn says_the_same(dialect: Dialect, statement: &str) -> bool {
    if dialect != Dialect::MySql {
        return true;
    }
    let is_one = |words: &[&str], word: &str| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    let tokens: Vec<_> = significant(dialect, statement, Span::new(0..statement.len())).collect();
    let is_at = |index: usize| tokens.get(index).is_some_and(|(_, token)| *token == "@");
    tokens.iter().enumerate().all(|(index, (kind, token))| {
        let is_called = matches!(kind, TokenKind::Word | TokenKind::QuotedIdent)
            && tokens.get(index + 1).is_some_and(|(next, _)| *next == TokenKind::Punctuation(b'('));
        // A variable of the author's own may be called as he likes.
        let is_own = index >= 1 && is_at(index - 1) && !(index >= 2 && is_at(index - 2));
        is_own || !(is_called && !is_one(&PURE, token) || *kind == TokenKind::Word && is_one(&PASSING, token))
    })
}

/// Whether a statement asks which number the last row was given.
pub(super) fn asks_for_last_row(dialect: Dialect, statement: &str) -> bool {
    let names: &[&str] = match dialect {
        Dialect::Postgres => return false,
        Dialect::MySql => &["LAST_INSERT_ID", "IDENTITY"],
        Dialect::Sqlite => &["LAST_INSERT_ROWID"],
    };
    let tokens: Vec<_> =
        significant(dialect, statement, Span::new(0..statement.len())).map(|(_, token)| token).collect();
    let is_name = |token: &str| names.iter().any(|name| name.eq_ignore_ascii_case(token));
    let at = |index: usize| tokens.get(index).copied().unwrap_or_default();
    // `LAST_INSERT_ID(5)` says it, and a column may have the name.
    (0..tokens.len()).any(|index| {
        let is_variable = index >= 2 && at(index - 2) == "@" && at(index - 1) == "@";
        is_name(at(index)) && (is_variable || (at(index + 1) == "(" && at(index + 2) == ")"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_something_else_in_another_session() {
        let same = |statement| says_the_same(Dialect::MySql, statement);
        for yes in [
            "SET @a = 1, @b = @a + 1",
            "SET NAMES utf8",
            "SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO'",
            "SET @sql = IF(@exists IN (1, 2), CONCAT('a', @b), 'NOW()')",
            "SET sql_mode = ('')",
            "SET @next = 1, @identity = 2",
            "SET time_zone = '+00:00'",
        ] {
            assert!(same(yes), "{yes}");
        }
        for no in [
            "SET @a = LAST_INSERT_ID()",
            "SET @a = @@last_insert_id",
            "SET @a = 1, @b = uuid()",
            "SET @a = now()",
            "SET @a = CURRENT_TIMESTAMP",
            "SET @a = f(1)",
            "SET @a = `d`.`f`()",
            "SET @a = NEXT VALUE FOR s",
        ] {
            assert!(!same(no), "{no}");
        }
        assert!(says_the_same(Dialect::Postgres, "SET a.b = 1"));
    }

    #[test]
    fn the_last_row_is_asked_for() {
        for (dialect, asks) in [
            (Dialect::MySql, "INSERT INTO t VALUES (1, last_insert_id())"),
            (Dialect::MySql, "SELECT @@identity"),
            (Dialect::Sqlite, "UPDATE t SET a = 1 WHERE rowid = last_insert_rowid()"),
        ] {
            assert!(asks_for_last_row(dialect, asks), "{asks}");
        }
        for (dialect, no) in [
            (Dialect::MySql, "UPDATE t SET a = LAST_INSERT_ID(a + 1)"),
            (Dialect::MySql, "SELECT identity FROM t"),
            (Dialect::MySql, "SELECT 'LAST_INSERT_ID()'"),
            (Dialect::Postgres, "SELECT last_insert_id()"),
        ] {
            assert!(!asks_for_last_row(dialect, no), "{no}");
        }
    }
}
