//! Which statements can alarm at all, by their words: the others are not read as a tree.

use super::made::{Made, comma};
use crate::cursor::Cursor;

/// One of these is in every action that can alarm.
const SUSPECT: [&str; 9] = ["CHECK", "DEFAULT", "DETACH", "FOREIGN", "GENERATED", "NOT", "PRIMARY", "TYPE", "UNIQUE"];

/// A statement that the linter may find something in, about something that the section has not made itself.
pub(super) struct Suspect {
    /// Whether the section has validated a constraint of the table that the statement changes.
    pub(super) is_validated: bool,
}

/// Reads a statement as a suspect. A name that is not read here exactly is judged by nobody.
pub(super) fn suspect(mut cursor: Cursor<'_>, made: &Made) -> Option<Suspect> {
    let c = &mut cursor;
    if c.words(&["ALTER", "TABLE"]) {
        c.if_exists();
        c.word("ONLY");
        let table = c.qualified().filter(|table| !made.has_table(table) && may_lock(c))?;
        return Some(Suspect { is_validated: made.has_validated(&table) });
    }
    let is_suspect = if c.words(&["CREATE", "INDEX"]) || c.words(&["CREATE", "UNIQUE", "INDEX"]) {
        is_suspect_index(c, made)
    } else if c.words(&["DROP", "INDEX"]) {
        !c.word("CONCURRENTLY") && !drops_only_new(c, made)
    } else {
        c.word("REINDEX") && is_suspect_rebuild(c, made)
    };
    is_suspect.then_some(Suspect { is_validated: false })
}

/// Whether one of the actions may be one that takes its time.
fn may_lock(c: &Cursor<'_>) -> bool {
    let mut before = "";
    c.rest().any(|token| {
        let before = std::mem::replace(&mut before, token.text);
        let follows = |word: &str| before.eq_ignore_ascii_case(word);
        // `DROP NOT NULL`, `SET DEFAULT` and `DROP DEFAULT` touch no row.
        let is_harmless = follows("DROP") || (follows("SET") && token.is("DEFAULT"));
        token.is_one(&SUSPECT) && !is_harmless
    })
}

/// `ONLY`: on a partitioned table, nothing is built.
fn is_suspect_index(c: &mut Cursor<'_>, made: &Made) -> bool {
    if c.word("CONCURRENTLY") {
        return false;
    }
    c.if_not_exists();
    let is_named = c.is_at(&["ON"]) || c.name().is_some();
    is_named && c.word("ON") && !c.word("ONLY") && c.qualified().is_some_and(|table| !made.has_table(&table))
}

fn drops_only_new(c: &mut Cursor<'_>, made: &Made) -> bool {
    c.if_exists();
    loop {
        let is_new = c.qualified().is_some_and(|name| made.has_index(&name));
        if !is_new {
            return false;
        }
        if !comma(c) {
            return true;
        }
    }
}

/// Options stand in parentheses, and are left to the linter.
fn is_suspect_rebuild(c: &mut Cursor<'_>, made: &Made) -> bool {
    let (table, index) = (c.word("TABLE"), c.word("INDEX"));
    if !table && !index {
        return true;
    }
    !c.word("CONCURRENTLY")
        && c.qualified().is_some_and(|name| if table { !made.has_table(&name) } else { !made.has_index(&name) })
}
