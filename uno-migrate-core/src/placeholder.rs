//! The places in a statement that values are bound to.

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
}
