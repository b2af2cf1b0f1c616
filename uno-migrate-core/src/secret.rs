//! What must not be shown of a statement.

use crate::lex::{TokenKind, lex_statement};
use crate::{Dialect, Span};

/// What must not be shown: the strings of statements that create roles, users or servers, or that set a password.
pub fn secrets(dialect: Dialect, sql: &str) -> Vec<Span> {
    let mut secrets = Vec::new();
    let mut strings = Vec::new();
    let mut is_secret = false;
    for token in lex_statement(dialect, sql) {
        let text = token.span.of(sql);
        match token.kind {
            TokenKind::Word => is_secret |= is_telling(text),
            // A body in dollar quotes may do the same.
            TokenKind::String => {
                is_secret |= text.starts_with('$') && text.split(|c: char| !c.is_alphanumeric()).any(is_telling);
                strings.push(token.span);
            }
            TokenKind::Executable => {
                is_secret |= text.split(|c: char| !c.is_alphanumeric()).any(is_telling);
                strings.push(token.span);
            }
            TokenKind::Unterminated(_) => strings.push(token.span),
            TokenKind::Semicolon => {
                if std::mem::take(&mut is_secret) {
                    secrets.append(&mut strings);
                }
                strings.clear();
            }
            _ => {}
        }
    }
    if is_secret {
        secrets.append(&mut strings);
    }
    secrets
}

/// The words that stand only where something may be secret.
pub(crate) fn is_telling(word: &str) -> bool {
    const TELLING: [&str; 8] =
        ["role", "user", "server", "password", "identified", "mapping", "subscription", "master_password"];
    TELLING.iter().any(|telling| telling.eq_ignore_ascii_case(word))
}

/// A message of the database's without the secrets of the statement that it is about, which it may quote.
pub fn without_secrets(dialect: Dialect, sql: &str, message: &str) -> String {
    let mut texts = Vec::new();
    for span in secrets(dialect, sql) {
        contents(dialect, span.of(sql), &mut texts);
    }
    // What is part of another one goes after it.
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts.iter().fold(message.to_owned(), |message, text| without(message, text))
}

/// What stands in a literal, as written and as meant, and in the literals of a body.
fn contents(dialect: Dialect, literal: &str, texts: &mut Vec<String>) {
    if let Some(body) = body(literal) {
        texts.push(body.trim().to_owned());
        let is_string = |kind| matches!(kind, TokenKind::String | TokenKind::Unterminated(_));
        for token in lex_statement(dialect, body).filter(|token| is_string(token.kind)) {
            contents(dialect, token.span.of(body), texts);
        }
        return;
    }
    let Some(start) = literal.find(['\'', '"']) else { return };
    let quote = &literal[start..=start];
    let inside = &literal[start + 1..];
    let inside = inside.strip_suffix(quote).unwrap_or(inside);
    texts.push(inside.to_owned());
    texts.push(inside.replace(&quote.repeat(2), quote).replace("\\\\", "\\"));
}

/// What stands in dollar quotes or in an executable comment.
fn body(literal: &str) -> Option<&str> {
    if let Some(comment) = literal.strip_prefix("/*") {
        return Some(comment.trim_start_matches(['M', '!']).trim_end_matches("*/"));
    }
    let (tag, rest) = literal.strip_prefix('$')?.split_once('$')?;
    let inside = rest.strip_suffix('$').and_then(|rest| rest.strip_suffix(tag)).and_then(|rest| rest.strip_suffix('$'));
    Some(inside.unwrap_or(rest))
}

/// A short text is meant only where it stands alone: `a` is in every sentence.
fn without(message: String, text: &str) -> String {
    const SHORT: usize = 4;
    if text.is_empty() {
        return message;
    }
    let is_part = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
    let mut shown = String::with_capacity(message.len());
    let mut copied = 0;
    for (at, _) in message.match_indices(text) {
        let end = at + text.len();
        let alone = !is_part(message[..at].chars().next_back()) && !is_part(message[end..].chars().next());
        if alone || text.chars().count() >= SHORT {
            shown.push_str(&message[copied..at]);
            shown.push_str("***");
            copied = end;
        }
    }
    shown.push_str(&message[copied..]);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_strings_of_telling_statements_are_secret() {
        let shown = |dialect, sql: &'static str| -> Vec<&str> {
            secrets(dialect, sql).into_iter().map(|span| span.of(sql)).collect()
        };
        let sql = "SELECT 'a'; CREATE ROLE app PASSWORD 'b'; SELECT 'c'";
        assert_eq!(shown(Dialect::Postgres, sql), ["'b'"]);
        assert_eq!(shown(Dialect::MySql, "CREATE USER 'app'@'%' IDENTIFIED BY 'b'"), ["'app'", "'%'", "'b'"]);
        assert_eq!(shown(Dialect::Postgres, "DO $$BEGIN CREATE ROLE a PASSWORD 'b'; END$$").len(), 1);
        assert!(shown(Dialect::Postgres, "INSERT INTO users (name) VALUES ('a')").is_empty());
    }

    #[test]
    fn a_message_is_told_without_what_it_quotes() {
        let told = |dialect, sql, message| without_secrets(dialect, sql, message);
        let sql = "CREATE ROLE a PASSWORD 'eins' VALID UNTIL 'it''s'";
        let message = "invalid input syntax for type timestamp with time zone: \"it's\" (22007), eins";
        assert_eq!(
            told(Dialect::Postgres, sql, message),
            "invalid input syntax for type timestamp with time zone: \"***\" (22007), ***"
        );
        let sql = "CREATE USER 'a'@'%' IDENTIFIED BY 'geheim'";
        let message = "Operation CREATE USER failed for 'a'@'%' at geheim2";
        assert_eq!(told(Dialect::MySql, sql, message), "Operation CREATE USER failed for '***'@'***' at ***2");
        let sql = "DO $b$BEGIN CREATE ROLE a VALID UNTIL 'geheim'; END$b$";
        assert_eq!(told(Dialect::Postgres, sql, "no time: \"geheim\""), "no time: \"***\"");
        let sql = "/*!40000 CREATE USER 'app' IDENTIFIED BY \"geheim\" */";
        assert_eq!(told(Dialect::MySql, sql, "'app' and 'geheim'"), "'***' and '***'");
        assert_eq!(told(Dialect::Postgres, "INSERT INTO a VALUES ('geheim')", "geheim"), "geheim");
    }
}
