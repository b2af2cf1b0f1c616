//! Where things end: the loops that the dialects share.

use super::{Quote, TokenKind};

pub(super) const SPACE: u8 = 1;
pub(super) const WORD_START: u8 = 2;
pub(super) const WORD: u8 = 4;
pub(super) const DIGIT: u8 = 8;

/// What each byte may be part of. Every byte of a character beyond ASCII is part of a word, so that no token ends within one.
pub(super) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\t'..=b'\r' => SPACE,
            b'A'..=b'Z' | b'a'..=b'z' | b'_' | 0x80.. => WORD_START | WORD,
            b'0'..=b'9' => WORD | DIGIT,
            b'$' => WORD,
            _ => 0,
        };
        byte += 1;
    }
    table
}

pub(super) fn class(byte: u8) -> u8 {
    CLASS[byte as usize]
}

/// The byte at an offset, or 0 behind the end: no token of any dialect holds a NUL.
pub(super) fn peek(bytes: &[u8], at: usize) -> u8 {
    if at < bytes.len() { bytes[at] } else { 0 }
}

/// The end of a run of bytes of a class.
pub(super) fn run(bytes: &[u8], mut at: usize, of: u8) -> usize {
    while at < bytes.len() && CLASS[bytes[at] as usize] & of != 0 {
        at += 1;
    }
    at
}

/// The end of the line, before its line feed.
pub(super) fn line_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'\n' {
        at += 1;
    }
    at.min(bytes.len())
}

/// `'…'` and its like from its opening quote on; a doubled quote is a quote.
pub(super) fn doubled(bytes: &[u8], mut at: usize, close: u8) -> Option<usize> {
    at += 1;
    while at < bytes.len() {
        if bytes[at] == close {
            if peek(bytes, at + 1) != close {
                return Some(at + 1);
            }
            at += 1;
        }
        at += 1;
    }
    None
}

/// The same where a backslash takes the meaning of the byte after it.
pub(super) fn escaped(bytes: &[u8], mut at: usize, close: u8) -> Option<usize> {
    at += 1;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte == close {
            if peek(bytes, at + 1) != close {
                return Some(at + 1);
            }
            at += 1;
        } else if byte == b'\\' {
            at += 1;
        }
        at += 1;
    }
    None
}

/// The first offset behind the next `*/`.
pub(super) fn comment_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    while at + 1 < bytes.len() {
        if bytes[at] == b'*' && bytes[at + 1] == b'/' {
            return Some(at + 2);
        }
        at += 1;
    }
    None
}

/// A number from its first digit or dot on: digits, letters and dots, and the sign of an exponent.
pub(super) fn number(bytes: &[u8], start: usize) -> usize {
    let hex = bytes[start] == b'0' && matches!(peek(bytes, start + 1), b'x' | b'X');
    let mut at = start;
    loop {
        at = run(bytes, at, WORD);
        match peek(bytes, at) {
            b'.' => at += 1,
            b'+' | b'-' if !hex && is_exponent(bytes, start, at) => at += 1,
            _ => return at,
        }
    }
}

/// Whether the number so far ends in the `e` of an exponent that the sign at `at` and a digit continue.
fn is_exponent(bytes: &[u8], start: usize, at: usize) -> bool {
    at >= start + 2
        && matches!(bytes[at - 1], b'e' | b'E')
        && (class(bytes[at - 2]) & DIGIT != 0 || bytes[at - 2] == b'.')
        && class(peek(bytes, at + 1)) & DIGIT != 0
}

/// A token that reaches to its end, or to the end of the text when that is missing.
pub(super) fn closed(bytes: &[u8], kind: TokenKind, quote: Quote, end: Option<usize>) -> (TokenKind, usize) {
    match end {
        Some(end) => (kind, end),
        None => (TokenKind::Unterminated(quote), bytes.len()),
    }
}

/// A single byte that means something by itself, or nothing.
pub(super) fn single(byte: u8) -> TokenKind {
    match byte {
        b';' => TokenKind::Semicolon,
        b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b'.' | b':' | b'@' => TokenKind::Punctuation(byte),
        b'+' | b'-' | b'*' | b'/' | b'<' | b'>' | b'=' | b'~' | b'!' | b'#' | b'%' | b'^' | b'&' | b'|' | b'?'
        | b'`' => TokenKind::Operator,
        _ => TokenKind::Invalid,
    }
}

/// The longest of some operators that stands here, or the single byte.
pub(super) fn operator(bytes: &[u8], at: usize, longest_first: &[&[u8]]) -> (TokenKind, usize) {
    // Most often something plain follows, as in `a, b`.
    if class(peek(bytes, at + 1)) != 0 {
        return (single(bytes[at]), at + 1);
    }
    for operator in longest_first {
        if bytes[at..].starts_with(operator) {
            return (TokenKind::Operator, at + operator.len());
        }
    }
    (single(bytes[at]), at + 1)
}
