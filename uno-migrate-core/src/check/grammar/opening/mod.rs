//! The words that statements begin with. There are few of them, and a slip in one of them is the easiest to explain.

use super::Refusal;
use crate::check::statement::Statement;
use crate::lex::{Token, TokenKind};
use crate::{Dialect, nearest};

mod mysql;
mod postgres;
mod sqlite;

/// What a statement may begin with, and what follows the words that make, change and drop something.
struct Words {
    first: &'static [&'static str],
    create: &'static [&'static str],
    alter: &'static [&'static str],
    drop: &'static [&'static str],
}

/// A statement that begins with a word that begins none.
pub(super) fn refusal(dialect: Dialect, statement: &Statement<'_>) -> Option<Refusal> {
    let words = words(dialect);
    let mut tokens = statement.tokens().iter().filter(|token| token.kind != TokenKind::Hint);
    let first = tokens.next()?;
    let mut second = tokens.next();
    if is_program(dialect, statement, first, second) {
        return None;
    }
    let is = |token: &Token, word: &str| statement.text_of(token).eq_ignore_ascii_case(word);
    if !is_one(statement, first, words.first) {
        let name = name(statement, first);
        return Some(suggest(statement, first, words.first, format!("no statement begins with {name}")));
    }
    let (lead, known) = match () {
        () if is(first, "CREATE") => ("CREATE", words.create),
        () if is(first, "ALTER") => ("ALTER", words.alter),
        () if is(first, "DROP") => ("DROP", words.drop),
        () => return None,
    };
    let mut lead = lead.to_owned();
    if lead == "CREATE"
        && second.is_some_and(|token| is(token, "OR"))
        && dialect != Dialect::Sqlite
        && tokens.next().is_some_and(|token| is(token, "REPLACE"))
    {
        lead = "CREATE OR REPLACE".to_owned();
        second = tokens.next();
    }
    match second {
        None => {
            Some(Refusal::at(first, format!("the statement ends after `{lead}`")).with_help("write what is missing"))
        }
        Some(second) if is_one(statement, second, known) => match statement.tokens().last() {
            Some(last) if last == second => {
                let message = format!("the statement ends after `{lead} {}`", statement.text_of(second));
                Some(Refusal::at(second, message).with_help("write what is missing"))
            }
            _ => None,
        },
        Some(second) => {
            let name = name(statement, second);
            Some(suggest(statement, second, known, format!("`{lead}` cannot be followed by {name}")))
        }
    }
}

/// `label: BEGIN … END` and `<<label>>` of MariaDB, and a query in parentheses.
fn is_program(dialect: Dialect, statement: &Statement<'_>, first: &Token, second: Option<&Token>) -> bool {
    match dialect {
        Dialect::MySql => {
            matches!(first.kind, TokenKind::Punctuation(b'('))
                || statement.text_of(first) == "<<"
                || second.is_some_and(|token| token.kind == TokenKind::Punctuation(b':'))
        }
        Dialect::Postgres => matches!(first.kind, TokenKind::Punctuation(b'(')),
        Dialect::Sqlite => false,
    }
}

fn is_one(statement: &Statement<'_>, token: &Token, words: &[&str]) -> bool {
    let text = statement.text_of(token);
    token.kind == TokenKind::Word && words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn suggest(statement: &Statement<'_>, token: &Token, words: &[&'static str], message: String) -> Refusal {
    let refusal = Refusal::at(token, message);
    let written = statement.text_of(token).to_ascii_uppercase();
    match nearest(&written, words.iter().copied()).filter(|_| token.kind == TokenKind::Word) {
        Some(near) => refusal.with_help(format!("write `{near}`")),
        None => refusal,
    }
}

/// Whether a statement of PostgreSQL could begin with a token.
#[cfg(feature = "check")]
pub(super) fn begins_statement(statement: &Statement<'_>, token: &Token) -> bool {
    is_one(statement, token, postgres::WORDS.first)
}

/// A token as messages name it: what is quoted may be secret.
pub(super) fn name(statement: &Statement<'_>, token: &Token) -> String {
    const LONGEST: usize = 40;
    let text = statement.text_of(token);
    match text.char_indices().nth(LONGEST) {
        _ if matches!(token.kind, TokenKind::String | TokenKind::Unterminated(_)) => "a string".to_owned(),
        None if text == "`" => "a backtick".to_owned(),
        None if token.kind == TokenKind::QuotedIdent => text.to_owned(),
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

fn words(dialect: Dialect) -> &'static Words {
    match dialect {
        Dialect::Postgres => &postgres::WORDS,
        Dialect::MySql => &mysql::WORDS,
        Dialect::Sqlite => &sqlite::WORDS,
    }
}
