//! What is to be known of statements that are not one transaction, to go on from where an interrupted migration stopped.

mod carry;
mod fate;
mod part;
mod repeat;
mod replay;

pub use carry::{Carried, carried};
pub use fate::{Fate, fates};
pub use part::{is_new_part, new_table};
pub use repeat::is_repeatable;

use crate::lex::TokenKind;
use crate::split::significant;
use crate::{Dialect, Span};

/// A statement's words in upper case, empty where a token is none.
struct Words(Vec<String>);

impl Words {
    fn of(dialect: Dialect, statement: &str) -> Self {
        let tokens = significant(dialect, statement, Span::new(0..statement.len()));
        let tokens = tokens.skip_while(|(kind, _)| *kind == TokenKind::Punctuation(b'('));
        let word = |(kind, text): (TokenKind, &str)| match kind {
            TokenKind::Word => text.to_ascii_uppercase(),
            _ => String::new(),
        };
        Self(tokens.map(word).collect())
    }

    /// The first ones, to be compared with.
    fn first(&self) -> Vec<&str> {
        self.0.iter().take(6).map(String::as_str).collect()
    }

    fn has(&self, word: &str) -> bool {
        self.0.iter().any(|other| other == word)
    }

    /// Whether these stand one after the other, anywhere.
    fn have(&self, words: &[&str]) -> bool {
        self.0.windows(words.len()).any(|window| window == words)
    }
}
