//! Statements that add rows which stand in them.

use crate::cursor::{Cursor, tokens};
use crate::lex::TokenKind;
use crate::{Dialect, QualifiedName, Span};

/// What MySQL has of its own that may stand before a parenthesis, and changes nothing: any other may be somebody's function.
const HARMLESS: [&str; 43] = [
    "AND",
    "BINARY",
    "CAST",
    "CHAR",
    "COALESCE",
    "CONCAT",
    "CONVERT",
    "CURDATE",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURTIME",
    "DATE_ADD",
    "DATE_SUB",
    "DECIMAL",
    "DEFAULT",
    "FLOOR",
    "FROM_BASE64",
    "FROM_UNIXTIME",
    "HEX",
    "IF",
    "IFNULL",
    "IN",
    "INET6_ATON",
    "INET_ATON",
    "JSON_ARRAY",
    "JSON_OBJECT",
    "MD5",
    "NOT",
    "NOW",
    "NULLIF",
    "OR",
    "RAND",
    "SHA1",
    "SHA2",
    "STR_TO_DATE",
    "ST_GEOMFROMTEXT",
    "SYSDATE",
    "UNHEX",
    "UNIX_TIMESTAMP",
    "UTC_TIMESTAMP",
    "UUID",
    "VALUES",
];

/// Of those, what is MySQL's own only where the parenthesis follows at once.
const NEAR: [&str; 7] = ["CAST", "CURDATE", "CURTIME", "DATE_ADD", "DATE_SUB", "NOW", "SYSDATE"];

/// What the session says of the row that was added last, and goes on saying when that was taken back.
const LAST_ROW: [&str; 4] = ["CURRVAL", "LASTVAL", "LAST_INSERT_ID", "LAST_INSERT_ROWID"];

/// The table to which a statement adds the rows that it lists. None where rows may come from elsewhere, the server may put
/// them off, they depend on those before, or, on MySQL, somebody's function may do what a transaction does not take back.
pub fn row_list(dialect: Dialect, statement: &str) -> Option<QualifiedName> {
    let tokens = tokens(dialect, statement, Span::new(0..statement.len()));
    let mut cursor = Cursor::new(dialect, statement, &tokens)?;
    if !cursor.one_of(&["INSERT", "REPLACE"]) {
        return None;
    }
    if cursor.word("OR") {
        cursor.token();
    }
    if cursor.is_at(&["DELAYED"]) {
        return None;
    }
    while cursor.one_of(&["LOW_PRIORITY", "HIGH_PRIORITY", "IGNORE"]) {}
    cursor.word("INTO");
    let table = cursor.qualified()?;
    let has_list = cursor.rest().any(|token| token.depth == 0 && token.is("VALUES"));
    let is_elsewhere = cursor.rest().any(|token| token.is_one(&["SELECT", "WITH", "TABLE"]) || token.is_one(&LAST_ROW));
    (has_list && !is_elsewhere && !calls_any(dialect, cursor)).then_some(table)
}

/// Whether a function is called that may be somebody's.
fn calls_any(dialect: Dialect, cursor: Cursor<'_>) -> bool {
    let mut after = cursor.rest().skip(1);
    let mut is_qualified = false;
    dialect == Dialect::MySql
        && cursor.rest().any(|token| {
            let opening = after.next().filter(|next| next.is_punctuation(b'('));
            let is_name = matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdent);
            let is_near = opening.is_some_and(|opening| opening.span.start == token.span.end);
            let is_servers = !is_qualified && token.is_one(&HARMLESS) && (is_near || !token.is_one(&NEAR));
            is_qualified = token.is_punctuation(b'.');
            opening.is_some() && is_name && !is_servers
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(dialect: Dialect, statement: &str) -> Option<String> {
        let QualifiedName { schema, name } = row_list(dialect, statement)?;
        Some(schema.map_or(name.clone(), |schema| format!("{schema}.{name}")))
    }

    #[test]
    fn rows_that_are_listed() {
        for dialect in Dialect::ALL {
            for (statement, name) in [
                ("INSERT INTO t VALUES (1, 'SELECT'), (2, 'with')", "t"),
                ("insert into s.t (a, \"select\")\nvalues (now(), 2);", "s.t"),
                ("/* a */ INSERT INTO t(a)VALUES(1) RETURNING a", "t"),
            ] {
                assert_eq!(table(dialect, statement).as_deref(), Some(name), "{dialect}: {statement}");
            }
        }
        for (dialect, statement) in [
            (Dialect::MySql, "INSERT IGNORE `t` VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a)"),
            (Dialect::MySql, "REPLACE LOW_PRIORITY INTO t VALUES (1)"),
            (Dialect::MySql, "INSERT INTO t (a, b) VALUES (uuid (), now(6)), ((1), (NOT (2)))"),
            (Dialect::Sqlite, "INSERT OR REPLACE INTO t VALUES (1)"),
            (Dialect::Sqlite, "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2"),
            (Dialect::Postgres, "INSERT INTO t (a) VALUES (mine(1)) ON CONFLICT (a) DO UPDATE SET a = 2"),
            (Dialect::Postgres, "INSERT INTO t AS u OVERRIDING SYSTEM VALUE VALUES (1)"),
        ] {
            assert_eq!(table(dialect, statement).as_deref(), Some("t"), "{statement}");
        }
    }

    #[test]
    fn anything_else() {
        for dialect in Dialect::ALL {
            for other in [
                "INSERT INTO t SELECT 1",
                "INSERT INTO t (a) VALUES ((SELECT max(a) FROM t))",
                "WITH u AS (SELECT 1) INSERT INTO t VALUES (1)",
                "INSERT INTO t SET a = 1",
                "INSERT INTO t TABLE u",
                "INSERT INTO t VALUES (last_insert_id(), currval('s'), lastval(), last_insert_rowid())",
                "INSERT INTO t VALUES ('a",
                "UPDATE t SET a = 1",
                "VALUES (1)",
                "",
            ] {
                assert_eq!(table(dialect, other), None, "{dialect}: {other}");
            }
        }
        for other in [
            "INSERT DELAYED INTO t VALUES (1)",
            "INSERT INTO t VALUES (/*!50000 1, */ 2)",
            "INSERT INTO t VALUES (1, mine(2))",
            "INSERT INTO t VALUES (1, `mine` (2))",
            "INSERT INTO t VALUES (mine.concat(1))",
            "INSERT INTO t VALUES (NOW (6))",
            "INSERT INTO t VALUES (SLEEP(1))",
        ] {
            assert_eq!(table(Dialect::MySql, other), None, "{other}");
        }
    }
}
