//! The tokens of a statement, read from left to right.

use crate::lex::{Token, TokenKind, lex_statement};
use crate::{Dialect, QualifiedName, Span};

/// What a database would miss of a statement, each token with its place in the text.
pub(crate) fn tokens(dialect: Dialect, text: &str, statement: Span) -> Vec<Token> {
    let mut tokens = Vec::new();
    for Token { kind, span: Span { start, end } } in lex_statement(dialect, statement.of(text)) {
        if kind.is_content() {
            tokens.push(Token { kind, span: Span { start: statement.start + start, end: statement.start + end } });
        }
    }
    tokens
}

/// PostgreSQL cuts longer names off, with a notice only.
const POSTGRES_NAME_BYTES: usize = 63;

/// Copied, it is a place to come back to.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    dialect: Dialect,
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
}

/// A token and how many parentheses and brackets it stands in; those themselves stand outside.
#[derive(Clone, Copy)]
pub(crate) struct Nested<'a> {
    pub(crate) depth: usize,
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
    pub(crate) span: Span,
}

impl Nested<'_> {
    pub(crate) fn is(self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(crate) fn is_punctuation(self, punctuation: u8) -> bool {
        self.kind == TokenKind::Punctuation(punctuation)
    }

    pub(crate) fn is_one(self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }
}

impl<'a> Cursor<'a> {
    /// None where a token may mean more than it says: hints, what one server executes and the other does not, and what
    /// no server reads.
    pub(crate) fn new(dialect: Dialect, text: &'a str, mut tokens: &'a [Token]) -> Option<Self> {
        while let [rest @ .., Token { kind: TokenKind::Semicolon, .. }] = tokens {
            tokens = rest;
        }
        let is_plain = tokens.iter().all(|token| {
            !matches!(
                token.kind,
                TokenKind::Hint
                    | TokenKind::Executable
                    | TokenKind::Semicolon
                    | TokenKind::Unterminated(_)
                    | TokenKind::Invalid
            )
        });
        is_plain.then_some(Self { dialect, text, tokens, at: 0 })
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn peek(&self) -> Option<(TokenKind, &'a str)> {
        self.tokens.get(self.at).map(|token| (token.kind, token.span.of(self.text)))
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at == self.tokens.len()
    }

    /// Whether the next token is one of some bare words.
    pub(crate) fn is_at(&self, words: &[&str]) -> bool {
        self.peek().is_some_and(|(kind, text)| {
            kind == TokenKind::Word && words.iter().any(|word| text.eq_ignore_ascii_case(word))
        })
    }

    pub(crate) fn is_at_punctuation(&self, punctuation: u8) -> bool {
        self.peek().is_some_and(|(kind, _)| kind == TokenKind::Punctuation(punctuation))
    }

    /// Takes the next token if it is that punctuation.
    pub(crate) fn punctuation(&mut self, punctuation: u8) -> bool {
        let is_it = self.is_at_punctuation(punctuation);
        self.at += usize::from(is_it);
        is_it
    }

    /// Takes the next token if it is one of some bare words.
    pub(crate) fn one_of(&mut self, words: &[&str]) -> bool {
        let is_one = self.is_at(words);
        self.at += usize::from(is_one);
        is_one
    }

    pub(crate) fn word(&mut self, word: &str) -> bool {
        self.one_of(&[word])
    }

    /// Takes some words that follow one another, or nothing.
    pub(crate) fn words(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        let all = words.iter().all(|word| self.word(word));
        if !all {
            self.at = start;
        }
        all
    }

    pub(crate) fn if_exists(&mut self) {
        self.words(&["IF", "EXISTS"]);
    }

    pub(crate) fn if_not_exists(&mut self) {
        self.words(&["IF", "NOT", "EXISTS"]);
    }

    /// A name without a schema.
    pub(crate) fn name(&mut self) -> Option<String> {
        let name = self.part()?;
        (!self.is_at_punctuation(b'.')).then_some(name)
    }

    /// A name, with its schema or without, of something that is not temporary.
    pub(crate) fn qualified(&mut self) -> Option<QualifiedName> {
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

    pub(crate) fn is_same(&self, one: &str, other: &str) -> bool {
        is_same_name(self.dialect, one, other)
    }

    /// Takes the next token, whatever it is.
    pub(crate) fn token(&mut self) -> Option<Nested<'a>> {
        let next = self.rest().next();
        self.at += usize::from(next.is_some());
        next
    }

    /// From the next token to the last; at the end, the last one.
    pub(crate) fn span(&self) -> Span {
        let first = self.tokens.get(self.at).or(self.tokens.last());
        let (start, end) =
            (first.map_or(0, |token| token.span.start), self.tokens.last().map_or(0, |last| last.span.end));
        Span { start, end }
    }

    /// What follows, divided by the commas that stand outside of parentheses.
    pub(crate) fn parts(self) -> Vec<Self> {
        let (mut parts, mut start) = (Vec::new(), self.at);
        let commas = self.rest().enumerate().filter(|(_, token)| token.depth == 0 && token.is_punctuation(b','));
        for end in commas.map(|(number, _)| self.at + number).chain([self.tokens.len()]) {
            parts.push(Self { tokens: &self.tokens[start..end], at: 0, ..self });
            start = end + 1;
        }
        parts
    }

    /// Takes what stands in parentheses, if they open here.
    pub(crate) fn parenthesised(&mut self) -> Option<Self> {
        if !self.is_at_punctuation(b'(') {
            return None;
        }
        let length = self.rest().skip(1).position(|token| token.depth == 0)?;
        let (start, end) = (self.at + 1, self.at + 1 + length);
        self.at = end + 1;
        Some(Self { tokens: &self.tokens[start..end], at: 0, ..*self })
    }

    /// What is still to be read.
    pub(crate) fn rest(&self) -> impl Iterator<Item = Nested<'a>> + use<'a> {
        let (text, mut depth) = (self.text, 0_usize);
        self.tokens[self.at..].iter().map(move |&Token { kind, span }| {
            if matches!(kind, TokenKind::Punctuation(b')' | b']')) {
                depth = depth.saturating_sub(1);
            }
            let nested = Nested { depth, kind, text: span.of(text), span };
            depth += usize::from(matches!(kind, TokenKind::Punctuation(b'(' | b'[')));
            nested
        })
    }

    /// Whether what follows is one action. MySQL's `ALGORITHM` and `LOCK` say how, not what.
    pub(crate) fn is_one_action(&self) -> bool {
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
    pub(crate) fn ends_drop(&mut self) -> bool {
        self.one_of(&["CASCADE", "RESTRICT"]);
        self.is_at_end()
    }

    /// The same for one action of a table, where MySQL may be told how.
    pub(crate) fn ends_action(&mut self) -> bool {
        let says_how = |c: &Self| c.is_at_punctuation(b',') || c.is_at(&["ALGORITHM", "LOCK"]);
        self.ends_drop() || (self.dialect == Dialect::MySql && says_how(self))
    }
}

/// Whether two names are told apart by their case at most, where that may not tell names apart.
pub(crate) fn is_same_name(dialect: Dialect, one: &str, other: &str) -> bool {
    match dialect {
        Dialect::Postgres => one == other,
        Dialect::MySql | Dialect::Sqlite => one.to_lowercase() == other.to_lowercase(),
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
