//! MySQL's and MariaDB's lexical rules (`sql_lex.cc`, default `sql_mode`), and the one command of their client that
//! migration files use: `DELIMITER`.

use super::scan::{self, peek};
use super::{Quote, TokenKind};

/// What the mysql client keeps between lines.
pub(super) struct Client {
    active: bool,
    /// Where the text of the terminator stands that a `DELIMITER` line has set; none while it is the semicolon.
    terminator: Option<(usize, usize)>,
    /// Nothing but white space and comments since the last statement's end.
    at_statement_start: bool,
    /// The same for the line; kept while a terminator is set.
    at_line_start: bool,
}

impl Client {
    pub(super) fn new(active: bool) -> Self {
        Self { active, terminator: None, at_statement_start: true, at_line_start: false }
    }

    pub(super) fn end_section(&mut self) {
        self.terminator = None;
        self.at_statement_start = true;
    }

    pub(super) fn token(&mut self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        if !self.active {
            return token(bytes, at);
        }
        // Most tokens of most files: no command can start here, and nothing but the semicolon ends the statement.
        if self.terminator.is_none() && !self.at_statement_start {
            let (kind, end) = token(bytes, at);
            self.at_statement_start = kind == TokenKind::Semicolon;
            return (kind, end);
        }
        let (kind, end) = self.command(bytes, at).unwrap_or_else(|| self.sql(bytes, at));
        match kind {
            TokenKind::Whitespace if self.terminator.is_some() => self.at_line_start |= bytes[at..end].contains(&b'\n'),
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment => {}
            TokenKind::Semicolon if self.terminator.is_some() => self.at_line_start = false,
            _ => {
                self.at_line_start = false;
                self.at_statement_start =
                    matches!(kind, TokenKind::Semicolon | TokenKind::Terminator | TokenKind::DelimiterCommand);
            }
        }
        (kind, end)
    }

    /// `DELIMITER <string>` where a statement would start. While another terminator than the semicolon is in force, any line may
    /// end that: the client then sends what it has.
    fn command(&mut self, bytes: &[u8], at: usize) -> Option<(TokenKind, usize)> {
        const NAME: &[u8] = b"delimiter";
        let can_end_terminator = self.at_line_start && self.terminator.is_some();
        if !matches!(bytes[at], b'd' | b'D') || !(self.at_statement_start || can_end_terminator) {
            return None;
        }
        let name_end = at + NAME.len();
        if !bytes.get(at..name_end)?.eq_ignore_ascii_case(NAME) {
            return None;
        }
        let is_command = match peek(bytes, name_end) {
            b' ' | b'\t' => true,
            // An argument is missing, which is worth saying where nothing else can be meant.
            b'\r' | b'\n' | 0 => self.at_statement_start,
            _ => false,
        };
        if !is_command {
            return None;
        }
        let line_end = scan::line_end(bytes, at);
        let line = &bytes[name_end..line_end];
        let start = name_end + (line.len() - line.trim_ascii_start().len());
        let argument_end = (start..line_end).find(|&end| bytes[end].is_ascii_whitespace()).unwrap_or(line_end);
        let argument = &bytes[start..argument_end];
        self.terminator = (!argument.is_empty() && argument != b";").then_some((start, argument_end));
        Some((TokenKind::DelimiterCommand, line_end))
    }

    /// A token that ends where the terminator starts, even within what would be a word: `END$$`.
    fn sql(&self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        let Some((start, end)) = self.terminator else { return token(bytes, at) };
        let terminator = &bytes[start..end];
        if bytes[at..].starts_with(terminator) {
            return (TokenKind::Terminator, at + terminator.len());
        }
        let (kind, end) = token(bytes, at);
        if matches!(kind, TokenKind::Word | TokenKind::Number | TokenKind::Operator) {
            let cut = (at + 1..end).find(|&cut| bytes[cut..].starts_with(terminator));
            return (kind, cut.unwrap_or(end));
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
        return match (byte, scan::run(bytes, at + 1, scan::WORD)) {
            (b'n' | b'N' | b'x' | b'X' | b'b' | b'B', end) if end == at + 1 && peek(bytes, end) == b'\'' => {
                string(bytes, end)
            }
            (_, end) => (TokenKind::Word, end),
        };
    }
    let next = peek(bytes, at + 1);
    if class & scan::DIGIT != 0 || (byte == b'.' && scan::class(next) & scan::DIGIT != 0) {
        return (TokenKind::Number, scan::number(bytes, at));
    }
    match byte {
        b'\'' | b'"' => string(bytes, at),
        b'`' => scan::closed(bytes, TokenKind::QuotedIdent, Quote::Identifier, scan::doubled(bytes, at, byte)),
        b'#' => (TokenKind::LineComment, scan::line_end(bytes, at)),
        b'-' if is_comment(bytes, at) => (TokenKind::LineComment, scan::line_end(bytes, at)),
        b'/' if next == b'*' => block_comment(bytes, at),
        b'?' => (TokenKind::Parameter, at + 1),
        b'$' => (TokenKind::Word, scan::run(bytes, at + 1, scan::WORD)),
        _ => scan::operator(
            bytes,
            at,
            &[b"<=>", b"->>", b"->", b":=", b"||", b"&&", b"<=", b"<>", b"<<", b">=", b">>", b"!="],
        ),
    }
}

fn string(bytes: &[u8], quote: usize) -> (TokenKind, usize) {
    scan::closed(bytes, TokenKind::String, Quote::String, scan::escaped(bytes, quote, bytes[quote]))
}

/// `--` before a blank, a control character or the end; else it is two minus signs, as in `5--3`.
fn is_comment(bytes: &[u8], at: usize) -> bool {
    peek(bytes, at + 1) == b'-' && (at + 2 >= bytes.len() || bytes[at + 2] <= b' ' || bytes[at + 2] == 0x7F)
}

fn block_comment(bytes: &[u8], at: usize) -> (TokenKind, usize) {
    let body = at + 2;
    let (kind, end) = match (peek(bytes, body), peek(bytes, body + 1)) {
        (b'!', _) => (TokenKind::Executable, executable_end(bytes, body + 1)),
        (b'M', b'!') => (TokenKind::Executable, executable_end(bytes, body + 2)),
        (b'+', _) => (TokenKind::Hint, scan::comment_end(bytes, body)),
        _ => (TokenKind::BlockComment, scan::comment_end(bytes, body)),
    };
    scan::closed(bytes, kind, Quote::Comment, end)
}

/// What is executed is SQL: a `*/` within its strings and comments does not end it.
fn executable_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    while at < bytes.len() {
        at = match bytes[at] {
            b'*' if peek(bytes, at + 1) == b'/' => return Some(at + 2),
            b'\'' | b'"' => scan::escaped(bytes, at, bytes[at])?,
            b'`' => scan::doubled(bytes, at, b'`')?,
            b'/' if peek(bytes, at + 1) == b'*' => scan::comment_end(bytes, at + 2)?,
            b'#' => scan::line_end(bytes, at),
            b'-' if is_comment(bytes, at) => scan::line_end(bytes, at),
            _ => at + 1,
        };
    }
    None
}
