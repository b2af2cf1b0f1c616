//! How much of a stack it takes to read a statement: parsers are recursive, and the stack is the compiler's.

use crate::check::statement::Statement;
use crate::lex::TokenKind;

/// How many links of a chain take as much as one parenthesis.
const PARENTHESIS: usize = 16;

/// Whether a statement is read without much of a stack, whatever it says.
///
/// What stands between two commas may be one chain, `a + b + c`, each link of which holds the one before it; what a
/// parenthesis holds is read from within.
pub(super) fn is_shallow(statement: &Statement<'_>, deepest: usize) -> bool {
    let mut levels = vec![(Opener::Statement, 0_usize)];
    let mut depth = 0;
    for token in statement.pieces() {
        let (opener, links) = levels.last().copied().unwrap_or((Opener::Statement, 0));
        match Opener::of(token) {
            Some(opener) => {
                levels.push((opener, PARENTHESIS));
                depth += PARENTHESIS;
            }
            // What closes nothing that is open is no end of anything.
            None if opener.is_closed_by(token) => {
                levels.pop();
                depth -= links;
            }
            None => {
                let is_comma = token.0 == TokenKind::Punctuation(b',');
                let links = if is_comma { links.min(PARENTHESIS) } else { links + 1 };
                if let Some(level) = levels.last_mut() {
                    depth = depth - level.1 + links;
                    level.1 = links;
                }
            }
        }
        if depth > deepest {
            return false;
        }
    }
    true
}

/// What begins something that is read from within.
#[derive(Clone, Copy, PartialEq)]
enum Opener {
    Statement,
    Parenthesis,
    Bracket,
    Case,
}

impl Opener {
    fn of((kind, text): (TokenKind, &str)) -> Option<Self> {
        match kind {
            TokenKind::Punctuation(b'(') => Some(Self::Parenthesis),
            TokenKind::Punctuation(b'[') => Some(Self::Bracket),
            TokenKind::Word if text.eq_ignore_ascii_case("CASE") => Some(Self::Case),
            _ => None,
        }
    }

    fn is_closed_by(self, (kind, text): (TokenKind, &str)) -> bool {
        match self {
            Self::Statement => false,
            Self::Parenthesis => kind == TokenKind::Punctuation(b')'),
            Self::Bracket => kind == TokenKind::Punctuation(b']'),
            Self::Case => kind == TokenKind::Word && text.eq_ignore_ascii_case("END"),
        }
    }
}
