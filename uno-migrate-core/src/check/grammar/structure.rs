//! What holds for every statement of every database: parentheses are opened before they are closed, something stands
//! between commas, and an operator has something to work on.

use super::Refusal;
use crate::Dialect;
use crate::check::statement::Statement;
use crate::lex::{Token, TokenKind};

/// The longest word that needs more behind it.
const LONGEST: usize = 10;

/// The first place where the structure of a statement is broken.
pub(super) fn refusal(dialect: Dialect, statement: &Statement<'_>) -> Option<Refusal> {
    // The arguments of a virtual table's module are anything that has balanced parentheses.
    let is_free_text = dialect == Dialect::Sqlite && statement.begins(&["CREATE", "VIRTUAL"]);
    let mut open = 0_usize;
    let mut before: [Option<&Token>; 2] = [None, None];
    for token in statement.tokens().iter().filter(|token| token.kind != TokenKind::Hint) {
        match token.kind {
            TokenKind::Punctuation(b'(') => open += 1,
            TokenKind::Punctuation(b')') if open == 0 => {
                let help = "delete it, or write its `(`";
                return Some(Refusal::at(token, "`)` that closes nothing").with_help(help));
            }
            TokenKind::Punctuation(b')') => open -= 1,
            _ => {}
        }
        let ends = matches!(token.kind, TokenKind::Punctuation(b')' | b',') | TokenKind::Semicolon);
        if !is_free_text && (ends || matches!(token.kind, TokenKind::Punctuation(b','))) {
            let found = comma(dialect, statement, before[0], token)
                .or_else(|| unfinished(dialect, statement, before, Some(token)));
            if found.is_some() {
                return found;
            }
        }
        before = [Some(token), before[0]];
    }
    match before[0] {
        Some(last) if last.kind == TokenKind::Punctuation(b',') => {
            let help = "delete it, or write what follows it";
            Some(Refusal::at(last, "the statement ends in a comma").with_help(help))
        }
        _ if is_free_text => None,
        _ => unfinished(dialect, statement, before, None),
    }
}

/// A comma with nothing on one of its sides.
fn comma(dialect: Dialect, statement: &Statement<'_>, before: Option<&Token>, token: &Token) -> Option<Refusal> {
    let before = before?;
    let (at, message) = match (before.kind, token.kind) {
        (TokenKind::Punctuation(b','), TokenKind::Punctuation(b',')) => (token, "two commas in a row"),
        (TokenKind::Punctuation(b','), TokenKind::Punctuation(_)) => (before, "a comma before `)`"),
        (TokenKind::Punctuation(b','), _) => (before, "a comma before `;`"),
        (TokenKind::Punctuation(b'('), TokenKind::Punctuation(b',')) if !begins_with_nothing(dialect, statement) => {
            (token, "a comma after `(`")
        }
        _ => return None,
    };
    Some(Refusal::at(at, message).with_help("delete it, or write what is missing beside it"))
}

/// An operator or a word that needs more, where nothing more comes. PostgreSQL names operators without using them, and
/// has a parser of its own.
fn unfinished(
    dialect: Dialect,
    statement: &Statement<'_>,
    [last, before]: [Option<&Token>; 2],
    next: Option<&Token>,
) -> Option<Refusal> {
    let last = last?;
    let text = statement.text_of(last);
    let needs_more = match last.kind {
        TokenKind::Operator => is_binary(text),
        TokenKind::Punctuation(b'.') => true,
        // `t.from` and `@from` are names, `GRANT SELECT` gives a right.
        TokenKind::Word => needs_more(text) && !before.is_some_and(makes_name) && !is_about_rights(statement),
        _ => false,
    };
    if dialect == Dialect::Postgres || !needs_more {
        return None;
    }
    let where_it_ends = match next {
        None => "at the end of the statement".to_owned(),
        Some(next) => format!("before `{}`", statement.text_of(next)),
    };
    Some(Refusal::at(last, format!("nothing after `{text}` {where_it_ends}")).with_help("write what is missing"))
}

/// Operators that have an operand behind them, whatever stands before them. `*` is none of them: it stands for all
/// columns too.
fn is_binary(operator: &str) -> bool {
    matches!(
        operator,
        "=" | "<"
            | ">"
            | "<="
            | ">="
            | "<>"
            | "!="
            | "=="
            | "<=>"
            | "+"
            | "-"
            | "/"
            | "||"
            | "&&"
            | ":="
            | "->"
            | "->>"
    )
}

/// Words that are no names in MySQL, MariaDB or SQLite, and that no clause of theirs ends with.
fn needs_more(word: &str) -> bool {
    let mut buffer = [0; LONGEST];
    let Some(lower) = buffer.get_mut(..word.len()) else { return false };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    matches!(
        &*lower,
        b"select"
            | b"from"
            | b"where"
            | b"and"
            | b"or"
            | b"into"
            | b"join"
            | b"having"
            | b"references"
            | b"between"
            | b"union"
    )
}

/// Whether a list may begin with an empty item: `EXECUTE FUNCTION f(, 1)` of a trigger is PostgreSQL, `COLUMNS (, a)` and
/// `IGNORE_SERVER_IDS = (, 1)` are MariaDB.
fn begins_with_nothing(dialect: Dialect, statement: &Statement<'_>) -> bool {
    let begins = |words: &[&str]| statement.begins(words);
    match dialect {
        Dialect::Postgres => {
            begins(&["CREATE"]) && statement.pieces().take(5).any(|(_, text)| text.eq_ignore_ascii_case("TRIGGER"))
        }
        Dialect::MySql => begins(&["ANALYZE"]) || begins(&["CHANGE"]),
        Dialect::Sqlite => false,
    }
}

fn is_about_rights(statement: &Statement<'_>) -> bool {
    statement.begins(&["GRANT"]) || statement.begins(&["REVOKE"])
}

fn makes_name(before: &Token) -> bool {
    matches!(before.kind, TokenKind::Punctuation(b'.' | b'@'))
}
