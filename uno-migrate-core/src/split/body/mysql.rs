//! Stored programs without `DELIMITER`: `BEGIN … END` and its control flow, as MySQL and MariaDB nest them.
//!
//! `BEGIN`, `END`, `IF`, `REPEAT` … are names and functions too. They are control flow only where a statement may start, so
//! that is what is followed: behind `BEGIN`, `THEN`, `ELSE`, `DO`, `LOOP`, a label and a semicolon.

use super::{LONGEST, Piece, lower};
use crate::lex::TokenKind;

#[derive(Default)]
pub(in crate::split) struct Body {
    state: State,
    blocks: Vec<Block>,
    place: Place,
    previous: Previous,
    /// Behind `UNTIL`, whose condition ends at `END REPEAT` without a semicolon.
    in_until: bool,
    /// Behind the `PROCEDURE` or `FUNCTION` of a package, before its `AS`.
    in_member: bool,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    Start,
    Plain,
    Create,
    Alter,
    /// A `BEGIN` that opens a block, unless it is a transaction's.
    Begin(u32),
    /// `SET`, and whether `STATEMENT` follows: behind its `FOR` stands a statement of any kind.
    Set,
    SetStatement,
    Trigger,
    Event,
    /// Up to the end of the parameters, or `AS`.
    Routine,
    Package,
    Body,
}

/// Where in a body a token stands.
#[derive(Default, Clone, Copy, PartialEq)]
enum Place {
    #[default]
    Within,
    /// A statement starts here.
    Start,
    /// Behind a routine's parameters, where Oracle's mode has `RETURN` and a type.
    Returns,
    /// A statement starts at the next word that can start one: behind a routine's parameters, or behind `HANDLER FOR`.
    Before,
    /// Behind the first word of a statement, which is a label if a colon follows.
    Label,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Previous {
    #[default]
    Other,
    /// What follows is a name: `.` or `@`.
    BeforeName,
    /// What follows is a value: `=`.
    Equals,
    Each,
    /// `SET` behind it is no statement: `CHARACTER SET`, `RETURNS SET(…)`.
    BeforeSet,
    /// `EXIT`, `CONTINUE` or `UNDO`: `HANDLER FOR …` behind it leads to a statement.
    ExitOrContinue,
    Handler,
    Not,
}

struct Block {
    kind: BlockKind,
    start: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum BlockKind {
    Begin,
    /// `AS` of a routine (`sql_mode=ORACLE`), whose declarations `BEGIN` follows.
    Declarations,
    Package,
    If,
    Case,
    CaseExpression,
    Loop,
    Repeat,
    /// `WHILE` and `FOR`, up to whose `DO` stands a condition.
    While,
}

impl BlockKind {
    fn waits_for_begin(self) -> bool {
        matches!(self, Self::Declarations | Self::Package)
    }
}

impl Body {
    pub(super) fn token(&mut self, piece: Piece<'_>) {
        let previous = self.previous;
        let mut buffer = [0; LONGEST];
        let word = if piece.kind == TokenKind::Word { lower(piece.text, &mut buffer) } else { b"" };
        self.previous = match (piece.kind, word) {
            (TokenKind::Punctuation(b'.' | b'@'), _) => Previous::BeforeName,
            (TokenKind::Operator, _) if piece.text == "=" => Previous::Equals,
            (_, b"each") => Previous::Each,
            (_, b"character" | b"returns") => Previous::BeforeSet,
            (_, b"exit" | b"continue" | b"undo") => Previous::ExitOrContinue,
            (_, b"handler") => Previous::Handler,
            (_, b"not") => Previous::Not,
            _ => Previous::Other,
        };
        let is_name = previous == Previous::BeforeName;
        let top_level = piece.parentheses == 0;
        match self.state {
            State::Plain => {}
            // mysqldump writes `/*!50003 CREATE*/ /*!50017 DEFINER=… */ TRIGGER`, and other things before a statement.
            State::Start if piece.kind == TokenKind::Executable => {
                if executed(piece.text).eq_ignore_ascii_case("create") {
                    self.state = State::Create;
                }
            }
            State::Start => self.start(word, piece),
            State::Begin(_) if word == b"work" => self.state = State::Plain,
            State::Begin(start) => {
                self.enter(Place::Start);
                self.blocks.push(Block { kind: BlockKind::Begin, start });
                self.body(word, previous, piece);
            }
            State::Set => self.state = if word == b"statement" { State::SetStatement } else { State::Plain },
            State::SetStatement if word == b"for" && top_level && !is_name => self.state = State::Start,
            State::SetStatement => {}
            State::Create | State::Alter => {
                if piece.kind == TokenKind::Word && !is_name && previous != Previous::Equals {
                    self.create(word);
                }
            }
            State::Trigger if word == b"row" && previous == Previous::Each => self.enter(Place::Before),
            State::Event if word == b"do" && top_level && !is_name => self.enter(Place::Start),
            State::Routine if piece.kind == TokenKind::Punctuation(b')') && piece.parentheses == 1 => {
                self.enter(Place::Returns);
            }
            State::Routine | State::Package if matches!(word, b"as" | b"is") && top_level && !is_name => {
                let kind = if self.state == State::Package { BlockKind::Package } else { BlockKind::Declarations };
                self.enter(Place::Start);
                self.blocks.push(Block { kind, start: piece.start });
            }
            State::Trigger | State::Event | State::Routine | State::Package => {}
            State::Body if !top_level || is_name => {}
            // `/*!50707 SET a = 1; */` may be a whole statement.
            State::Body if piece.kind == TokenKind::Executable && executed(piece.text).ends_with(';') => {
                self.place = Place::Start;
            }
            State::Body => self.body(word, previous, piece),
        }
    }

