//! The SQL itself: what a slip of the finger does.

use uno_migrate::Dialect;

use super::{ALL, Base, Change, Class, MYSQL, POSTGRES, Shelf, Sort};
use crate::support::Random;
use crate::tokens::{Kind, Token};

const fn class(name: &'static str, breaks: fn(&Base, &Shelf, &mut Random) -> Option<Change>) -> Class {
    Class { name, sort: Sort::Grammar, dialects: ALL, is_seen: true, breaks }
}

/// The databases whose bodies are statements of the file.
const WITH_BODIES: &[Dialect] = &[Dialect::MySql, Dialect::Sqlite];

pub(super) const CLASSES: &[Class] = &[
    class("a quote is dropped", drop_quote),
    class("a quote is added", add_quote),
    class("quotes are curly", curly_quotes),
    class("`(` is dropped", |base, _, random| drop_sign(base, random, "(")),
    class("`)` is dropped", |base, _, random| drop_sign(base, random, ")")),
    class("`)` is doubled", double_parenthesis),
    class("a comma is dropped", |base, _, random| drop_sign(base, random, ",")),
    class("a comma is doubled", double_comma),
    class("a comma is left before `)`", trailing_comma),
    class("`;` between statements is dropped", drop_semicolon),
    class("`;` is put inside a statement", add_semicolon),
    class("the first word of a statement is misspelt", misspell_first),
    class("a keyword inside a statement is misspelt", misspell_inner),
    class("a keyword is dropped", drop_keyword),
    class("two words are swapped", swap_words),
    class("a token is dropped", drop_token),
    class("a token is doubled", double_token),
    class("a statement is cut off", cut_statement),
    class("the file is cut off", cut_file),
    class("a comment is not closed", open_comment),
    class("a statement is commented out by half", half_comment),
    class("a conflict of git is left", conflict),
    Class { dialects: POSTGRES, ..class("a dollar quote is not closed", open_dollar) },
    Class { dialects: POSTGRES, ..class("a dollar quote has another tag at its end", other_tag) },
    Class { dialects: WITH_BODIES, ..class("the `END` of a body is dropped", drop_end) },
    Class { dialects: POSTGRES, ..class("a name is quoted as in MySQL", backticks) },
    Class { dialects: MYSQL, ..class("a dollar quote as in PostgreSQL", dollars_in_mysql) },
];

/// Words that hold statements together; none of them is a name in the corpora.
const KEYWORDS: [&str; 62] = [
    "ADD",
    "ALTER",
    "AND",
    "AS",
    "BEFORE",
    "BETWEEN",
    "BY",
    "CASCADE",
    "CASE",
    "CHECK",
    "COLUMN",
    "CONFLICT",
    "CONSTRAINT",
    "CREATE",
    "DEFAULT",
    "DELETE",
    "DISTINCT",
    "DROP",
    "EACH",
    "ELSE",
    "END",
    "EXECUTE",
    "EXISTS",
    "FOR",
    "FOREIGN",
    "FROM",
    "FUNCTION",
    "GROUP",
    "HAVING",
    "IF",
    "IN",
    "INDEX",
    "INSERT",
    "INTO",
    "IS",
    "JOIN",
    "KEY",
    "LANGUAGE",
    "LIMIT",
    "NOT",
    "NULL",
    "ON",
    "OR",
    "ORDER",
    "PRIMARY",
    "REFERENCES",
    "RENAME",
    "REPLACE",
    "RETURNS",
    "SELECT",
    "SET",
    "TABLE",
    "THEN",
    "TO",
    "TRIGGER",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALUES",
    "VIEW",
    "WHEN",
    "WHERE",
];

fn is_keyword(kind: Kind, text: &str) -> bool {
    kind == Kind::Word && KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(text))
}

fn is_quoted(kind: Kind, text: &str) -> bool {
    matches!(kind, Kind::String | Kind::Quoted) && text.len() > 1 && !text.starts_with('/')
}

fn remove(token: &Token) -> Change {
    Change::edit(token.at.clone(), "")
}

fn before(token: &Token, text: &str) -> Change {
    Change::edit(token.at.start..token.at.start, text)
}

fn drop_quote(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick_one(random, is_quoted)?;
    let at = if random.one_in(2) { token.at.start } else { token.at.end - 1 };
    Some(Change::edit(at..at + 1, ""))
}

fn add_quote(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick_one(random, |_, _| true)?;
    let quote = if base.dialect == Dialect::Postgres { random.of(&["'", "\""]) } else { random.of(&["'", "\"", "`"]) };
    Some(before(token, quote))
}

fn curly_quotes(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick_one(random, |kind, text| kind == Kind::String && text.starts_with('\'') && text.len() > 1)?;
    let (start, end) = (token.at.start, token.at.end);
    Some(Change::edit(start..start + 1, "‘").and(end - 1..end, "’"))
}

fn drop_sign(base: &Base, random: &mut Random, sign: &str) -> Option<Change> {
    Some(remove(base.pick_one(random, |_, text| text == sign)?))
}

fn double_parenthesis(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    Some(before(base.pick_one(random, |_, text| text == ")")?, ")"))
}

fn double_comma(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    Some(before(base.pick_one(random, |_, text| text == ",")?, ","))
}

fn trailing_comma(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token =
        base.pick(random, |content, at| base.of(&content[at]) == ")" && at > 0 && base.of(&content[at - 1]) != "(")?;
    Some(before(token, ","))
}

