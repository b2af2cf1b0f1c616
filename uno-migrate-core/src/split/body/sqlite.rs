//! `CREATE TRIGGER … BEGIN … END`.

use super::{LONGEST, Piece, lower};
use crate::lex::TokenKind;

#[derive(Default)]
pub(in crate::split) struct Body {
    state: State,
    /// What follows is a name, even if it looks like `BEGIN`.
    before_name: bool,
    /// Only there does `END` end a body: elsewhere it belongs to a `CASE`.
    at_statement_start: bool,
}

#[derive(Default, Clone, Copy)]
enum State {
    #[default]
    Start,
    Plain,
    Create,
    Trigger,
    /// The body, and where its `BEGIN` stands.
    Body(u32),
}

impl Body {
    pub(super) fn token(&mut self, piece: Piece<'_>) {
        let before_name = self.before_name;
        let at_statement_start = self.at_statement_start;
        let mut buffer = [0; LONGEST];
        let word = if piece.kind == TokenKind::Word { lower(piece.text, &mut buffer) } else { b"" };
        self.before_name =
            piece.kind == TokenKind::Punctuation(b'.') || matches!(word, b"trigger" | b"exists" | b"of" | b"on");
        self.at_statement_start = false;
        self.state = match (self.state, word) {
            (State::Start, b"explain" | b"query" | b"plan") => State::Start,
            (State::Start, b"create") => State::Create,
            (State::Create, b"temp" | b"temporary") => State::Create,
            (State::Create, b"trigger") => State::Trigger,
            (State::Start | State::Create, _) => State::Plain,
            (State::Trigger, b"begin") if piece.parentheses == 0 && !before_name => {
                self.at_statement_start = true;
                State::Body(piece.start)
            }
            (State::Body(_), b"end") if at_statement_start => State::Plain,
            (state, _) => state,
        };
    }

    pub(super) fn semicolon(&mut self) {
        self.at_statement_start = true;
    }

    pub(super) fn is_plain(&self) -> bool {
        matches!(self.state, State::Plain)
    }

    pub(super) fn open_block(&self) -> Option<u32> {
        match self.state {
            State::Body(begin) => Some(begin),
            _ => None,
        }
    }
}