    /// The first word of a statement.
    fn start(&mut self, word: &[u8], piece: Piece<'_>) {
        match word {
            b"create" => self.state = State::Create,
            b"alter" => self.state = State::Alter,
            b"begin" => self.state = State::Begin(piece.start),
            b"set" => self.state = State::Set,
            // A block of Oracle's mode.
            b"declare" => {
                self.enter(Place::Start);
                self.blocks.push(Block { kind: BlockKind::Declarations, start: piece.start });
            }
            // MariaDB takes control flow outside stored programs too.
            b"if" | b"case" | b"loop" | b"repeat" | b"while" | b"for" => {
                self.enter(Place::Start);
                self.open(word, piece.start, false);
            }
            _ => self.state = State::Plain,
        }
    }

    /// A word between `CREATE` or `ALTER` and what is created.
    fn create(&mut self, word: &[u8]) {
        self.state = match word {
            b"or" | b"replace" | b"definer" | b"aggregate" => return,
            b"event" => State::Event,
            b"trigger" if self.state == State::Create => State::Trigger,
            b"procedure" | b"function" if self.state == State::Create => State::Routine,
            b"package" if self.state == State::Create => State::Package,
            _ => State::Plain,
        };
    }

    fn enter(&mut self, place: Place) {
        self.state = State::Body;
        self.place = place;
    }

    /// A token of a body, outside parentheses.
    fn body(&mut self, word: &[u8], previous: Previous, piece: Piece<'_>) {
        let place = self.place;
        self.place = Place::Within;
        match place {
            Place::Label if piece.kind == TokenKind::Punctuation(b':') => self.place = Place::Start,
            // `BEGIN NOT ATOMIC`, and `<<label>>` of Oracle's mode.
            Place::Start if word == b"not" || (word == b"atomic" && previous == Previous::Not) => self.place = place,
            Place::Start | Place::Label if piece.kind == TokenKind::Operator && matches!(piece.text, "<<" | ">>") => {
                self.place = Place::Start;
            }
            Place::Start => {
                if !self.open(word, piece.start, false) {
                    self.first_word(word, piece);
                }
            }
            Place::Returns if word == b"return" => self.place = Place::Before,
            // The `FOR` of a handler is no loop.
            Place::Before if word == b"for" && previous == Previous::Handler => self.place = Place::Before,
            // A trigger's body may be a block of Oracle's mode.
            Place::Returns | Place::Before
                if matches!(word, b"as" | b"is") || (word == b"declare" && self.blocks.is_empty()) =>
            {
                self.blocks.push(Block { kind: BlockKind::Declarations, start: piece.start });
                self.place = Place::Start;
            }
            Place::Returns | Place::Before => {
                if !self.open(word, piece.start, !self.blocks.is_empty()) && !starts_statement(word, previous) {
                    self.place = Place::Before;
                }
            }
            Place::Label | Place::Within => self.later_word(word, previous, piece),
        }
    }

