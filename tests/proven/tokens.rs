//! A reader of SQL for the tests' own use, so that what they break does not depend on what they prove.

use std::ops::Range;

use uno_migrate::Dialect;

/// What a piece of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Space,
    Comment,
    Word,
    String,
    /// A quoted identifier.
    Quoted,
    /// A dollar-quoted string.
    Dollar,
    /// One sign, or a digit.
    Sign,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) at: Range<usize>,
}

impl Token {
    pub(crate) fn is_content(&self) -> bool {
        !matches!(self.kind, Kind::Space | Kind::Comment)
    }
}

/// All pieces, from the first byte to the last.
pub(crate) fn tokens(dialect: Dialect, text: &str) -> Vec<Token> {
    let (mut all, mut at) = (Vec::<Token>::new(), 0);
    // Whether a string here has PostgreSQL's backslashes: behind an `E`, or on the next line behind such a string.
    let (mut escapes, mut is_behind) = (false, false);
    while at < text.len() {
        let (kind, length) = first(dialect, &text[at..], escapes);
        let piece = &text[at..at + length];
        match kind {
            Kind::String => (escapes, is_behind) = (false, escapes),
            Kind::Space => escapes = is_behind && piece.contains('\n'),
            _ => (escapes, is_behind) = (piece.eq_ignore_ascii_case("e"), false),
        }
        all.push(Token { kind, at: at..at + length });
        at += length;
    }
    all
}

/// What stands at the start of a text, and how long it is; `escapes`: a string has PostgreSQL's backslashes.
pub(crate) fn first(dialect: Dialect, text: &str, escapes: bool) -> (Kind, usize) {
    let until = |end: Option<usize>| end.unwrap_or(text.len());
    let line = || until(text.find('\n'));
    let (is_mysql, is_postgres) = (dialect == Dialect::MySql, dialect == Dialect::Postgres);
    match text.as_bytes()[0] {
        byte if byte.is_ascii_whitespace() => {
            (Kind::Space, until(text.find(|letter: char| !letter.is_ascii_whitespace())))
        }
        // A mark at the start of the file.
        _ if text.starts_with('\u{FEFF}') => (Kind::Space, '\u{FEFF}'.len_utf8()),
        b'-' if text.starts_with("--")
            && (!is_mysql || text[2..].starts_with([' ', '\t', '\n', '\r']) || text.len() == 2) =>
        {
            (Kind::Comment, line())
        }
        b'#' if is_mysql => (Kind::Comment, line()),
        // Executed by the server: as good as a string.
        b'/' if is_mysql && (text.starts_with("/*!") || text.starts_with("/*M!")) => {
            (Kind::String, until(text.find("*/").map(|end| end + 2)))
        }
        b'/' if text.starts_with("/*") => (Kind::Comment, block_comment(text, is_postgres)),
        b'\'' => (Kind::String, quoted(text, b'\'', is_mysql || is_postgres && escapes)),
        b'"' if is_mysql => (Kind::String, quoted(text, b'"', true)),
        b'"' => (Kind::Quoted, quoted(text, b'"', false)),
        b'`' if !is_postgres => (Kind::Quoted, quoted(text, b'`', false)),
        b'[' if dialect == Dialect::Sqlite => (Kind::Quoted, until(text.find(']').map(|end| end + 1))),
        b'$' if is_postgres => match dollar(text) {
            Some(length) => (Kind::Dollar, length),
            None => (Kind::Sign, 1),
        },
        byte if byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii() => {
            let is_inside =
                |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$' || !letter.is_ascii();
            (Kind::Word, until(text.find(|letter| !is_inside(letter))))
        }
        _ => (Kind::Sign, 1),
    }
}

fn block_comment(text: &str, nests: bool) -> usize {
    let (bytes, mut at, mut depth) = (text.as_bytes(), 2, 1);
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"*/" => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            b"/*" if nests => {
                depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    text.len()
}

fn quoted(text: &str, quote: u8, escapes: bool) -> usize {
    let (bytes, mut at) = (text.as_bytes(), 1);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escapes => at += 2,
            byte if byte == quote && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

fn dollar(text: &str) -> Option<usize> {
    let tag = &text[..text[1..].find('$')? + 2];
    let name = &tag[1..tag.len() - 1];
    let is_name = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || !letter.is_ascii());
    if !is_name || name.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    Some(text[tag.len()..].find(tag).map_or(text.len(), |end| end + 2 * tag.len()))
}
