//! PostgreSQL's lexical rules (`scan.l`), with `standard_conforming_strings` on.

use super::scan::{self, class, peek};
use super::{Quote, TokenKind};

/// Whether a plain `'…'` would continue an `E'…'`: PostgreSQL joins strings that only white space with a line feed (and
/// `--` comments) parts, and reads the second like the first.
pub(super) enum Continuation {
    None,
    SameLine,
    NextLine,
}

impl Continuation {
    pub(super) fn token(&mut self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        // Only what may be an `E'…'` can begin one.
        if matches!(self, Self::None) && !matches!(bytes[at], b'e' | b'E') {
            return token(bytes, at);
        }
        let continues = matches!(self, Self::NextLine) && bytes[at] == b'\'';
        let (kind, end) = if continues {
            scan::closed(bytes, TokenKind::String, Quote::String, scan::escaped(bytes, at, b'\''))
        } else {
            token(bytes, at)
        };
        match kind {
            TokenKind::LineComment => {}
            TokenKind::Whitespace => {
                if matches!(self, Self::SameLine) && bytes[at..end].contains(&b'\n') {
                    *self = Self::NextLine;
                }
            }
            TokenKind::String if continues || matches!(bytes[at], b'e' | b'E') => *self = Self::SameLine,
            _ => *self = Self::None,
        }
        (kind, end)
    }
}

fn token(bytes: &[u8], at: usize) -> (TokenKind, usize) {
    let byte = bytes[at];
    let class = scan::CLASS[byte as usize];
    if class & scan::SPACE != 0 {
        return (TokenKind::Whitespace, scan::run(bytes, at + 1, scan::SPACE));
    }
    if class & scan::WORD_START != 0 {
        let end = scan::run(bytes, at + 1, scan::WORD);
        // What makes a literal of a word is a single letter.
        return if end == at + 1 { letter(bytes, at) } else { (TokenKind::Word, end) };
    }
    if class & scan::DIGIT != 0 {
        return (TokenKind::Number, scan::number(bytes, at));
    }
    match byte {
        b'\'' => string(bytes, at),
        b'"' => identifier(bytes, at),
        b'$' => dollar(bytes, at),
        b'-' if peek(bytes, at + 1) == b'-' => (TokenKind::LineComment, comment_line_end(bytes, at)),
        b'/' if peek(bytes, at + 1) == b'*' => {
            let kind = if peek(bytes, at + 2) == b'+' { TokenKind::Hint } else { TokenKind::BlockComment };
            scan::closed(bytes, kind, Quote::Comment, nested_comment(bytes, at))
        }
        b'.' if scan::class(peek(bytes, at + 1)) & scan::DIGIT != 0 => (TokenKind::Number, scan::number(bytes, at)),
        b':' => scan::operator(bytes, at, &[b"::", b":="]),
        b'.' => scan::operator(bytes, at, &[b".."]),
        // No SQL outside quotes holds a backslash: psql takes what follows for itself wherever it stands.
        b'\\' => (TokenKind::MetaCommand, scan::line_end(bytes, at)),
        _ if is_operator(byte) => (TokenKind::Operator, operator(bytes, at)),
        _ => (scan::single(byte), at + 1),
    }
}

/// A word of one letter, or the literal whose prefix it is.
fn letter(bytes: &[u8], at: usize) -> (TokenKind, usize) {
    let next = peek(bytes, at + 1);
    match bytes[at] {
        b'e' | b'E' if next == b'\'' => {
            scan::closed(bytes, TokenKind::String, Quote::String, scan::escaped(bytes, at + 1, b'\''))
        }
        b'b' | b'B' | b'x' | b'X' | b'n' | b'N' if next == b'\'' => string(bytes, at + 1),
        b'u' | b'U' if next == b'&' && peek(bytes, at + 2) == b'\'' => string(bytes, at + 2),
        b'u' | b'U' if next == b'&' && peek(bytes, at + 2) == b'"' => identifier(bytes, at + 2),
        _ => (TokenKind::Word, at + 1),
    }
}

fn string(bytes: &[u8], quote: usize) -> (TokenKind, usize) {
    scan::closed(bytes, TokenKind::String, Quote::String, scan::doubled(bytes, quote, b'\''))
}

fn identifier(bytes: &[u8], quote: usize) -> (TokenKind, usize) {
    scan::closed(bytes, TokenKind::QuotedIdent, Quote::Identifier, scan::doubled(bytes, quote, b'"'))
}

/// `$1`, `$$…$$` or `$tag$…$tag$`; a tag is a name without a dollar.
fn dollar(bytes: &[u8], at: usize) -> (TokenKind, usize) {
    if class(peek(bytes, at + 1)) & scan::DIGIT != 0 {
        return (TokenKind::Parameter, scan::run(bytes, at + 1, scan::DIGIT));
    }
    let mut tag_end = at + 1;
    while tag_end < bytes.len() && bytes[tag_end] != b'$' && class(bytes[tag_end]) & scan::WORD != 0 {
        tag_end += 1;
    }
    if peek(bytes, tag_end) != b'$' {
        return (TokenKind::Invalid, at + 1);
    }
    let tag = &bytes[at..=tag_end];
    let mut end = tag_end + 1;
    while end < bytes.len() {
        if bytes[end] == b'$' && bytes[end..].starts_with(tag) {
            return (TokenKind::String, end + tag.len());
        }
        end += 1;
    }
    (TokenKind::Unterminated(Quote::Dollar), bytes.len())
}

/// PostgreSQL ends a line comment at a carriage return too.
fn comment_line_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'\n' && bytes[at] != b'\r' {
        at += 1;
    }
    at
}

fn nested_comment(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0;
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'/', b'*') => {
                depth += 1;
                at += 2;
            }
            (b'*', b'/') => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => at += 1,
        }
    }
    None
}

fn is_operator(byte: u8) -> bool {
    matches!(
        byte,
        b'+' | b'-'
            | b'*'
            | b'/'
            | b'<'
            | b'>'
            | b'='
            | b'~'
            | b'!'
            | b'@'
            | b'#'
            | b'%'
            | b'^'
            | b'&'
            | b'|'
            | b'`'
            | b'?'
    )
}

/// The longest run of operator characters before a comment; one that has only the characters of plain arithmetic and
/// comparison does not end in a sign, so that `=-1` is `=` and `-1`.
fn operator(bytes: &[u8], start: usize) -> usize {
    let mut end = start + 1;
    let mut special = !is_plain(bytes[start]);
    while end < bytes.len() && is_operator(bytes[end]) {
        let next = peek(bytes, end + 1);
        if (bytes[end] == b'-' && next == b'-') || (bytes[end] == b'/' && next == b'*') {
            break;
        }
        special |= !is_plain(bytes[end]);
        end += 1;
    }
    if !special {
        while end > start + 1 && matches!(bytes[end - 1], b'+' | b'-') {
            end -= 1;
        }
    }
    end
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b'+' | b'-' | b'*' | b'/' | b'<' | b'>' | b'=')
}