    /// Opens the block that a word opens where a statement starts.
    fn open(&mut self, word: &[u8], start: u32, in_handler: bool) -> bool {
        let (kind, place) = match word {
            b"begin" => (BlockKind::Begin, Place::Start),
            b"if" => (BlockKind::If, Place::Within),
            b"case" => (BlockKind::Case, Place::Within),
            b"loop" => (BlockKind::Loop, Place::Start),
            b"repeat" => (BlockKind::Repeat, Place::Start),
            b"while" | b"for" => (BlockKind::While, Place::Within),
            _ => return false,
        };
        self.place = place;
        match self.blocks.last_mut() {
            // One `END` closes both.
            Some(block) if kind == BlockKind::Begin && block.kind.waits_for_begin() && !in_handler => block.kind = kind,
            _ => self.blocks.push(Block { kind, start }),
        }
        true
    }

    /// The first word of a statement that opens no block.
    fn first_word(&mut self, word: &[u8], piece: Piece<'_>) {
        match word {
            b"end" => self.close(),
            b"else" => self.place = Place::Start,
            b"until" => self.in_until = true,
            b"procedure" | b"function" => self.in_member = self.is_in(BlockKind::Package),
            _ if matches!(piece.kind, TokenKind::Word | TokenKind::QuotedIdent) => self.place = Place::Label,
            _ => {}
        }
    }

    fn later_word(&mut self, word: &[u8], previous: Previous, piece: Piece<'_>) {
        match word {
            b"case" => self.blocks.push(Block { kind: BlockKind::CaseExpression, start: piece.start }),
            b"end" if self.is_in(BlockKind::CaseExpression) => self.close(),
            b"end" if self.in_until && self.is_in(BlockKind::Repeat) => self.close(),
            b"then" | b"else" if !self.is_in(BlockKind::CaseExpression) => self.place = Place::Start,
            b"do" | b"loop" if self.is_in(BlockKind::While) => self.place = Place::Start,
            b"handler" if previous == Previous::ExitOrContinue => self.place = Place::Before,
            b"as" | b"is" if self.in_member => {
                self.in_member = false;
                self.blocks.push(Block { kind: BlockKind::Declarations, start: piece.start });
                self.place = Place::Start;
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        let closed = self.blocks.pop();
        self.in_until &= closed.is_none_or(|block| block.kind == BlockKind::CaseExpression);
        if self.blocks.is_empty() {
            self.state = State::Plain;
        }
    }

    fn is_in(&self, kind: BlockKind) -> bool {
        self.blocks.last().is_some_and(|block| block.kind == kind)
    }

    pub(super) fn semicolon(&mut self) {
        // An expression cannot outlast its statement, even a wrong one.
        while self.is_in(BlockKind::CaseExpression) {
            self.blocks.pop();
        }
        self.place = Place::Start;
        self.previous = Previous::Other;
        self.in_member = false;
    }

    pub(super) fn is_plain(&self) -> bool {
        self.state == State::Plain
    }

    pub(super) fn open_block(&self) -> Option<u32> {
        self.blocks.last().map(|block| block.start)
    }

    /// Keeps the stack's memory.
    pub(super) fn reset(&mut self) {
        let mut blocks = std::mem::take(&mut self.blocks);
        blocks.clear();
        *self = Self { blocks, ..Self::default() };
    }
}

/// Whether a word behind a routine's parameters or a handler's conditions starts the statement that they lead to.
fn starts_statement(word: &[u8], previous: Previous) -> bool {
    match word {
        b"set" => previous != Previous::BeforeSet,
        b"return" | b"select" | b"insert" | b"update" | b"delete" | b"replace" | b"call" | b"with" | b"do"
        | b"signal" | b"resignal" | b"leave" | b"iterate" | b"open" | b"close" | b"fetch" | b"get" | b"create"
        | b"alter" | b"drop" | b"truncate" | b"execute" | b"prepare" | b"deallocate" | b"start" | b"commit"
        | b"rollback" | b"savepoint" | b"show" | b"lock" | b"grant" | b"revoke" | b"rename" | b"analyze"
        | b"optimize" | b"flush" => true,
        _ => false,
    }
}

/// What is executed of an executable comment.
fn executed(comment: &str) -> &str {
    let opened =
        comment.trim_start_matches(['/', '*', 'M', '!']).trim_start_matches(|digit: char| digit.is_ascii_digit());
    opened.trim_end_matches("*/").trim_ascii()
}
