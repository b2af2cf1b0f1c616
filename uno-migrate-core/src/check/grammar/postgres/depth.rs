//! Whether a statement nests deeper than the parser's stack is high.
//!
//! The parser calls itself for whatever nests, and takes up to 8 kB of stack for a level where it is not optimised; a stack
//! that runs over ends the compiler without a word. So the levels are counted before, rather too many than too few, and
//! what is deeper than any statement that somebody has written is left to the server.

use crate::check::statement::Statement;
use crate::lex::TokenKind;

/// A megabyte of stack at most: threads of tests and of runtimes have two.
const DEEPEST: usize = 128;

/// The longest word that is looked for.
const LONGEST: usize = 8;

/// What has been opened and may still be open.
#[derive(Default)]
struct Levels {
    /// The operators that wait for their right side, at each bracket that is open.
    brackets: Vec<usize>,
    waiting: usize,
    cases: usize,
    /// Statements in statements, and what else is not seen to end.
    held: usize,
}

pub(super) fn is_too_deep(statement: &Statement<'_>) -> bool {
    let mut levels = Levels::default();
    let mut outside = 0;
    for token in statement.tokens() {
        match token.kind {
            TokenKind::Punctuation(b'(' | b'[') => {
                outside += 1 + levels.waiting;
                levels.brackets.push(levels.waiting);
                levels.waiting = 0;
            }
            // One that closes nothing ends nothing either.
            TokenKind::Punctuation(b')' | b']') => {
                if let Some(waiting) = levels.brackets.pop() {
                    outside -= 1 + waiting;
                    levels.waiting = waiting;
                }
            }
            TokenKind::Punctuation(b',') | TokenKind::Semicolon => levels.waiting = 0,
            TokenKind::Operator => levels.waiting += 1,
            TokenKind::Word => levels.word(statement.text_of(token)),
            _ => {}
        }
        if outside + levels.waiting + levels.cases + levels.held > DEEPEST {
            return true;
        }
    }
    false
}

impl Levels {
    fn word(&mut self, word: &str) {
        let mut buffer = [0; LONGEST];
        let Some(lower) = buffer.get_mut(..word.len()) else { return };
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        match &*lower {
            b"not" | b"operator" => self.waiting += 1,
            b"and" | b"or" | b"when" | b"then" | b"else" | b"from" | b"where" => self.waiting = 0,
            b"case" => self.cases += 1 + std::mem::take(&mut self.waiting),
            b"end" => self.cases = self.cases.saturating_sub(1),
            b"between" | b"with" | b"explain" | b"declare" | b"prepare" | b"create" => {
                self.held += 1 + std::mem::take(&mut self.waiting);
            }
            _ => {}
        }
    }
}
