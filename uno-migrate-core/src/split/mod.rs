//! A file's halves and statements.

mod body;
mod client;
#[cfg(test)]
mod tests;

use self::body::{Body, Piece};
use crate::checksum::Hasher;
use crate::lex::{Lexer, Quote, Token, TokenKind, lex, lex_statement};
use crate::marker::{self, Half, Reading};
use crate::{Checksum, Dialect, Location, Problem, Span};

/// A file as a dialect divides it.
#[derive(Debug, Default)]
pub(crate) struct Split {
    /// Each `--` comment of the leading comment block, dashes included; markers are none of them.
    pub(crate) header: Vec<Span>,
    /// The statements of the way up: no terminator, no white space or comment around them.
    pub(crate) up: Vec<Span>,
    /// The checksum of the way up.
    pub(crate) checksum: Option<Checksum>,
    /// What follows the down marker.
    pub(crate) down: Option<DownPart>,
    /// What is wrong, in the order of the text.
    pub(crate) findings: Vec<Finding>,
}

/// The way down.
#[derive(Debug)]
pub(crate) struct DownPart {
    pub(crate) marker: Span,
    /// Each `--` comment between the marker and the first statement.
    pub(crate) header: Vec<Span>,
    pub(crate) statements: Vec<Span>,
}

/// Something that keeps a text from being divided as its author meant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// Divides a file.
pub(crate) fn split(dialect: Dialect, text: &str) -> Split {
    Splitter::new(dialect, text, true).run()
}

/// The statements of a piece of SQL that is no migration file: comments mean nothing.
///
/// # Errors
/// What cannot be divided: a quote or block that is never closed, a client's command, a NUL.
pub fn statements(dialect: Dialect, text: &str) -> Result<Vec<Span>, Problem> {
    let split = Splitter::new(dialect, text, false).run();
    match split.findings.into_iter().next() {
        None => Ok(split.up),
        Some(finding) => {
            let Location { line, column } = Location::of(text, finding.span.start as usize);
            let message = format!("{} (line {line}, column {column} of the SQL)", finding.message);
            Err(Problem { help: finding.help, ..Problem::new(message) })
        }
    }
}

/// The tokens of a statement that the database would miss.
pub(crate) fn significant(dialect: Dialect, text: &str, span: Span) -> impl Iterator<Item = (TokenKind, &str)> {
    let statement = span.of(text);
    lex_statement(dialect, statement)
        .filter(|token| token.kind.is_content())
        .map(move |token| (token.kind, token.span.of(statement)))
}

struct Splitter<'a> {
    dialect: Dialect,
    text: &'a str,
    lexer: Lexer<'a>,
    /// Whether comments can be markers.
    markers: bool,
    split: Split,
    /// Of the way up, so that its tokens are not read a second time.
    hasher: Option<Hasher>,
    up_marker: Option<Span>,
    /// From the first to the last token of the statement in hand.
    statement: Option<Span>,
    /// A statement is more than hints.
    is_more_than_hints: bool,
    /// Where the parentheses were opened that are still open.
    parentheses: Vec<u32>,
    body: Body,
}

impl<'a> Splitter<'a> {
    fn new(dialect: Dialect, text: &'a str, markers: bool) -> Self {
        Self {
            dialect,
            text,
            lexer: lex(dialect, text),
            markers,
            split: Split::default(),
            hasher: markers.then(|| Hasher::new(text.len())),
            up_marker: None,
            statement: None,
            is_more_than_hints: false,
            parentheses: Vec::new(),
            body: Body::new(dialect),
        }
    }

    fn run(mut self) -> Split {
        if let Some(at) = self.text.find('\0') {
            let span = Span { start: at as u32, end: at as u32 + 1 };
            self.find(span, "NUL byte", Some("databases take no NUL in a statement: delete it"));
        }
        while let Some(token) = self.lexer.next() {
            match token.kind {
                TokenKind::Whitespace | TokenKind::CopyData => {}
                TokenKind::LineComment | TokenKind::BlockComment => self.comment(token),
                TokenKind::Semicolon => self.semicolon(token),
                TokenKind::Terminator => self.end_statement(),
                TokenKind::DelimiterCommand => self.delimiter(token),
                TokenKind::MetaCommand => self.meta_command(token),
                TokenKind::Unterminated(quote) => self.unterminated(token, quote),
                _ => self.content(token),
            }
        }
        if let Some(start) = self.body.open_block() {
            let word = self.word_at(start);
            self.find(word, format!("`{}` that is never closed", word.of(self.text)), Some("write its `END`"));
        }
        self.end_statement();
        self.end_up();
        self.split.findings.sort_by_key(|finding| finding.span.start);
        self.split
    }

