//! A statement as rules see it: it is read no further than somebody asks. Most rules tell by its first word that it is
//! none of theirs, and what only fills tables is never read at all.

use std::cell::OnceCell;

use crate::cursor::{self, Cursor};
use crate::lex::{Token, TokenKind, lex_statement};
use crate::{Dialect, Span};

/// One statement.
pub(crate) struct Statement<'a> {
    pub(crate) span: Span,
    pub(crate) verb: Verb,
    dialect: Dialect,
    /// The whole file.
    text: &'a str,
    words: OnceCell<[&'a str; WORDS]>,
    tokens: OnceCell<Vec<Token>>,
}

/// How many words tell what a statement is.
const WORDS: usize = 5;

/// The first word of a statement, or the kind of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Alter,
    /// What begins or ends a transaction.
    Control,
    Create,
    Delete,
    Drop,
    /// `INSERT` and `REPLACE`.
    Insert,
    Rename,
    /// `SELECT`, `WITH`, `VALUES`.
    Query,
    Set,
    Update,
    Other,
}

impl<'a> Statement<'a> {
    pub(crate) fn new(dialect: Dialect, text: &'a str, span: Span) -> Self {
        let verb = Verb::of(span.of(text));
        Self { span, verb, dialect, text, words: OnceCell::new(), tokens: OnceCell::new() }
    }

    /// As it is written.
    pub(crate) fn text(&self) -> &'a str {
        self.span.of(self.text)
    }

    /// Whether it begins with these words, of which there may be [five](WORDS).
    pub(crate) fn begins(&self, words: &[&str]) -> bool {
        let (own, mut alike) = (self.words(), 0);
        while alike < words.len() && own[alike].eq_ignore_ascii_case(words[alike]) {
            alike += 1;
        }
        alike == words.len()
    }

    /// Whether `TABLE` is among its first words: the bodies of routines are not read to find out.
    pub(crate) fn makes_table(&self) -> bool {
        self.verb == Verb::Create && self.words()[1..].iter().any(|word| word.eq_ignore_ascii_case("TABLE"))
    }

    /// Its first words, empty where a token is none.
    fn words(&self) -> &[&'a str; WORDS] {
        self.words.get_or_init(|| {
            let statement = self.text();
            let mut words = [""; WORDS];
            let tokens = lex_statement(self.dialect, statement).filter(|token| token.kind.is_content());
            for (word, token) in words.iter_mut().zip(tokens) {
                if token.kind == TokenKind::Word {
                    *word = token.span.of(statement);
                }
            }
            words
        })
    }

    /// The place of its first tokens.
    pub(crate) fn head(&self, count: usize) -> Span {
        let statement = self.text();
        let tokens = lex_statement(self.dialect, statement).filter(|token| token.kind.is_content());
        let end = tokens.take(count).last().map_or(self.span.end, |token| self.span.start + token.span.end);
        Span { end, ..self.span }
    }

    /// Its tokens with their places in the file.
    pub(crate) fn tokens(&self) -> &[Token] {
        self.tokens.get_or_init(|| cursor::tokens(self.dialect, self.text, self.span))
    }

    /// What is written there.
    pub(crate) fn text_of(&self, token: &Token) -> &'a str {
        token.span.of(self.text)
    }

    /// What stands between two tokens.
    #[cfg(feature = "check")]
    pub(crate) fn between(&self, one: &Token, other: &Token) -> &'a str {
        Span { start: one.span.end, end: other.span.start }.of(self.text)
    }

    /// The same tokens with their texts.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (TokenKind, &'a str)> + '_ {
        self.tokens().iter().map(|token| (token.kind, self.text_of(token)))
    }

    /// What can be read of it from left to right; none where a token may mean more than it says.
    pub(crate) fn cursor(&self) -> Option<Cursor<'_>> {
        Cursor::new(self.dialect, self.text, self.tokens())
    }

    /// The same from behind these words, if it begins with them.
    pub(crate) fn behind(&self, words: &[&str]) -> Option<Cursor<'_>> {
        let mut cursor = if self.begins(words) { self.cursor()? } else { return None };
        cursor.words(words).then_some(cursor)
    }
}

impl Verb {
    /// By the letters that a statement begins with. This runs for every statement of every file, unoptimised.
    fn of(statement: &str) -> Self {
        let (bytes, mut word, mut length) = (statement.as_bytes(), [0; 9], 0);
        while length < bytes.len() && (bytes[length].is_ascii_alphanumeric() || bytes[length] == b'_') {
            if length == word.len() {
                return Self::Other;
            }
            word[length] = bytes[length].to_ascii_uppercase();
            length += 1;
        }
        match &word[..length] {
            b"ALTER" => Self::Alter,
            b"BEGIN" | b"START" | b"COMMIT" | b"END" | b"ABORT" | b"ROLLBACK" | b"PREPARE" => Self::Control,
            b"CREATE" => Self::Create,
            b"DELETE" => Self::Delete,
            b"DROP" => Self::Drop,
            b"INSERT" | b"REPLACE" => Self::Insert,
            b"RENAME" => Self::Rename,
            b"SELECT" | b"WITH" | b"VALUES" => Self::Query,
            b"SET" => Self::Set,
            b"UPDATE" => Self::Update,
            _ => Self::Other,
        }
    }
}
