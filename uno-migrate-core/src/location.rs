//! From a byte offset to what a person reads: line and column.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A range of bytes in a file's normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A place in a file as a person counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Span {
    /// The span of a range; the loader refuses files whose offsets would not fit.
    pub fn new(range: Range<usize>) -> Self {
        let narrow = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: narrow(range.start), end: narrow(range.end) }
    }

    /// The range of the span.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text under the span; empty if the span does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }
}

impl Location {
    /// The place of a byte offset in a text; an offset past the end is the end.
    pub fn of(text: &str, offset: usize) -> Self {
        let before = &text.as_bytes()[..offset.min(text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let line = newlines(before) + 1;
        let column = characters(&before[line_start..]) + 1;
        Self::at(line, column)
    }

    /// The places of offsets that come one after the other, in one walk through the text.
    pub fn of_each(text: &str, offsets: impl IntoIterator<Item = usize>) -> Vec<Self> {
        let (mut at, mut line, mut column) = (0, 1, 1);
        let place = |offset: usize| {
            let offset = offset.clamp(at, text.len());
            let between = &text.as_bytes()[at..offset];
            line += newlines(between);
            let rest = match between.iter().rposition(|&byte| byte == b'\n') {
                Some(end) => {
                    column = 1;
                    &between[end + 1..]
                }
                None => between,
            };
            column += characters(rest);
            at = offset;
            Self::at(line, column)
        };
        offsets.into_iter().map(place).collect()
    }

    fn at(line: usize, column: usize) -> Self {
        Self { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
    }
}

/// Continuation bytes of UTF-8 are no characters of their own.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// Counted in bytes, a block at a time, which the compiler makes a few instructions of: texts may have many megabytes, and
/// are asked about each of their statements.
fn newlines(bytes: &[u8]) -> usize {
    let block = |block: &[u8]| usize::from(block.iter().map(|&byte| u8::from(byte == b'\n')).sum::<u8>());
    bytes.chunks(usize::from(u8::MAX)).map(block).sum()
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let text = "a\nüb\n";
        let at = |offset| Location::of(text, offset).to_string();
        assert_eq!([at(0), at(1), at(2), at(4), at(6), at(99)], ["1:1", "1:2", "2:1", "2:2", "3:1", "3:1"]);
    }

    #[test]
    fn places_in_one_walk_are_the_same() {
        let text = "a; üb; c;\n\n ä; d\n;";
        let offsets = || text.char_indices().map(|(offset, _)| offset).chain([text.len(), 99]);
        let one_by_one: Vec<_> = offsets().map(|offset| Location::of(text, offset)).collect();
        assert_eq!(Location::of_each(text, offsets()), one_by_one);
    }

    #[test]
    fn no_line_of_many_is_lost() {
        let text = "\n".repeat(1_000);
        assert_eq!(Location::of(&text, 999).to_string(), "1000:1");
    }

    #[test]
    fn a_span_that_does_not_fit_is_empty() {
        assert_eq!(Span::new(1..3).of("abcd"), "bc");
        assert_eq!(Span::new(1..9).of("abcd"), "");
        assert_eq!(Span::new(0..1).of("ü"), "");
    }
}
