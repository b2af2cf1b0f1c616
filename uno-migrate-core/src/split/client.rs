//! What the database's own client takes for itself where a statement would start.

use crate::Dialect;
use crate::lex::{Token, TokenKind};

pub(super) fn name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Postgres => "psql",
        Dialect::MySql => "the mysql client",
        Dialect::Sqlite => "the sqlite3 shell",
    }
}

/// `--DOWN` on MySQL, where a comment needs a blank behind its dashes: no statement starts with two minus signs, so
/// the client takes the line for a comment there.
pub(super) fn is_comment(dialect: Dialect, text: &str, token: Token) -> bool {
    dialect == Dialect::MySql && text.as_bytes()[token.span.start as usize..].starts_with(b"--")
}

/// `source file` and `\. file` of the mysql client, `.read file` of the sqlite3 shell: no statement starts like that.
pub(super) fn is_command(dialect: Dialect, text: &str, token: Token) -> bool {
    let rest = &text.as_bytes()[token.span.end as usize..];
    match (dialect, token.kind) {
        (Dialect::MySql, TokenKind::Word) => {
            token.span.of(text).eq_ignore_ascii_case("source") && matches!(rest.first(), Some(b' ' | b'\t'))
        }
        (Dialect::MySql, TokenKind::Invalid) => token.span.of(text) == "\\",
        (Dialect::Sqlite, TokenKind::Punctuation(b'.')) => rest.first().is_some_and(u8::is_ascii_alphabetic),
        _ => false,
    }
}
