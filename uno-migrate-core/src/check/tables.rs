//! What a section does to tables, and which of them it makes itself.

use super::statement::{Statement, Verb};
use crate::cursor::Cursor;
use crate::effect::{alter, table};
use crate::{Dialect, Effect, QualifiedName, Span};

/// An `ALTER TABLE`, or one part of a `RENAME TABLE`.
pub(crate) struct Altered {
    /// The number of the statement in its section.
    pub(crate) statement: usize,
    pub(crate) table: QualifiedName,
    pub(crate) actions: Vec<Action>,
}

/// One of its actions.
pub(crate) struct Action {
    pub(crate) span: Span,
    /// What it leaves behind, where that is read.
    pub(crate) effect: Option<Effect>,
}

/// The tables that a section makes, each with the number of its statement.
pub(crate) struct NewTables(Vec<(usize, QualifiedName)>);

/// Each that can be read, in their order.
pub(super) fn altered(statements: &[Statement<'_>]) -> Vec<Altered> {
    let mut found = Vec::new();
    for (number, statement) in statements.iter().enumerate() {
        match statement.verb {
            Verb::Alter => found.extend(alteration(number, statement)),
            Verb::Rename => found.extend(renames(number, statement).into_iter().flatten()),
            _ => {}
        }
    }
    found
}

fn alteration(number: usize, statement: &Statement<'_>) -> Option<Altered> {
    let mut c = statement.behind(&["ALTER", "TABLE"])?;
    let table = alter::altered(&mut c)?;
    let read = |mut action: Cursor<'_>| {
        let span = action.span();
        Action { span, effect: alter::action(&mut action, table.clone()) }
    };
    let actions = c.parts().into_iter().map(read).collect();
    Some(Altered { statement: number, table, actions })
}

/// `RENAME TABLE a TO b, c TO d`
fn renames(number: usize, statement: &Statement<'_>) -> Option<Vec<Altered>> {
    let mut c = statement.cursor()?;
    if !c.word("RENAME") || !c.one_of(&["TABLE", "TABLES"]) {
        return None;
    }
    c.if_exists();
    let read = |mut part: Cursor<'_>| {
        let span = part.span();
        let effect = table::rename(&mut part);
        let Some(Effect::TableRenamed { from, .. }) = &effect else { return None };
        Some(Altered { statement: number, table: from.clone(), actions: vec![Action { span, effect }] })
    };
    Some(c.parts().into_iter().filter_map(read).collect())
}

impl NewTables {
    pub(super) fn of(dialect: Dialect, statements: &[Statement<'_>], altered: &[Altered]) -> Self {
        let mut new = Self(Vec::new());
        let mut altered = altered.iter().peekable();
        for (number, statement) in statements.iter().enumerate() {
            if statement.verb == Verb::Create {
                new.0.extend(created(statement).map(|table| (number, table)));
            }
            while let Some(altered) = altered.next_if(|altered| altered.statement == number) {
                for action in &altered.actions {
                    if let Some(Effect::TableRenamed { from, to }) = &action.effect
                        && new.has(dialect, from, number)
                    {
                        new.0.push((number, to.clone()));
                    }
                }
            }
        }
        new
    }

    pub(super) fn has(&self, dialect: Dialect, table: &QualifiedName, before: usize) -> bool {
        self.0.iter().any(|(number, known)| *number < before && known.may_be(table, dialect))
    }
}

/// The table that a statement makes, of whatever kind.
pub(crate) fn created(statement: &Statement<'_>) -> Option<QualifiedName> {
    const KINDS: [&str; 9] =
        ["FOREIGN", "GLOBAL", "LOCAL", "OR", "REPLACE", "TEMP", "TEMPORARY", "UNLOGGED", "VIRTUAL"];
    if !statement.makes_table() {
        return None;
    }
    let mut c = statement.behind(&["CREATE"])?;
    while c.one_of(&KINDS) {}
    if !c.word("TABLE") {
        return None;
    }
    c.if_not_exists();
    c.qualified()
}

/// The table that a statement makes an index of.
pub(crate) fn indexed(statement: &Statement<'_>) -> Option<QualifiedName> {
    const KINDS: [&str; 4] = ["FULLTEXT", "SPATIAL", "UNIQUE", "VECTOR"];
    let kinds = KINDS.iter().map(|kind| ["CREATE", kind, "INDEX"]);
    let is_index = statement.begins(&["CREATE", "INDEX"]) || kinds.into_iter().any(|words| statement.begins(&words));
    if !is_index {
        return None;
    }
    let mut c = statement.behind(&["CREATE"])?;
    c.one_of(&KINDS);
    c.word("INDEX");
    c.word("CONCURRENTLY");
    c.if_not_exists();
    // PostgreSQL makes up a name where there is none; SQLite's may have the schema of its table.
    if !c.is_at(&["ON"]) {
        c.qualified()?;
    }
    if c.word("USING") {
        c.name()?;
    }
    if !c.word("ON") {
        return None;
    }
    c.word("ONLY");
    c.qualified()
}
