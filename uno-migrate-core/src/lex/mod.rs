//! From text to tokens, each database's own way.
//!
//! The tokens of a text lie side by side and cover it: put together they give the text back, whatever it holds. What no
//! database could read is a token too ([`TokenKind::Unterminated`], [`TokenKind::Invalid`]), so that there is nothing to
//! fail. The loops work on bytes and allocate nothing: they run unoptimised inside the compiler.

mod mysql;
mod postgres;
mod scan;
mod sqlite;

use crate::{Dialect, Span};

/// A piece of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// What a piece of SQL is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Whitespace,
    /// `-- …`, and `# …` on MySQL, without the line's end.
    LineComment,
    BlockComment,
    /// `/*+ … */`: a comment that changes what a statement does.
    Hint,
    /// `/*! … */` and `/*M! … */`: what MySQL or MariaDB executes.
    Executable,
    /// A keyword or a bare name.
    Word,
    QuotedIdent,
    /// A literal in quotes, its prefix (`E`, `N`, `X`, `U&` …) included, or in dollar quotes.
    String,
    Number,
    /// `$1`, `?`, `:name` …
    Parameter,
    Operator,
    Punctuation(u8),
    Semicolon,
    /// What a `DELIMITER` line has put beside the semicolon.
    Terminator,
    /// `DELIMITER //`, a command of the mysql client, without the line's end.
    DelimiterCommand,
    /// `\d` and the like, a command of the database's client, up to the line's end.
    MetaCommand,
    /// The lines between `COPY … FROM stdin;` and `\.`.
    CopyData,
    /// Opened and never closed: it reaches to the end of the text.
    Unterminated(Quote),
    /// A character that starts nothing.
    Invalid,
}

/// What can be left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quote {
    String,
    Identifier,
    Dollar,
    Comment,
}

impl TokenKind {
    /// Whether the database would miss it: not white space, not a comment, not a client's command.
    pub(crate) fn is_content(self) -> bool {
        !matches!(
            self,
            Self::Whitespace
                | Self::LineComment
                | Self::BlockComment
                | Self::Unterminated(Quote::Comment)
                | Self::Terminator
                | Self::DelimiterCommand
                | Self::MetaCommand
                | Self::CopyData
        )
    }
}

/// The tokens of a file, the commands of the database's own client among them.
pub(crate) fn lex(dialect: Dialect, text: &str) -> Lexer<'_> {
    Lexer { client: mysql::Client::new(dialect == Dialect::MySql), ..lex_statement(dialect, text) }
}

/// The tokens of one statement: what looks like a client's command is none.
pub(crate) fn lex_statement(dialect: Dialect, text: &str) -> Lexer<'_> {
    Lexer {
        dialect,
        bytes: text.as_bytes(),
        at: 0,
        client: mysql::Client::new(false),
        continuation: postgres::Continuation::None,
    }
}

/// An iterator over the tokens of a text.
pub(crate) struct Lexer<'a> {
    dialect: Dialect,
    bytes: &'a [u8],
    at: usize,
    client: mysql::Client,
    continuation: postgres::Continuation,
}

impl Lexer<'_> {
    /// Forgets the terminator that a `DELIMITER` line has set.
    pub(crate) fn end_section(&mut self) {
        self.client.end_section();
    }

    /// The rest of the line, which turned out to be a comment or a command of the client.
    pub(crate) fn rest_of_line(&mut self) -> Token {
        let end = scan::line_end(self.bytes, self.at);
        self.take(TokenKind::LineComment, end)
    }

    /// The data behind `COPY … FROM stdin;`, with the line `\.` that ends it; none if there is no such line.
    pub(crate) fn copy_data(&mut self) -> Option<Token> {
        let mut line = scan::line_end(self.bytes, self.at) + 1;
        while line < self.bytes.len() {
            let end = scan::line_end(self.bytes, line);
            if self.bytes[line..end].trim_ascii_end() == b"\\." {
                return Some(self.take(TokenKind::CopyData, end));
            }
            line = end + 1;
        }
        None
    }

    fn take(&mut self, kind: TokenKind, end: usize) -> Token {
        let start = self.at;
        self.at = end;
        Token { kind, span: Span { start: start as u32, end: end as u32 } }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let (bytes, start) = (self.bytes, self.at);
        if start >= bytes.len() {
            return None;
        }
        let (kind, end) = match self.dialect {
            Dialect::Postgres => self.continuation.token(bytes, start),
            Dialect::MySql => self.client.token(bytes, start),
            Dialect::Sqlite => sqlite::token(bytes, start),
        };
        self.at = end;
        Some(Token { kind, span: Span { start: start as u32, end: end as u32 } })
    }
}
