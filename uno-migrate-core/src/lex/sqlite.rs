//! SQLite's lexical rules (`tokenize.c`).

use super::scan::{self, peek};
use super::{Quote, TokenKind};

pub(super) fn token(bytes: &[u8], at: usize) -> (TokenKind, usize) {
    let byte = bytes[at];
    let class = scan::CLASS[byte as usize];
    if class & scan::SPACE != 0 {
        return (TokenKind::Whitespace, scan::run(bytes, at + 1, scan::SPACE));
    }
    if class & scan::WORD_START != 0 {
        return match (byte, scan::run(bytes, at + 1, scan::WORD)) {
            (b'x' | b'X', end) if end == at + 1 && peek(bytes, end) == b'\'' => {
                scan::closed(bytes, TokenKind::String, Quote::String, scan::doubled(bytes, end, b'\''))
            }
            (_, end) => (TokenKind::Word, end),
        };
    }
    let next = peek(bytes, at + 1);
    if class & scan::DIGIT != 0 || (byte == b'.' && scan::class(next) & scan::DIGIT != 0) {
        return (TokenKind::Number, scan::number(bytes, at));
    }
    match byte {
        b'\'' => scan::closed(bytes, TokenKind::String, Quote::String, scan::doubled(bytes, at, byte)),
        b'"' | b'`' => scan::closed(bytes, TokenKind::QuotedIdent, Quote::Identifier, scan::doubled(bytes, at, byte)),
        b'[' => scan::closed(bytes, TokenKind::QuotedIdent, Quote::Identifier, bracket(bytes, at)),
        b'-' if next == b'-' => (TokenKind::LineComment, scan::line_end(bytes, at)),
        b'/' if next == b'*' => {
            scan::closed(bytes, TokenKind::BlockComment, Quote::Comment, scan::comment_end(bytes, at + 2))
        }
        b'?' => (TokenKind::Parameter, scan::run(bytes, at + 1, scan::DIGIT)),
        b':' | b'@' | b'#' | b'$' => match scan::run(bytes, at + 1, scan::WORD) {
            end if end > at + 1 => (TokenKind::Parameter, end),
            end => (scan::single(byte), end),
        },
        _ => scan::operator(bytes, at, &[b"->>", b"->", b"||", b"<=", b"<>", b"<<", b">=", b">>", b"==", b"!="]),
    }
}

/// `[…]`, which has no way to hold its own closing bracket.
fn bracket(bytes: &[u8], mut at: usize) -> Option<usize> {
    while at < bytes.len() {
        if bytes[at] == b']' {
            return Some(at + 1);
        }
        at += 1;
    }
    None
}
