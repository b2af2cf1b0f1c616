//! A section as rules see it: statements that are read once, whatever the number of rules.

use crate::lex::{Token, TokenKind, lex_statement};
use crate::marker::Half;
use crate::{Dialect, Section, Span};

/// One section of one file, as one database reads it.
pub(crate) struct Subject<'a> {
    pub(crate) dialect: Dialect,
    /// The whole file.
    pub(crate) text: &'a str,
    pub(crate) section: &'a Section,
    #[expect(dead_code, reason = "rules about what readers still use are for the way up alone")]
    pub(crate) half: Half,
    pub(crate) statements: Vec<Statement<'a>>,
}

/// One statement.
pub(crate) struct Statement<'a> {
    pub(crate) span: Span,
    text: &'a str,
    /// What the database would miss, each with its place in the file.
    tokens: Vec<Token>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(dialect: Dialect, text: &'a str, section: &'a Section, half: Half) -> Self {
        let statements = section.statements.iter().map(|&span| Statement::new(dialect, text, span)).collect();
        Self { dialect, text, section, half, statements }
    }
}

impl<'a> Statement<'a> {
    fn new(dialect: Dialect, text: &'a str, span: Span) -> Self {
        let moved = |inner: Span| Span { start: span.start + inner.start, end: span.start + inner.end };
        let tokens = lex_statement(dialect, span.of(text)).filter(|token| token.kind.is_content());
        let tokens = tokens.map(|token| Token { span: moved(token.span), ..token }).collect();
        Self { span, text, tokens }
    }

    /// Whether it begins with these words.
    pub(crate) fn begins(&self, words: &[&str]) -> bool {
        let mut tokens = self.tokens();
        words.iter().all(|word| {
            tokens.next().is_some_and(|(kind, text)| kind == TokenKind::Word && text.eq_ignore_ascii_case(word))
        })
    }

    /// As it is written.
    #[cfg(feature = "check")]
    pub(crate) fn sql(&self) -> &'a str {
        self.span.of(self.text)
    }

    /// Its tokens with their places in the file.
    pub(crate) fn lexed(&self) -> &[Token] {
        &self.tokens
    }

    /// What is written there.
    pub(crate) fn text_of(&self, token: &Token) -> &'a str {
        token.span.of(self.text)
    }

    /// Its tokens with their texts.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = (TokenKind, &'a str)> + '_ {
        self.tokens.iter().map(|token| (token.kind, token.span.of(self.text)))
    }
}