    fn find(&mut self, span: Span, message: impl Into<String>, help: Option<&str>) {
        self.split.findings.push(Finding { span, message: message.into(), help: help.map(str::to_owned) });
    }

    fn content(&mut self, token: Token) {
        if let Some(statement) = &mut self.statement {
            statement.end = token.span.end;
        } else if client::is_comment(self.dialect, self.text, token) {
            let comment = self.with_rest_of_line(token, TokenKind::LineComment);
            return self.comment(comment);
        } else if client::is_command(self.dialect, self.text, token) {
            let command = self.with_rest_of_line(token, TokenKind::MetaCommand);
            return self.meta_command(command);
        } else {
            self.statement = Some(token.span);
        }
        let is_hint = matches!(token.kind, TokenKind::Hint);
        self.is_more_than_hints |= !is_hint;
        self.hash(token);
        let parentheses = self.parentheses.len();
        match token.kind {
            TokenKind::Punctuation(b'(') => self.parentheses.push(token.span.start),
            TokenKind::Punctuation(b')') => {
                self.parentheses.pop();
            }
            _ => {}
        }
        if !self.body.is_plain() && !is_hint {
            let text = token.span.of(self.text);
            self.body.token(Piece { kind: token.kind, text, start: token.span.start, parentheses });
        }
    }

    fn hash(&mut self, token: Token) {
        let Some(hasher) = &mut self.hasher else { return };
        let token = &self.text.as_bytes()[token.span.start as usize..token.span.end as usize];
        match self.is_more_than_hints {
            true => hasher.token(token),
            false => hasher.hint(token),
        }
    }

    fn end_up(&mut self) {
        if let Some(hasher) = self.hasher.take() {
            self.split.checksum = Some(hasher.finish());
        }
    }

    /// The rest of the text is lost in the quote, so nothing else is said about it.
    fn unterminated(&mut self, token: Token, quote: Quote) {
        let (what, help) = match quote {
            Quote::String => ("string", "close it with the quote that opens it; a quote within it is written twice"),
            Quote::Identifier => ("quoted identifier", "close it with the quote that opens it"),
            Quote::Dollar => ("dollar quote", "close it with the same tag"),
            Quote::Comment => ("comment", "close it with `*/`"),
        };
        let first_line = token.span.of(self.text).lines().next().map_or(0, str::len);
        let span = Span { start: token.span.start, end: token.span.start + first_line as u32 };
        self.find(span, format!("unterminated {what} that starts here"), Some(help));
        if token.kind.is_content() {
            self.content(token);
        }
        self.parentheses.clear();
        self.body.reset();
    }

    fn semicolon(&mut self, token: Token) {
        if !self.parentheses.is_empty() {
            if self.body.has_semicolons_in_parentheses() {
                return self.content(token);
            }
            self.close_parentheses();
        }
        if self.body.open_block().is_some() {
            self.body.semicolon();
            if let Some(statement) = &mut self.statement {
                statement.end = token.span.end;
            }
            return self.hash(token);
        }
        let copied = self.statement.filter(|_| self.body.copies_from_stdin());
        self.end_statement();
        if let Some(statement) = copied {
            let help = "write `INSERT`, or a migration in Rust that copies";
            self.find(statement, "`COPY … FROM stdin` needs a client that sends the data", Some(help));
            self.lexer.copy_data();
        }
    }

    fn close_parentheses(&mut self) {
        if let Some(&start) = self.parentheses.last() {
            self.find(
                Span { start, end: start + 1 },
                "`(` that is never closed in its statement",
                Some("write its `)`"),
            );
        }
        self.parentheses.clear();
    }

    fn end_statement(&mut self) {
        self.close_parentheses();
        if let Some(statement) = self.statement.take() {
            match &mut self.split.down {
                _ if !self.is_more_than_hints => {}
                Some(down) => down.statements.push(statement),
                None => self.split.up.push(statement),
            }
            if let Some(hasher) = &mut self.hasher {
                hasher.end_statement(self.is_more_than_hints);
            }
        }
        self.is_more_than_hints = false;
        self.body.reset();
    }

    fn delimiter(&mut self, token: Token) {
        self.end_statement();
        if token.span.of(self.text).split_ascii_whitespace().nth(1).is_none() {
            self.find(token.span, "`DELIMITER` without a delimiter", Some("write `DELIMITER //` or `DELIMITER ;`"));
        }
    }

    fn meta_command(&mut self, token: Token) {
        if self.statement.is_some() {
            let span = Span { end: token.span.start + 1, ..token.span };
            let help = "a quote before it may close too early; a command of psql does not work in a migration";
            return self.find(span, "backslash outside quotes", Some(help));
        }
        let client = client::name(self.dialect);
        let command = token.span.of(self.text).trim_ascii_end();
        let name = command.split_ascii_whitespace().next().unwrap_or(command);
        self.find(
            token.span,
            format!("`{name}` is a command of {client}"),
            Some("delete it: the database reads nothing but SQL"),
        );
    }

