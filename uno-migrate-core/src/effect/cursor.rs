//! The tokens of a statement, read from left to right.

use super::QualifiedName;
use crate::lex::TokenKind;
use crate::split::significant;
use crate::{Dialect, Span};

/// PostgreSQL cuts longer names off, with a notice only.
const POSTGRES_NAME_BYTES: usize = 63;

pub(super) struct Cursor<'a> {
    dialect: Dialect,
    tokens: Vec<(TokenKind, &'a str)>,
    at: usize,
}

/// A token and how many parentheses and brackets it stands in; those themselves stand outside.
#[derive(Clone, Copy)]
pub(super) struct Nested<'a> {
    pub(super) depth: usize,
    pub(super) kind: TokenKind,
    pub(super) text: &'a str,
}

impl Nested<'_> {
    pub(super) fn is(self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(super) fn is_one(self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }
}

impl<'a> Cursor<'a> {
    /// None where a token may mean more than it says: hints, what one server executes and the other does not, and what
    /// no server reads.
    pub(super) fn new(dialect: Dialect, statement: &'a str) -> Option<Self> {
        let mut tokens: Vec<_> = significant(dialect, statement, Span::new(0..statement.len())).collect();
        while tokens.pop_if(|(kind, _)| *kind == TokenKind::Semicolon).is_some() {}
        let is_plain = tokens.iter().all(|(kind, _)| {
            !matches!(
                kind,
                TokenKind::Hint
                    | TokenKind::Executable
                    | TokenKind::Semicolon
                    | TokenKind::Unterminated(_)
                    | TokenKind::Invalid
            )
        });
        is_plain.then_some(Self { dialect, tokens, at: 0 })
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn peek(&self) -> Option<(TokenKind, &'a str)> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.tokens.len()
    }

    /// Whether the next token is one of some bare words.
    pub(super) fn is_at(&self, words: &[&str]) -> bool {
        self.peek().is_some_and(|(kind, text)| {
            kind == TokenKind::Word && words.iter().any(|word| text.eq_ignore_ascii_case(word))
        })
    }

    pub(super) fn is_at_punctuation(&self, punctuation: u8) -> bool {
        self.peek().is_some_and(|(kind, _)| kind == TokenKind::Punctuation(punctuation))
    }

    /// Takes the next token if it is one of some bare words.
    pub(super) fn one_of(&mut self, words: &[&str]) -> bool {
        let is_one = self.is_at(words);
        self.at += usize::from(is_one);
        is_one
    }

    pub(super) fn word(&mut self, word: &str) -> bool {
        self.one_of(&[word])
    }

    /// Takes some words that follow one another, or nothing.
    pub(super) fn words(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        let all = words.iter().all(|word| self.word(word));
        if !all {
            self.at = start;
        }
        all
    }

    pub(super) fn if_exists(&mut self) {
        self.words(&["IF", "EXISTS"]);
    }

    pub(super) fn if_not_exists(&mut self) {
        self.words(&["IF", "NOT", "EXISTS"]);
    }

    /// A name without a schema.
    pub(super) fn name(&mut self) -> Option<String> {
        let name = self.part()?;
        (!self.is_at_punctuation(b'.')).then_some(name)
    }

    /// A name, with its schema or without, of something that is not temporary.
    pub(super) fn qualified(&mut self) -> Option<QualifiedName> {
        let first = self.part()?;
        if !self.is_at_punctuation(b'.') {
            return Some(QualifiedName { schema: None, name: first });
        }
        self.at += 1;
        let name = self.name()?;
        let is_temporary = match self.dialect {
            Dialect::Postgres => first.starts_with("pg_temp"),
            Dialect::MySql => false,
            Dialect::Sqlite => first.eq_ignore_ascii_case("temp"),
        };
        (!is_temporary).then_some(QualifiedName { schema: Some(first), name })
    }

    fn part(&mut self) -> Option<String> {
        let (kind, text) = self.peek()?;
        let name = match kind {
            TokenKind::Word => self.folded(text)?,
            TokenKind::QuotedIdent => unquoted(text)?,
            _ => return None,
        };
        if self.dialect == Dialect::Postgres && name.len() > POSTGRES_NAME_BYTES {
            return None;
        }
        self.at += 1;
        Some(name)
    }

    /// A bare name as the database keeps it. Whether PostgreSQL folds letters beyond ASCII depends on the encoding of the
    /// database, so a name that has any to fold is none that we know.
    fn folded(&self, word: &str) -> Option<String> {
        if self.dialect != Dialect::Postgres {
            return Some(word.to_owned());
        }
        let folded = word.to_ascii_lowercase();
        (folded == word.to_lowercase()).then_some(folded)
    }

    /// Whether two names are told apart by their case at most, where that may not tell names apart.
    pub(super) fn is_same(&self, one: &str, other: &str) -> bool {
        match self.dialect {
            Dialect::Postgres => one == other,
            Dialect::MySql | Dialect::Sqlite => one.to_lowercase() == other.to_lowercase(),
        }
    }

    /// What is still to be read.
    pub(super) fn rest(&self) -> impl Iterator<Item = Nested<'a>> {
        let mut depth = 0_usize;
        self.tokens[self.at..].iter().map(move |&(kind, text)| {
            if matches!(kind, TokenKind::Punctuation(b')' | b']')) {
                depth = depth.saturating_sub(1);
            }
            let nested = Nested { depth, kind, text };
            depth += usize::from(matches!(kind, TokenKind::Punctuation(b'(' | b'[')));
            nested
        })
    }

    /// Whether what follows is one action. MySQL's `ALGORITHM` and `LOCK` say how, not what.
    pub(super) fn is_one_action(&self) -> bool {
        let mut rest = self.rest();
        while let Some(token) = rest.next() {
            if token.depth == 0 && token.kind == TokenKind::Punctuation(b',') {
                let says_how = rest.next().is_some_and(|next| next.is("ALGORITHM") || next.is("LOCK"));
                if self.dialect != Dialect::MySql || !says_how {
                    return false;
                }
            }
        }
        true
    }

    /// Whether nothing follows but what else a `DROP` takes along.
    pub(super) fn ends_drop(&mut self) -> bool {
        self.one_of(&["CASCADE", "RESTRICT"]);
        self.is_at_end()
    }

    /// The same for one action of a table, where MySQL may be told how.
    pub(super) fn ends_action(&mut self) -> bool {
        let says_how = |c: &Self| c.is_at_punctuation(b',') || c.is_at(&["ALGORITHM", "LOCK"]);
        self.ends_drop() || (self.dialect == Dialect::MySql && says_how(self))
    }
}

/// A quoted name as it is meant. `U&"…"` has escapes, which are not read here.
fn unquoted(text: &str) -> Option<String> {
    let mut characters = text.chars();
    let (open, close) = (characters.next()?, characters.next_back()?);
    let inner = characters.as_str();
    let name = match (open, close) {
        ('"', '"') | ('`', '`') => inner.replace(&format!("{close}{close}"), &close.to_string()),
        ('[', ']') => inner.to_owned(),
        _ => return None,
    };
    (!name.is_empty()).then_some(name)
}
