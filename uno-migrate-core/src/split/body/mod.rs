//! Statements that hold statements: where a semicolon does not end one.

mod mysql;
mod postgres;
mod sqlite;

use crate::Dialect;
use crate::lex::TokenKind;

/// What is known of the statement in hand.
pub(super) enum Body {
    Postgres(postgres::Body),
    MySql(mysql::Body),
    Sqlite(sqlite::Body),
}

/// A token of a statement, as bodies look at it.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) kind: TokenKind,
    pub(super) text: &'a str,
    pub(super) start: u32,
    /// How many parentheses are open before it.
    pub(super) parentheses: usize,
}

impl Body {
    pub(super) fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => Self::Postgres(postgres::Body::default()),
            Dialect::MySql => Self::MySql(mysql::Body::default()),
            Dialect::Sqlite => Self::Sqlite(sqlite::Body::default()),
        }
    }

    /// The next token of the statement; semicolons and comments are not told.
    pub(super) fn token(&mut self, piece: Piece<'_>) {
        match self {
            Self::Postgres(body) => body.token(piece),
            Self::MySql(body) => body.token(piece),
            Self::Sqlite(body) => body.token(piece),
        }
    }

    /// Whether no further token can change anything: nearly every statement, after its first words.
    pub(super) fn is_plain(&self) -> bool {
        match self {
            Self::Postgres(body) => body.is_plain(),
            Self::MySql(body) => body.is_plain(),
            Self::Sqlite(body) => body.is_plain(),
        }
    }

    /// A semicolon within the statement.
    pub(super) fn semicolon(&mut self) {
        match self {
            Self::Postgres(_) => {}
            Self::MySql(body) => body.semicolon(),
            Self::Sqlite(body) => body.semicolon(),
        }
    }

    /// Where the innermost block was opened that is still open.
    pub(super) fn open_block(&self) -> Option<u32> {
        match self {
            Self::Postgres(body) => body.open_block(),
            Self::MySql(body) => body.open_block(),
            Self::Sqlite(body) => body.open_block(),
        }
    }

    /// `CREATE RULE … DO (one; two)`.
    pub(super) fn has_semicolons_in_parentheses(&self) -> bool {
        matches!(self, Self::Postgres(body) if body.is_rule())
    }

    /// `COPY … FROM stdin`.
    pub(super) fn copies_from_stdin(&self) -> bool {
        matches!(self, Self::Postgres(body) if body.copies_from_stdin())
    }

    /// Forgets the statement.
    pub(super) fn reset(&mut self) {
        match self {
            Self::Postgres(body) => *body = postgres::Body::default(),
            Self::MySql(body) => body.reset(),
            Self::Sqlite(body) => *body = sqlite::Body::default(),
        }
    }
}

/// The longest keyword that a body looks for.
const LONGEST: usize = 12;

/// A word in lower case; empty for a word that is no keyword of ours by its length.
fn lower<'b>(word: &str, buffer: &'b mut [u8; LONGEST]) -> &'b [u8] {
    let Some(lower) = buffer.get_mut(..word.len()) else { return b"" };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    lower
}