    fn with_rest_of_line(&mut self, token: Token, kind: TokenKind) -> Token {
        let rest = self.lexer.rest_of_line();
        Token { kind, span: Span { start: token.span.start, end: rest.span.end } }
    }

    fn comment(&mut self, token: Token) {
        if !self.markers {
            return;
        }
        let comment = token.span.of(self.text);
        if marker::is_suspect(comment) {
            let alone = self.is_alone(token.span);
            // In parentheses or in a body, a comment beside SQL is a remark on that SQL: `'down' -- down`.
            let is_remark = self.is_unfinished() && !alone;
            match marker::read(comment, alone) {
                Reading::Marker(Half::Up) => return self.up(token.span),
                Reading::Marker(Half::Down) => return self.down(token.span),
                Reading::Nearly(half) if !is_remark => return self.nearly(token.span, half),
                Reading::Other(tool, half) if !is_remark => return self.other(token.span, tool, half),
                _ => {}
            }
        }
        if token.kind == TokenKind::LineComment && comment.starts_with("--") && self.statement.is_none() {
            match &mut self.split.down {
                Some(down) if down.statements.is_empty() => down.header.push(token.span),
                None if self.split.up.is_empty() => self.split.header.push(token.span),
                _ => {}
            }
        }
    }

    /// Whether nothing but blanks shares the line.
    fn is_alone(&self, span: Span) -> bool {
        let before = self.text[..span.start as usize].bytes().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        let after = self.text[span.end as usize..].bytes().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        matches!(before, None | Some(b'\n')) && matches!(after, None | Some(b'\n'))
    }

    /// Whether the statement in hand cannot end here.
    fn is_unfinished(&self) -> bool {
        !self.parentheses.is_empty() || self.body.open_block().is_some()
    }

    fn up(&mut self, marker: Span) {
        if let Some(first) = self.up_marker {
            let message = format!("a second `-- UP`; the first is on line {}", self.line(first.start));
            return self.find(marker, message, Some("delete one of them"));
        }
        self.up_marker = Some(marker);
        if self.split.down.is_some() {
            self.find(marker, "`-- UP` after `-- DOWN`", Some("the way up comes first: move it before `-- DOWN`"));
        } else if self.statement.is_some() || !self.split.up.is_empty() {
            self.find(
                marker,
                "`-- UP` after the first statement",
                Some("move it to the top of the file, or delete it"),
            );
        }
    }

    fn down(&mut self, marker: Span) {
        if let Some(first) = &self.split.down {
            let message = format!("a second `-- DOWN`; the first is on line {}", self.line(first.marker.start));
            return self.find(marker, message, Some("a file has one way down: merge them"));
        }
        if let Some(open) = self.parentheses.last().copied().or_else(|| self.body.open_block()) {
            let opener =
                if self.parentheses.is_empty() { self.word_at(open) } else { Span { start: open, end: open + 1 } };
            let help = format!("close the `{}` of line {} before it", opener.of(self.text), self.line(open));
            self.find(marker, "`-- DOWN` inside an unfinished statement", Some(&help));
            self.parentheses.clear();
        }
        self.end_statement();
        self.end_up();
        self.lexer.end_section();
        self.split.down = Some(DownPart { marker, header: Vec::new(), statements: Vec::new() });
    }

    fn nearly(&mut self, comment: Span, half: Half) {
        let (said, marker) = (excerpt(comment.of(self.text)), half.marker());
        let message = if said == marker {
            format!("`{marker}` does not stand alone on its line")
        } else {
            format!("`{said}` is nearly the marker `{marker}`")
        };
        self.find(comment, message, Some(&format!("write `{marker}` alone on its line, or reword the comment")));
    }

    fn other(&mut self, comment: Span, tool: &str, half: Option<Half>) {
        let instead = match half {
            Some(half) => format!("write `{}` alone on its line", half.marker()),
            None => "delete it".to_owned(),
        };
        let message = format!("`{}` is a marker of {tool}", excerpt(comment.of(self.text)));
        self.find(comment, message, Some(&format!("{instead}; `uno-migrate import` converts whole directories")));
    }

    fn line(&self, offset: u32) -> u32 {
        Location::of(self.text, offset as usize).line
    }

    fn word_at(&self, start: u32) -> Span {
        let rest = &self.text[start as usize..];
        let length = rest.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(rest.len());
        Span { start, end: start + length as u32 }
    }
}

/// As much of a comment as a message can hold, on one line.
fn excerpt(comment: &str) -> String {
    let mut line = comment.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(60) {
        line.truncate(end);
        line.push('…');
    }
    line
}
