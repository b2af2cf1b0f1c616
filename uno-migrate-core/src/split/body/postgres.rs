//! `BEGIN ATOMIC … END` bodies, rules with several actions, and `COPY`.

use super::{LONGEST, Piece, lower};
use crate::lex::TokenKind;

#[derive(Default)]
pub(in crate::split) struct Body {
    state: State,
    /// What follows is a name, even if it looks like `END`.
    before_name: bool,
}

#[derive(Default, Clone, Copy)]
enum State {
    #[default]
    Start,
    Plain,
    Create,
    Rule,
    Routine,
    /// `BEGIN` at that offset, which `ATOMIC` may follow.
    Begin(u32),
    /// `BEGIN ATOMIC`, and how many `BEGIN` and `CASE` wait for their `END`.
    Atomic {
        begin: u32,
        depth: u32,
    },
    Copy,
    CopyFrom,
    CopyFromStdin,
}

impl Body {
    pub(super) fn token(&mut self, piece: Piece<'_>) {
        let before_name = self.before_name;
        self.before_name = piece.kind == TokenKind::Punctuation(b'.');
        let mut buffer = [0; LONGEST];
        let word = if piece.kind == TokenKind::Word { lower(piece.text, &mut buffer) } else { b"" };
        let top_level = piece.parentheses == 0;
        self.state = match (self.state, word) {
            (State::Start, b"create") => State::Create,
            (State::Start, b"copy") => State::Copy,
            (State::Create, b"or" | b"replace") => State::Create,
            (State::Create, b"function" | b"procedure") => State::Routine,
            (State::Create, b"rule") => State::Rule,
            (State::Start | State::Create, _) => State::Plain,
            (State::Routine, b"begin") if top_level && !before_name => State::Begin(piece.start),
            (State::Begin(begin), b"atomic") => State::Atomic { begin, depth: 1 },
            (State::Begin(_), _) => State::Routine,
            (State::Atomic { begin, depth }, b"case") if !before_name => State::Atomic { begin, depth: depth + 1 },
            (State::Atomic { depth: 1, .. }, b"end") if !before_name => State::Plain,
            (State::Atomic { begin, depth }, b"end") if !before_name => State::Atomic { begin, depth: depth - 1 },
            (state @ State::Atomic { .. }, b"as") => {
                self.before_name = true;
                state
            }
            (State::Copy, b"from") if top_level => State::CopyFrom,
            (State::CopyFrom, b"stdin") => State::CopyFromStdin,
            (State::CopyFrom, _) => State::Plain,
            (state, _) => state,
        };
    }

    pub(super) fn is_plain(&self) -> bool {
        matches!(self.state, State::Plain | State::Rule | State::CopyFromStdin)
    }

    pub(super) fn open_block(&self) -> Option<u32> {
        match self.state {
            State::Atomic { begin, .. } => Some(begin),
            _ => None,
        }
    }

    pub(super) fn is_rule(&self) -> bool {
        matches!(self.state, State::Rule)
    }

    pub(super) fn copies_from_stdin(&self) -> bool {
        matches!(self.state, State::CopyFromStdin)
    }
}