fn drop_semicolon(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick(random, |content, at| {
        let next = content.get(at + 1).map(|next| base.of(next));
        base.of(&content[at]) == ";"
            && next.is_some_and(|next| next != ";")
            && at > 0
            && base.of(&content[at - 1]) != ";"
    })?;
    Some(Change::edit(token.at.clone(), " "))
}

fn add_semicolon(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick(random, |content, at| {
        at > 0 && ![content[at - 1].clone(), content[at].clone()].iter().any(|token| base.of(token) == ";")
    })?;
    Some(before(token, ";"))
}

fn misspell_first(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick(random, |content, at| base.begins(content, at))?;
    misspelt(base, token, random)
}

fn misspell_inner(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base
        .pick(random, |content, at| is_keyword(content[at].kind, base.of(&content[at])) && !base.begins(content, at))?;
    misspelt(base, token, random)
}

/// A letter too few, too many, or in the wrong place.
fn misspelt(base: &Base, token: &Token, random: &mut Random) -> Option<Change> {
    let (word, at) = (base.of(token), token.at.start);
    if word.len() < 3 || !word.is_ascii() {
        return None;
    }
    let letter = random.below(word.len() - 1);
    let pair = &word[letter..letter + 2];
    match random.below(3) {
        0 => Some(Change::edit(at + letter..at + letter + 1, "")),
        1 => Some(Change::edit(at + letter..at + letter, &word[letter..=letter])),
        _ if pair[..1] != pair[1..] => {
            let swapped = format!("{}{}", &pair[1..], &pair[..1]);
            Some(Change::edit(at + letter..at + letter + 2, swapped))
        }
        _ => None,
    }
}

fn drop_keyword(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    Some(remove(base.pick_one(random, is_keyword)?))
}

fn swap_words(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let content = base.content(base.half(random));
    let is_word = |at: usize| content[at].kind == Kind::Word;
    let differ = |at: usize| !base.of(&content[at]).eq_ignore_ascii_case(base.of(&content[at + 1]));
    let fitting: Vec<usize> =
        (0..content.len().saturating_sub(1)).filter(|&at| is_word(at) && is_word(at + 1) && differ(at)).collect();
    let at = *fitting.get(random.below(fitting.len()))?;
    let (left, right) = (&content[at], &content[at + 1]);
    Some(Change::edit(left.at.clone(), base.of(right)).and(right.at.clone(), base.of(left)))
}

fn drop_token(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    Some(remove(base.pick_one(random, |_, text| text != ";")?))
}

fn double_token(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick_one(random, |_, text| text != ";")?;
    let between =
        if token.kind == Kind::Sign && base.of(token).bytes().all(|byte| byte.is_ascii_digit()) { "" } else { " " };
    Some(Change::edit(token.at.end..token.at.end, format!("{between}{}", base.of(token))))
}

fn cut_statement(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let half = base.half(random);
    let content = base.content(half);
    let statements = base.statements(half);
    let statement = statements.get(random.below(statements.len()))?.clone();
    let inside: Vec<&Token> =
        content.iter().filter(|token| token.at.start > statement.start && token.at.end <= statement.end).collect();
    let from = inside.get(random.below(inside.len()))?.at.start;
    Some(Change::edit(from..statement.end, ""))
}

fn cut_file(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick(random, |_, at| at > 0)?;
    Some(Change::edit(token.at.start..base.text.len(), "\n"))
}

fn open_comment(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick_one(random, |_, _| true)?;
    // What would close it by chance further down is a mistake of another class.
    (!base.text[token.at.start..].contains("*/")).then(|| before(token, "/* "))
}

fn half_comment(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let half = base.half(random);
    let statements = base.statements(half);
    let statement = statements.get(random.below(statements.len()))?.clone();
    let first_line = base.text[statement.clone()].find('\n')?;
    (first_line > 0).then(|| Change::edit(statement.start..statement.start, "-- "))
}

fn conflict(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let statements = base.statements(base.half(random));
    let statement = statements.get(random.below(statements.len()))?.clone();
    let line_start = base.text[..statement.start].rfind('\n').map_or(0, |end| end + 1);
    let text = &base.text[statement.clone()];
    (line_start == statement.start).then(|| {
        Change::edit(statement.start..statement.start, format!("<<<<<<< HEAD\n{text};\n=======\n"))
            .and(statement.end..statement.end, ";\n>>>>>>> feature\n")
    })
}

fn open_dollar(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick_one(random, |kind, _| kind == Kind::Dollar)?;
    let tag = base.of(token)[1..].find('$')? + 2;
    Some(Change::edit(token.at.end - tag..token.at.end, ""))
}

fn other_tag(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick_one(random, |kind, _| kind == Kind::Dollar)?;
    let tag = base.of(token)[1..].find('$')? + 2;
    let other = random.of(&["$other$", "$", "$boddy$", "$$$"]);
    Some(Change::edit(token.at.end - tag..token.at.end, other))
}

fn drop_end(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    Some(remove(base.pick_one(random, |kind, text| kind == Kind::Word && text.eq_ignore_ascii_case("END"))?))
}

fn backticks(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick_one(random, |kind, text| {
        kind == Kind::Word && text.len() > 3 && text.contains('_') && text == text.to_lowercase()
    })?;
    Some(Change::edit(token.at.clone(), format!("`{}`", base.of(token))))
}

fn dollars_in_mysql(base: &Base, _: &Shelf, random: &mut Random) -> Option<Change> {
    let token = base.pick_one(random, |kind, text| kind == Kind::String && text.starts_with('\'') && text.len() > 2)?;
    let inner = &base.of(token)[1..token.at.len() - 1];
    Some(Change::edit(token.at.clone(), format!("$${inner}$$")))
}
