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
        if !is_free_text && ends_something(statement, token) {
            let found = comma(dialect, statement, before[0], token);
            if let Some(found) = found.or_else(|| unfinished(dialect, statement, before, Some(token))) {
                return Some(found);
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
        (TokenKind::Punctuation(b','), TokenKind::Punctuation(b',')) => (token, "two commas in a row".to_owned()),
        (TokenKind::Punctuation(b','), TokenKind::Punctuation(_)) => (before, "a comma before `)`".to_owned()),
        (TokenKind::Punctuation(b','), TokenKind::Semicolon) => (before, "a comma before `;`".to_owned()),
        (TokenKind::Punctuation(b'('), TokenKind::Punctuation(b',')) if !begins_with_nothing(dialect, statement) => {
            (token, "a comma after `(`".to_owned())
        }
        (TokenKind::Punctuation(b','), TokenKind::Word) if ends_list(dialect, statement.text_of(token)) => {
            (before, format!("a comma before `{}`", statement.text_of(token)))
        }
        _ => return None,
    };
    Some(Refusal::at(at, message).with_help("delete it, or write what is missing beside it"))
}

/// Words that are no names, and begin no item of a list, as `ORDER` and `UNION` do in MySQL. PostgreSQL has options that
/// may have any name.
fn ends_list(dialect: Dialect, word: &str) -> bool {
    dialect != Dialect::Postgres && ["FROM", "WHERE", "HAVING"].iter().any(|clause| word.eq_ignore_ascii_case(clause))
}

/// Whether something has to be complete in front of a token.
fn ends_something(statement: &Statement<'_>, token: &Token) -> bool {
    match token.kind {
        TokenKind::Punctuation(b')' | b',') | TokenKind::Semicolon => true,
        // Most words are none of these by their length.
        TokenKind::Word if matches!(token.span.end - token.span.start, 4..=6) => {
            let mut buffer = [0; LONGEST];
            let word = lower(statement.text_of(token), &mut buffer);
            matches!(word, b"where" | b"from" | b"group" | b"order" | b"having" | b"limit" | b"union")
        }
        _ => false,
    }
}

/// An operator or a word that needs more, where nothing more comes.
fn unfinished(
    dialect: Dialect,
    statement: &Statement<'_>,
    [last, before]: [Option<&Token>; 2],
    next: Option<&Token>,
) -> Option<Refusal> {
    let last = last?;
    let text = statement.text_of(last);
    let needs_more = match last.kind {
        // PostgreSQL has a parser of its own; here it names operators without using them.
        TokenKind::Operator => dialect != Dialect::Postgres && is_binary(text),
        // `@.` is a variable.
        TokenKind::Punctuation(b'.') if before.is_some_and(|before| makes_name(statement, before)) => false,
        TokenKind::Punctuation(b'.') => {
            dialect != Dialect::Postgres && next.is_none_or(|next| next.kind != TokenKind::Word)
        }
        // `t.from`, `AS from` and `@from` are names, `GRANT SELECT` gives a right.
        TokenKind::Word if text.eq_ignore_ascii_case("SET") => is_assigning(statement, last, next),
        // `(from)` may be an option of PostgreSQL.
        TokenKind::Word if dialect == Dialect::Postgres && next.is_some_and(|next| next.kind != TokenKind::Word) => {
            false
        }
        TokenKind::Word => {
            needs_more(dialect, text)
                && !before.is_some_and(|before| makes_name(statement, before))
                && !is_about_rights(statement)
        }
        _ => false,
    };
    if !needs_more {
        return None;
    }
    let where_it_ends = match next {
        None => "at the end of the statement".to_owned(),
        Some(next) => format!("before `{}`", statement.text_of(next)),
    };
    Some(Refusal::at(last, format!("nothing after `{text}` {where_it_ends}")).with_help("write what is missing"))
}

/// The `SET` of `UPDATE t SET`, with a clause behind it. Elsewhere the word may be a name.
fn is_assigning(statement: &Statement<'_>, set: &Token, next: Option<&Token>) -> bool {
    let is_third = statement.begins(&["UPDATE"]) && statement.tokens().get(2) == Some(set);
    is_third && next.is_some_and(|next| next.kind == TokenKind::Word)
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

/// Words that are no names, and that no clause ends with. PostgreSQL takes most of them for names of columns, and
/// `SELECT` without a column.
fn needs_more(dialect: Dialect, word: &str) -> bool {
    let mut buffer = [0; LONGEST];
    match lower(word, &mut buffer) {
        b"from" | b"where" | b"into" | b"having" => true,
        b"select" | b"and" | b"or" | b"join" | b"references" | b"between" | b"union" => dialect != Dialect::Postgres,
        _ => false,
    }
}

/// A word in lower case; empty for one that is longer than those that matter.
fn lower<'b>(word: &str, buffer: &'b mut [u8; LONGEST]) -> &'b [u8] {
    let Some(lower) = buffer.get_mut(..word.len()) else { return b"" };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    lower
}

fn makes_name(statement: &Statement<'_>, before: &Token) -> bool {
    matches!(before.kind, TokenKind::Punctuation(b'.' | b'@')) || statement.text_of(before).eq_ignore_ascii_case("AS")
}

/// Whether a list may begin with an empty item: `EXECUTE FUNCTION f(, 1)` of a trigger is PostgreSQL, `COLUMNS (, a)` and
/// `IGNORE_SERVER_IDS = (, 1)` are MariaDB.
fn begins_with_nothing(dialect: Dialect, statement: &Statement<'_>) -> bool {
    match dialect {
        Dialect::Postgres => {
            let mut words = statement.pieces().take(5).map(|(_, text)| text);
            statement.begins(&["CREATE"]) && words.any(|word| word.eq_ignore_ascii_case("TRIGGER"))
        }
        Dialect::MySql => statement.begins(&["ANALYZE"]) || statement.begins(&["CHANGE"]),
        Dialect::Sqlite => false,
    }
}

/// `GRANT SELECT, REFERENCES …`
fn is_about_rights(statement: &Statement<'_>) -> bool {
    statement.begins(&["GRANT"]) || statement.begins(&["REVOKE"])
}
