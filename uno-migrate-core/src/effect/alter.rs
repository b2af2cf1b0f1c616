//! `ALTER TABLE` with one action.

use super::{ConstraintKind, ConstraintState, Effect, QualifiedName, index, table};
use crate::Dialect;
use crate::cursor::Cursor;

/// What may follow `ADD` or `DROP` in one database or another and is no column.
const NO_COLUMN: [&str; 15] = [
    "CHECK",
    "CONSTRAINT",
    "EXCLUDE",
    "FOREIGN",
    "FULLTEXT",
    "INDEX",
    "KEY",
    "NOT",
    "PARTITION",
    "PERIOD",
    "PRIMARY",
    "SPATIAL",
    "SYSTEM",
    "UNIQUE",
    "VECTOR",
];

/// From behind `ALTER TABLE`.
pub(super) fn table(c: &mut Cursor<'_>) -> Option<Effect> {
    let table = altered(c)?;
    if c.is_one_action() { action(c, table) } else { None }
}

/// The table, from behind `ALTER TABLE`.
pub(crate) fn altered(c: &mut Cursor<'_>) -> Option<QualifiedName> {
    c.if_exists();
    if c.dialect() == Dialect::Postgres {
        c.word("ONLY");
    }
    c.qualified()
}

/// One action, from behind the table.
pub(crate) fn action(c: &mut Cursor<'_>, table: QualifiedName) -> Option<Effect> {
    if c.word("ADD") {
        add(c, table)
    } else if c.word("DROP") {
        drop(c, table)
    } else if c.word("RENAME") {
        rename(c, table)
    } else if c.dialect() == Dialect::MySql && c.word("CHANGE") {
        change(c, table)
    } else if c.dialect() == Dialect::Postgres && c.words(&["VALIDATE", "CONSTRAINT"]) {
        let name = c.name()?;
        c.is_at_end().then_some(Effect::Constraint { table, name, kind: None, state: ConstraintState::Validated })
    } else {
        None
    }
}

fn add(c: &mut Cursor<'_>, table: QualifiedName) -> Option<Effect> {
    if c.dialect() != Dialect::Sqlite && c.word("CONSTRAINT") {
        return add_constraint(c, table);
    }
    if c.dialect() == Dialect::MySql && c.is_at(&["FULLTEXT", "INDEX", "KEY", "SPATIAL", "UNIQUE"]) {
        return index::add(c, table);
    }
    let is_column = c.word("COLUMN");
    c.if_not_exists();
    if !is_column && c.is_at(&NO_COLUMN) {
        return None;
    }
    let name = c.name()?;
    Some(Effect::Column { table, name, exists: true })
}

/// On MySQL, a constraint is only known by the name that is written here where nothing else names it.
fn add_constraint(c: &mut Cursor<'_>, table: QualifiedName) -> Option<Effect> {
    if c.dialect() == Dialect::MySql {
        c.if_not_exists();
    }
    let name = c.name()?;
    let kind = if c.word("CHECK") {
        ConstraintKind::Check
    } else if c.words(&["FOREIGN", "KEY"]) {
        ConstraintKind::ForeignKey
    } else if c.word("UNIQUE") {
        if c.dialect() == Dialect::MySql {
            c.one_of(&["INDEX", "KEY"]);
        }
        ConstraintKind::Unique
    } else {
        ConstraintKind::Other
    };
    if c.dialect() == Dialect::MySql {
        let is_named_once = kind != ConstraintKind::Other && c.is_at_punctuation(b'(');
        let state = ConstraintState::Exists;
        return is_named_once.then_some(Effect::Constraint { table, name, kind: Some(kind), state });
    }
    let words: Vec<_> = c.rest().filter(|token| token.depth == 0).collect();
    let says = |word: &str| words.windows(2).any(|pair| pair[0].is("NOT") && pair[1].is(word));
    // What is not enforced is never valid.
    if says("ENFORCED") {
        return None;
    }
    let state = if says("VALID") { ConstraintState::Exists } else { ConstraintState::Valid };
    Some(Effect::Constraint { table, name, kind: Some(kind), state })
}

fn drop(c: &mut Cursor<'_>, table: QualifiedName) -> Option<Effect> {
    let mysql = c.dialect() == Dialect::MySql;
    if mysql && c.one_of(&["INDEX", "KEY"]) {
        return index::drop_from(c, table);
    }
    let constraint = if c.dialect() != Dialect::Sqlite && c.word("CONSTRAINT") {
        Some(None)
    } else if mysql && c.words(&["FOREIGN", "KEY"]) {
        Some(Some(ConstraintKind::ForeignKey))
    } else if mysql && c.word("CHECK") {
        Some(Some(ConstraintKind::Check))
    } else {
        None
    };
    let is_named = constraint.is_some() || c.word("COLUMN");
    c.if_exists();
    if !is_named && c.is_at(&NO_COLUMN) {
        return None;
    }
    let name = c.name()?;
    let dropped = match constraint {
        Some(kind) => Effect::Constraint { table, name, kind, state: ConstraintState::Absent },
        None => Effect::Column { table, name, exists: false },
    };
    c.ends_action().then_some(dropped)
}

/// Of the table or of a column; MySQL needs `COLUMN` for a column and nothing for the table.
fn rename(c: &mut Cursor<'_>, table: QualifiedName) -> Option<Effect> {
    let mysql = c.dialect() == Dialect::MySql;
    if c.word("TO") || (mysql && c.word("AS")) {
        return table::renamed(c, table);
    }
    let is_column = c.word("COLUMN");
    if mysql {
        c.if_exists();
    }
    if !is_column && (mysql || c.is_at(&NO_COLUMN)) {
        return None;
    }
    let from = c.name()?;
    if !c.word("TO") {
        return None;
    }
    let to = c.name()?;
    if c.ends_action() { column_renamed(c, table, from, to) } else { None }
}

/// `CHANGE a b type`: done at once with the new type, so the new name tells.
fn change(c: &mut Cursor<'_>, table: QualifiedName) -> Option<Effect> {
    c.word("COLUMN");
    c.if_exists();
    let (from, to) = (c.name()?, c.name()?);
    column_renamed(c, table, from, to)
}

fn column_renamed(c: &Cursor<'_>, table: QualifiedName, from: String, to: String) -> Option<Effect> {
    (!c.is_same(&from, &to)).then_some(Effect::ColumnRenamed { table, from, to })
}
