//! What is found inside one statement: its placeholders, and what must not be shown of it.

use crate::lex::{TokenKind, lex_statement};
use crate::{Dialect, Span};

/// A place in a statement that a value is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder {
    /// Where it stands.
    pub span: Span,
    /// The number behind the dollar, from 1; none for `?`, `:name` and the like.
    pub number: Option<u16>,
}

/// The placeholders of a statement in the order in which they stand: `$1` means one on every database, save inside
/// strings, quoted names and comments.
pub fn placeholders(dialect: Dialect, statement: &str) -> Vec<Placeholder> {
    lex_statement(dialect, statement)
        .filter_map(|token| {
            let text = token.span.of(statement);
            // To MySQL `$1` is a name, as nobody would write one.
            let digits = text.strip_prefix('$').filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
            match token.kind {
                TokenKind::Parameter => {}
                TokenKind::Word if digits.is_some_and(|digits| !digits.is_empty()) => {}
                _ => return None,
            }
            let number = digits.and_then(|digits| digits.parse().ok()).filter(|&number| number > 0);
            Some(Placeholder { span: token.span, number })
        })
        .collect()
}

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
fn is_telling(word: &str) -> bool {
    const TELLING: [&str; 8] =
        ["role", "user", "server", "password", "identified", "mapping", "subscription", "master_password"];
    TELLING.iter().any(|telling| telling.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(dialect: Dialect, statement: &str) -> Vec<Option<u16>> {
        placeholders(dialect, statement).into_iter().map(|placeholder| placeholder.number).collect()
    }

    #[test]
    fn placeholders_are_numbered_on_every_database() {
        for dialect in Dialect::ALL {
            assert_eq!(
                numbers(dialect, "SELECT $2, '$9', \"$9\", $1 -- $9\n, $2 /* $9 */"),
                [Some(2), Some(1), Some(2)],
                "{dialect}"
            );
        }
        assert_eq!(numbers(Dialect::Postgres, "SELECT $a$ $1 $a$, $1::int, data ? 'key'"), [Some(1)]);
        assert_eq!(numbers(Dialect::MySql, "SELECT ?, a$1, `$1`, $1x"), [None]);
        assert_eq!(numbers(Dialect::Sqlite, "SELECT ?, ?1, :a, $b, [$1], $0"), [None; 5]);
    }

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
}
