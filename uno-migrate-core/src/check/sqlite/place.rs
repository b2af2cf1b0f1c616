//! Where in a statement an error of SQLite's is.

use super::failure::Failure;
use crate::lex::{Token, TokenKind, lex_statement};
use crate::{Dialect, Span};

/// The token that SQLite points at, else the one that it names, else the whole statement.
pub(super) fn place(text: &str, statement: Span, failure: &Failure) -> Span {
    let sql = statement.of(text);
    let mut tokens = lex_statement(Dialect::Sqlite, sql).filter(|token| token.kind.is_content());
    let named = named(&failure.message);
    let is_named = |token: &Token| {
        let is_name = matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdent);
        let text = token.span.of(sql).trim_matches(['"', '`', '[', ']']);
        is_name && named.is_some_and(|name| text.eq_ignore_ascii_case(name))
    };
    let found = match failure.offset {
        Some(offset) => tokens.find(|token| token.span.range().contains(&offset)),
        None if failure.message == "incomplete input" => tokens.last(),
        // An older SQLite does not say where: what stands there once is there.
        None if failure.is_grammar() => {
            let near = failure.message.strip_prefix("near \"").and_then(|rest| rest.split('"').next());
            let mut found = tokens.filter(|token| near.is_some_and(|near| token.span.of(sql) == near));
            found.next().filter(|_| found.next().is_none())
        }
        // The first of two is right.
        None if failure.message.starts_with("duplicate") => tokens.filter(is_named).last(),
        None => tokens.find(is_named),
    };
    found.map_or(statement, |token| Span {
        start: statement.start + token.span.start,
        end: statement.start + token.span.end,
    })
}

/// The name that a message is about: `no such table: main.users`, `table users already exists`.
fn named(message: &str) -> Option<&str> {
    let name = match message.split_once(": ") {
        Some((words, name)) if words.starts_with("no such") || words.starts_with("duplicate column name") => name,
        _ => {
            let behind = |what: &str| message.split(' ').skip_while(|word| *word != what).nth(1);
            ["named", "table", "index", "view"].into_iter().find_map(behind)?
        }
    };
    let name = name.rsplit('.').next().unwrap_or(name);
    Some(name.trim_matches('"'))
}
