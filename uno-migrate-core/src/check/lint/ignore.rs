//! `-- squawk-ignore rule` and `-- squawk-ignore-file rule`: whoever comes from squawk keeps what they have written. The
//! linter reads them itself; it has to be handed the comments that stand around a statement.

use std::borrow::Cow;
use std::ops::Range;

use crate::lex::{TokenKind, lex_statement};
use crate::{Dialect, Span};

const WORD: &str = "squawk-ignore";
const FOR_FILE: &str = "squawk-ignore-file";

/// What a file tells squawk to leave alone.
pub(super) struct Ignores {
    any: bool,
    /// The comments that are about the whole file, a line each.
    for_file: String,
}

/// A statement as it is handed to the linter, and where it is from.
pub(super) struct Excerpt<'a> {
    pub(super) sql: Cow<'a, str>,
    /// What a place in the text has to be moved by to be one in the file.
    moved_by: i64,
    statement: Span,
}

impl Ignores {
    pub(super) fn read(text: &str) -> Self {
        let any = text.contains(WORD);
        let mut for_file = String::new();
        if any && text.contains(FOR_FILE) {
            let comments = lex_statement(Dialect::Postgres, text)
                .filter(|token| matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment))
                .map(|token| token.span.of(text))
                .filter(|comment| comment.contains(FOR_FILE));
            for comment in comments {
                for_file.push_str(comment);
                for_file.push('\n');
            }
        }
        Self { any, for_file }
    }

    /// A statement with the comments that may excuse it.
    pub(super) fn excerpt<'a>(&self, text: &'a str, statement: Span) -> Excerpt<'a> {
        if !self.any {
            let moved_by = i64::from(statement.start);
            return Excerpt { sql: Cow::Borrowed(statement.of(text)), moved_by, statement };
        }
        let start = start_of_comments(text, statement.start as usize);
        let sql = format!("{}{}", self.for_file, &text[start..statement.end as usize]);
        Excerpt { sql: Cow::Owned(sql), moved_by: start as i64 - self.for_file.len() as i64, statement }
    }
}

/// Where the lines of comments begin that stand directly above.
fn start_of_comments(text: &str, statement: usize) -> usize {
    let mut start = text[..statement].rfind('\n').map_or(0, |at| at + 1);
    if !text[start..statement].trim().is_empty() {
        return statement;
    }
    while start > 0 {
        let line = text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        let comment = text[line..start].trim();
        let is_comment = comment.starts_with("--") || (comment.starts_with("/*") && comment.ends_with("*/"));
        if !is_comment {
            break;
        }
        start = line;
    }
    start
}

impl Excerpt<'_> {
    /// A place in the text as one in the file, within the statement.
    pub(super) fn in_file(&self, range: Range<usize>) -> Span {
        let within = |offset: usize| {
            let moved = i64::try_from(offset).unwrap_or(i64::MAX).saturating_add(self.moved_by);
            let moved = moved.clamp(i64::from(self.statement.start), i64::from(self.statement.end));
            u32::try_from(moved).unwrap_or(self.statement.start)
        };
        Span { start: within(range.start), end: within(range.end) }
    }
}
