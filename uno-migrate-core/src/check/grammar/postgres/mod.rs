//! PostgreSQL's grammar, as squawk-parser knows it.

mod doubt;
mod expected;
mod parser;

use self::doubt::Attempt;
use self::parser::{Stumble, What, first_stumble};
use super::Refusal;
use super::opening;
use crate::check::statement::Statement;
use crate::lex::{Token, TokenKind};

/// How many names of one statement may be words that the parser takes for keywords.
const MOST_NAMES: usize = 8;

/// What the parser stumbles over first, where there is no doubt that the server would as well.
pub(super) fn refusal(statement: &Statement<'_>) -> Option<Refusal> {
    let tokens = statement.tokens();
    let mut text = with_plain_strings(statement);
    let mut stumble = first_stumble(&text)?;
    for _ in 0..MOST_NAMES {
        let offset = statement.span.start + u32::try_from(stumble.at).unwrap_or(u32::MAX);
        let number = tokens.iter().position(|token| token.span.end > offset).unwrap_or(tokens.len());
        if doubt::is_known(statement, number, &stumble) {
            return None;
        }
        match doubt::attempt(statement, &text, number, &stumble) {
            Attempt::Reads => return None,
            Attempt::Further(other, further) => (text, stumble) = (other, further),
            Attempt::InVain => return Some(said(statement, tokens.get(number), &stumble)),
        }
    }
    None
}

/// The text with other strings of the same length where the parser takes a string to end elsewhere: it does not know `N'…'`,
/// nor that what continues an `E'…'` on the next line has its backslashes as well.
fn with_plain_strings(statement: &Statement<'_>) -> String {
    let mut text = statement.text().to_owned();
    for token in statement.tokens().iter().filter(|token| token.kind == TokenKind::String) {
        let is_other = match statement.text_of(token).as_bytes() {
            [b'n' | b'N' | b'e' | b'E', ..] => true,
            [b'\'', rest @ ..] => rest.contains(&b'\\'),
            _ => false,
        };
        if is_other {
            let start = (token.span.start - statement.span.start) as usize;
            let length = (token.span.end - token.span.start) as usize;
            text.replace_range(start..start + length, &format!("'{}'", "x".repeat(length.saturating_sub(2))));
        }
    }
    text
}

/// As its reader is told.
fn said(statement: &Statement<'_>, token: Option<&Token>, stumble: &Stumble) -> Refusal {
    let end = Token { kind: TokenKind::Semicolon, span: statement.span };
    let last = statement.tokens().last().unwrap_or(&end);
    let (token, found) = match token {
        Some(token) => (token, format!("syntax error at or near {}", opening::name(statement, token))),
        None => (last, "syntax error: the statement ends too early".to_owned()),
    };
    match &stumble.what {
        What::Second if opening::begins_statement(statement, token) => {
            let message = format!("{found}: another statement begins here");
            Refusal::at(token, message).with_help("end the statement in front of it with `;`")
        }
        What::Second => Refusal::at(token, format!("{found}: expected the end of the statement")),
        What::Grammar(message) => Refusal::at(token, expected::after(&found, message)),
        What::Lexical(message) => Refusal::at(token, expected::after(&found, message)),
    }
}
