//! What PostgreSQL's grammar refuses although its parser's rules, taken one by one, would let it pass.
//!
//! squawk looks for more than is told here: what a server refused for its grammar, whenever it was asked, and what an
//! older server would refuse too. A statement is read by itself, so nothing is said of semicolons.

use squawk_syntax::syntax_error::SyntaxError;
use squawk_syntax::{Parse, SourceFile};

use super::ignore::Excerpt;
use crate::check::alarm::Alarm;
use crate::check::rules::grammar;
use crate::check::statement::Statement;
use crate::lex::TokenKind;

/// What squawk says, what we say, and what to write.
const CERTAIN: [(&str, &str, &str); 11] = [
    ("Array missing ARRAY keyword.", "an array without `ARRAY`", "write `ARRAY[…]`"),
    (
        "Comments between string literals are not allowed.",
        "a comment between two strings that follow one another",
        "put a comma or an operator between the strings, or move the comment",
    ),
    (
        "Expected a parenthesized value list or subquery.",
        "what follows `IN` does not stand in parentheses",
        "write `IN (…)`, or `= ANY (…)` for an array",
    ),
    ("Expected a target after SELECT DISTINCT", "`SELECT DISTINCT` without anything to select", "say what to select"),
    (
        "Expected new line or comma between string literals",
        "two strings that follow one another",
        "write a comma or an operator between them; a quote within a string is written twice",
    ),
    ("Invalid operator.", "an operator without anything in front of it", "write what it is about in front of it"),
    (
        "Join missing condition.",
        "`JOIN` without its condition",
        "write `ON …` or `USING (…)`, or make it a `CROSS JOIN`",
    ),
    (
        "Join `using` clause is not allowed for cross joins.",
        "`CROSS JOIN` with a condition",
        "write `JOIN`, or delete the condition",
    ),
    (
        "Join `using` clause is not allowed for natural joins.",
        "`NATURAL JOIN` with a condition",
        "write `JOIN`, or delete the condition",
    ),
    ("Missing column type", "a column without a type", "write its type"),
    ("Missing select clause", "`FROM` without `SELECT`", "write `SELECT … FROM …`"),
];

const FUNCTIONS: [&[&str]; 4] = [
    &["CREATE", "FUNCTION"],
    &["CREATE", "PROCEDURE"],
    &["CREATE", "OR", "REPLACE", "FUNCTION"],
    &["CREATE", "OR", "REPLACE", "PROCEDURE"],
];

/// Behind one of these, an operator needs something in front of it.
const OPENERS: [&str; 12] =
    ["AND", "BY", "CHECK", "DEFAULT", "ELSE", "NOT", "ON", "OR", "RETURN", "THEN", "WHEN", "WHERE"];

/// What follows the type of a column, or its name if there is none.
const BEHIND_TYPE: [&str; 9] =
    ["CHECK", "COLLATE", "CONSTRAINT", "DEFAULT", "GENERATED", "NOT", "NULL", "PRIMARY", "REFERENCES"];

/// What begins a table's constraint, or `LIKE other`, and is no column.
const NO_COLUMN: [&str; 7] = ["CHECK", "CONSTRAINT", "EXCLUDE", "FOREIGN", "LIKE", "PRIMARY", "UNIQUE"];

/// Whether a tree may show what the words do not: to read one for every statement costs five times as much.
pub(super) fn is_suspect(statement: &Statement<'_>) -> bool {
    // Of what stands in the strings of a function, the server may be told to look at nothing.
    if FUNCTIONS.iter().any(|words| statement.begins(words)) {
        return false;
    }
    let is_table = statement.begins(&["CREATE", "TABLE"]);
    let (mut first, mut second) = (None, None);
    let mut depth = 0_usize;
    let (mut joins, mut conditions) = (0_usize, 0_usize);
    for token in statement.pieces().map(Some).chain([None]) {
        let is_definition = is_table && depth == 1;
        if second
            .is_some_and(|middle| is_odd(first, middle, token) || (is_definition && is_untyped(first, middle, token)))
        {
            return true;
        }
        if let Some(word) = token {
            joins += usize::from(is_one(word, &["JOIN"]));
            conditions += usize::from(is_one(word, &["ON", "USING"]));
        }
        match second.map(|(kind, _)| kind) {
            Some(TokenKind::Punctuation(b'(')) => depth += 1,
            Some(TokenKind::Punctuation(b')')) => depth = depth.saturating_sub(1),
            _ => {}
        }
        (first, second) = (second, token);
    }
    joins > conditions
}

type Token<'a> = (TokenKind, &'a str);

/// A token between its neighbours, of which one does not fit.
fn is_odd(before: Option<Token<'_>>, token: Token<'_>, after: Option<Token<'_>>) -> bool {
    let opens = |token: Option<Token<'_>>| {
        token.is_none_or(|(kind, _)| matches!(kind, TokenKind::Operator | TokenKind::Punctuation(b'(' | b',' | b'[')))
    };
    let follows = |kind: TokenKind| after.is_some_and(|token| token.0 == kind);
    let is = |word: &str| is_one(token, &[word]);
    match token.0 {
        TokenKind::String => follows(TokenKind::String),
        TokenKind::Punctuation(b'[') => opens(before),
        // `count(*)`, `SELECT *`
        TokenKind::Operator if token.1 == "*" => {
            before.is_some_and(is_operator) && !follows(TokenKind::Punctuation(b')'))
        }
        TokenKind::Operator if ["/", "<", ">", "=", "%", "^"].contains(&token.1) => {
            opens(before) || before.is_some_and(|token| is_one(token, &OPENERS))
        }
        TokenKind::Word if is("IN") => !follows(TokenKind::Punctuation(b'(')),
        TokenKind::Word if is("DISTINCT") => {
            before.is_some_and(|token| is_one(token, &["SELECT"])) && after.is_none_or(|token| is_one(token, &["FROM"]))
        }
        TokenKind::Word => is("CROSS") || is("NATURAL") || (is("FROM") && opens(before)),
        _ => false,
    }
}

fn is_operator((kind, _): Token<'_>) -> bool {
    kind == TokenKind::Operator
}

fn is_one((kind, text): Token<'_>, words: &[&str]) -> bool {
    kind == TokenKind::Word && words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The name of a column that no type follows.
fn is_untyped(before: Option<Token<'_>>, name: Token<'_>, after: Option<Token<'_>>) -> bool {
    let begins = before.is_some_and(|(kind, _)| matches!(kind, TokenKind::Punctuation(b'(' | b',')));
    let is_name = matches!(name.0, TokenKind::Word | TokenKind::QuotedIdent) && !is_one(name, &NO_COLUMN);
    let ends =
        after.is_none_or(|token| matches!(token.0, TokenKind::Punctuation(b',' | b')')) || is_one(token, &BEHIND_TYPE));
    begins && is_name && ends
}

/// What is certain to be refused. Where anything else is wrong, this may follow from it, and is not said.
pub(super) fn find(parse: &Parse<SourceFile>, excerpt: &Excerpt<'_>, alarms: &mut Vec<Alarm>) {
    let alarm = |error: &SyntaxError| {
        let (_, message, help) = CERTAIN.iter().find(|(said, ..)| *said == error.message())?;
        Some(Alarm::new(&grammar::RULE, excerpt.in_file(error.range().into()), *message).with_help(*help))
    };
    let found: Option<Vec<_>> = parse.errors().iter().map(alarm).collect();
    alarms.extend(found.unwrap_or_default());
}
