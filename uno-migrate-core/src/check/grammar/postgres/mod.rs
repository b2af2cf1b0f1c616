//! PostgreSQL's grammar, as squawk-parser knows it.

mod doubt;
mod expected;
mod hint;
mod keyword;
mod parser;
mod reduced;

use self::doubt::Attempt;
use self::parser::{Stumble, What, first_stumble};
use self::reduced::Reduced;
use super::opening;
use super::{Memory, Refusal};
use crate::check::statement::Statement;
use crate::lex::{Token, TokenKind};

/// How many words of one statement may be names that the parser takes for keywords.
const MOST_NAMES: usize = 8;

/// What the parser stumbles over first, where there is no doubt that the server would as well.
pub(super) fn refusal(statement: &Statement<'_>, memory: &Memory) -> Option<Refusal> {
    let mut names = Vec::new();
    let reduced = Reduced::new(statement, &names);
    if memory.has_read(&reduced.text) {
        return None;
    }
    let Some(mut stumble) = first_stumble(&reduced) else {
        memory.keep(reduced.text);
        return None;
    };
    for _ in 0..MOST_NAMES {
        if doubt::is_known(statement, &stumble) {
            return None;
        }
        match doubt::attempt(statement, &mut names, &stumble) {
            Attempt::Reads => return None,
            Attempt::Further(further) => stumble = further,
            Attempt::InVain => return Some(said(statement, &stumble)),
        }
    }
    None
}

/// As its reader is told.
fn said(statement: &Statement<'_>, stumble: &Stumble) -> Refusal {
    let end = Token { kind: TokenKind::Semicolon, span: statement.span };
    let last = statement.tokens().last().unwrap_or(&end);
    let (token, found) = match statement.tokens().get(stumble.token) {
        Some(token) => (token, format!("syntax error at or near {}", opening::name(statement, token))),
        None => (last, "syntax error: the statement ends too early".to_owned()),
    };
    let refusal = match &stumble.what {
        What::Second if opening::begins_statement(statement, token) => {
            let message = format!("{found}: another statement begins here");
            return Refusal::at(token, message).with_help("end the statement in front of it with `;`");
        }
        What::Second => Refusal::at(token, found),
        What::Grammar(message) | What::Lexical(message) => Refusal::at(token, expected::after(&found, message)),
    };
    match hint::hint(statement, stumble.token) {
        Some(hint) => refusal.with_help(hint),
        None => refusal,
    }
}
