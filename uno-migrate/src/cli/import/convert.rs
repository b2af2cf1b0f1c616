//! An original as a file of ours.

use uno_migrate_core::{Span, StatementClass, class, statements};

use super::Left;
use super::original::{Body, Half, Original};
use super::tools::Tool;
use crate::Dialect;

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Converted {
    pub(super) text: String,
    /// What an earlier import may have written in its place, when it knew less.
    pub(super) supersedes: Option<String>,
    pub(super) left: Vec<Left>,
}

/// `is_applied`: whether the tool has applied it, as far as anybody knows.
pub(super) fn convert(original: &Original, tool: Tool, dialect: Dialect, is_applied: bool) -> Converted {
    match &original.body {
        Body::Sql { up, down } => sql(original, tool, dialect, up, down.as_ref()),
        Body::Code(language) => code(original, tool, language, is_applied),
    }
}

fn sql(original: &Original, tool: Tool, dialect: Dialect, up: &Half, down: Option<&Half>) -> Converted {
    let mut left = Vec::new();
    let mut half = |half: &Half| {
        let half = without_transaction(half, dialect, original, &mut left);
        let needs_none = half.no_transaction || needs_no_transaction(&half.sql, dialect);
        (half, needs_none)
    };
    let (up, up_needs_none) = half(up);
    let down = down.map(&mut half);
    let mut text = String::new();
    if up_needs_none {
        text += "-- Transaction: none\n";
    }
    if down.is_none() {
        text += &format!("-- Irreversible: {tool} had no way down for it\n");
    }
    if is_empty(&up.sql, dialect) {
        text += &format!("-- Nothing: it was empty in {tool}\n");
    }
    text += trimmed(&up.sql);
    if let Some((down, down_needs_none)) = down {
        text += "\n\n-- DOWN\n";
        // Unless it says something itself, what the header says counts for it.
        if down_needs_none && !up_needs_none {
            text += "-- Transaction: none\n";
        }
        if is_empty(&down.sql, dialect) {
            text += &format!("-- Nothing: it was empty in {tool}\n");
        }
        text += "\n";
        text += trimmed(&down.sql);
    }
    Converted { text: format!("{}\n", text.trim_end()), supersedes: None, left }
}

/// Blank lines around it say nothing.
fn trimmed(sql: &str) -> &str {
    sql.trim_start_matches(['\n', ' ', '\t']).trim_end()
}

fn is_empty(sql: &str, dialect: Dialect) -> bool {
    statements(dialect, sql).is_ok_and(|found| found.is_empty())
}

/// `BEGIN` in front of everything and `COMMIT` behind it say what is so here anyway.
fn without_transaction(half: &Half, dialect: Dialect, original: &Original, left: &mut Vec<Left>) -> Half {
    let untouched = || half.clone();
    let Ok(found) = statements(dialect, &half.sql) else { return untouched() };
    let controls = |span: &&Span| class(dialect, span.of(&half.sql)) == StatementClass::TransactionControl;
    let (Some(first), Some(last)) = (found.first(), found.last()) else { return untouched() };
    let is_wrapped =
        begins(first.of(&half.sql)) && commits(last.of(&half.sql)) && found.iter().filter(controls).count() == 2;
    if half.no_transaction || !is_wrapped {
        return untouched();
    }
    let mut sql = half.sql.clone();
    for span in [last, first] {
        let (start, end) = (span.start as usize, span.end as usize);
        let rest = &half.sql[end..];
        let terminator = rest.len() - rest.trim_start().strip_prefix(';').map_or(rest.len(), str::len);
        sql.replace_range(start..end + terminator, "");
    }
    left.push(Left::file(
        &original.shown,
        "its own `BEGIN` and `COMMIT` are left out",
        "nothing: each migration has a transaction of its own, which holds its history row as well",
    ));
    Half { sql, ..*half }
}

fn begins(statement: &str) -> bool {
    let words: Vec<String> = words(statement);
    matches!(
        words.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
        ["BEGIN"]
            | ["BEGIN", "TRANSACTION" | "WORK" | "IMMEDIATE" | "DEFERRED" | "EXCLUSIVE"]
            | ["START", "TRANSACTION"]
    )
}

fn commits(statement: &str) -> bool {
    let words: Vec<String> = words(statement);
    matches!(
        words.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
        ["COMMIT" | "END"] | ["COMMIT" | "END", "TRANSACTION" | "WORK"]
    )
}

fn words(statement: &str) -> Vec<String> {
    statement.split_whitespace().map(str::to_ascii_uppercase).collect()
}

/// Tools that run files outside of transactions never had to say so.
fn needs_no_transaction(sql: &str, dialect: Dialect) -> bool {
    let Ok(found) = statements(dialect, sql) else { return false };
    dialect != Dialect::MySql
        && found.iter().any(|span| {
            let words = words(span.of(sql));
            let words: Vec<&str> = words.iter().map(String::as_str).take(4).collect();
            matches!(
                words.as_slice(),
                ["VACUUM", ..]
                    | ["CREATE" | "DROP" | "REINDEX", "INDEX", "CONCURRENTLY", ..]
                    | ["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"]
                    | ["CREATE" | "DROP", "DATABASE" | "TABLESPACE", ..]
                    | ["ALTER", "SYSTEM", ..]
            )
        })
}

/// What is applied keeps its place in the history. What is not has to be written again, and until then it is an error.
fn code(original: &Original, tool: Tool, language: &str, is_applied: bool) -> Converted {
    let shown = &original.shown;
    let unwritten = format!(
        "-- {tool} has this as {language} code, `{shown}`. Write it as SQL here and below, or as `{}.rs` in place of this file.\n\
         -- Until then this file is an error, so that nothing that comes after it runs without it.\n\n-- DOWN\n",
        original.id
    );
    if !is_applied {
        let left = Left::file(
            shown,
            &format!("it is {language} code, and not applied yet"),
            &format!("write it again, as `{0}.sql` or as `{0}.rs`", original.id),
        );
        return Converted { text: unwritten, supersedes: None, left: vec![left] };
    }
    let text = format!(
        "-- Nothing: {tool} has applied it as {language} code, `{shown}`; a new database gets nothing from this file\n\
         -- Irreversible: its way down is code of {tool}'s\n"
    );
    let left = Left::file(
        shown,
        &format!("it is {language} code: its place in the history is carried over, and not what it does"),
        &format!(
            "for new databases, write `{}.sql` anew, or put a dump of the schema into the first of these files",
            original.id
        ),
    );
    Converted { text, supersedes: Some(unwritten), left: vec![left] }
}
