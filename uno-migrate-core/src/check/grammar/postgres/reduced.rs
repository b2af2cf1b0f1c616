//! A statement with no more text than its grammar needs.
//!
//! Where it is not optimised, the parser takes most of its time to compare each word with all keywords, and to walk through
//! comments, strings and the bodies of functions. So it is given what it tells apart: every name is the same name, every
//! string is empty, every whole number is the same, every gap is a blank. Then most statements of a directory are alike.

use super::keyword::is_keyword;
use crate::check::statement::Statement;
use crate::lex::{Token, TokenKind};

pub(super) struct Reduced {
    pub(super) text: String,
    /// How deep it can nest, at most: names, values and commas open nothing.
    pub(super) levels: usize,
    /// Where each token of the statement ends in the text.
    ends: Vec<usize>,
}

impl Reduced {
    /// The statement, with some of its words taken for names.
    pub(super) fn new(statement: &Statement<'_>, names: &[usize]) -> Self {
        let tokens = statement.tokens();
        let (text, ends) = (String::with_capacity(8 * tokens.len()), Vec::with_capacity(tokens.len()));
        let mut reduced = Self { text, levels: 0, ends };
        let mut before: Option<&Token> = None;
        for (number, token) in tokens.iter().enumerate() {
            let is_name = !names.is_empty() && names.contains(&number);
            let text = piece(token, statement.text_of(token), is_name);
            let first = text.as_bytes().first();
            let gap = match before {
                Some(before) if before.span.end < token.span.start => statement.between(before, token),
                _ => "",
            };
            if gap.as_bytes().contains(&b'\n') {
                // A string goes on behind a line's end.
                reduced.text.push('\n');
            } else if !gap.is_empty() || first == Some(&b'"') && reduced.text.ends_with('"') {
                // Two names in quotes would be one.
                reduced.text.push(' ');
            }
            reduced.text.push_str(text);
            reduced.levels += match (token.kind, first) {
                (_, Some(b'"' | b'\'' | b',')) | (TokenKind::Number | TokenKind::String, _) => 0,
                // The parser takes each of its characters by itself.
                (TokenKind::Operator, _) => text.len(),
                _ => 1,
            };
            reduced.ends.push(reduced.text.len());
            before = Some(token);
        }
        reduced
    }

    /// The token that stands at an offset, or behind it; one too many at the end.
    pub(super) fn token_at(&self, offset: usize) -> usize {
        self.ends.partition_point(|&end| end <= offset)
    }

    /// What follows a number of tokens.
    pub(super) fn behind(&self, count: usize) -> &str {
        let end = count.checked_sub(1).and_then(|last| self.ends.get(last));
        self.text.get(end.copied().unwrap_or(0)..).unwrap_or("")
    }
}

/// What the parser is to see of a token.
fn piece<'a>(token: &Token, text: &'a str, is_name: bool) -> &'a str {
    const NAME: &str = "\"x\"";
    match token.kind {
        TokenKind::Word if is_name || !is_keyword(text) => NAME,
        TokenKind::QuotedIdent if text.starts_with('"') && text != "\"\"" => NAME,
        // What has a prefix has a content that may be wrong.
        // The parser ends `N'…'` at another quote than the server.
        TokenKind::String if text.starts_with(['\'', 'n', 'N']) => "''",
        TokenKind::String if text.starts_with('$') => "$$$$",
        // The parser takes all whole numbers alike.
        TokenKind::Number if text.parse::<u64>().is_ok() => "1",
        TokenKind::Hint => "",
        _ => text,
    }
}
