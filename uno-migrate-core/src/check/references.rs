//! Which tables of an SQLite database refer to which, as the statements that made them say.

use std::collections::{BTreeMap, BTreeSet};

use super::statement::{Statement, Verb};
use super::tables::created;
use crate::cursor::Cursor;
use crate::effect::alter;
use crate::{Effect, QualifiedName};

/// The tables there are.
#[derive(Clone, Default)]
pub(super) struct References {
    /// By the name that counts.
    tables: BTreeMap<String, Table>,
    /// What was ever referred to.
    referred: BTreeSet<String>,
    /// Tables of the session alone hide others of their name.
    temporary: BTreeSet<String>,
    made: usize,
    /// How many sections have begun.
    section: usize,
}

/// A table, whatever its name is by now.
#[derive(Clone)]
pub(super) struct Table {
    /// What no other table ever has.
    pub(super) number: usize,
    pub(super) name: String,
    refers_to: Vec<Reference>,
    /// The last section that has filled or emptied it, and which of them it was. The application may have filled it since.
    touched: (usize, bool),
}

/// A foreign key.
#[derive(Clone)]
pub(super) struct Reference {
    to: String,
    /// Whether rows that refer to deleted ones are changed or deleted, too; else it is refused to delete those.
    pub(super) acts: bool,
    /// Whether deleting is refused at the end of the transaction only; `RESTRICT` refuses at once.
    pub(super) is_deferred: bool,
}

/// What a statement does to one of the tables.
pub(super) enum Step {
    Renamed { number: usize, from: String },
    Dropped(Table),
    Filled { number: usize, name: String },
}

impl References {
    /// The application may have worked with what was made so far.
    pub(super) fn begin_section(&mut self) {
        self.section += 1;
        self.temporary.clear();
    }

    /// Does what a statement does.
    pub(super) fn apply(&mut self, statement: &Statement<'_>) -> Option<Step> {
        match statement.verb {
            Verb::Create => self.create(statement),
            Verb::Alter => self.alter(statement),
            Verb::Drop => self.drop(statement),
            Verb::Insert => self.insert(statement),
            Verb::Delete => self.delete(statement),
            _ => None,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.tables.contains_key(&key(name))
    }

    pub(super) fn numbered(&self, number: usize) -> Option<&Table> {
        self.tables.values().find(|table| table.number == number)
    }

    pub(super) fn has_rows(&self, table: &Table) -> bool {
        let (section, is_filled) = table.touched;
        section < self.section || is_filled
    }

    /// The other tables that refer to one, and how.
    pub(super) fn to(&self, name: &str) -> impl Iterator<Item = (&Table, &Reference)> {
        let (itself, to) = (key(name), key(name));
        let others = self.tables.iter().filter(move |(name, _)| **name != itself).map(|(_, table)| table);
        let references = others.flat_map(|table| table.refers_to.iter().map(move |reference| (table, reference)));
        references.filter(move |(_, reference)| reference.to == to)
    }

    fn create(&mut self, statement: &Statement<'_>) -> Option<Step> {
        let name = in_main(created(statement)?)?;
        if statement.begins(&["CREATE", "TEMP"]) || statement.begins(&["CREATE", "TEMPORARY"]) {
            self.temporary.insert(key(&name));
            return None;
        }
        // With `IF NOT EXISTS`, the one that is there stays.
        if self.has(&name) {
            return None;
        }
        let number = self.made;
        self.made += 1;
        let mut c = statement.cursor()?;
        let is_query = c.rest().any(|token| token.depth == 0 && token.is("AS"));
        let refers_to = references(&mut c);
        self.referred.extend(refers_to.iter().map(|reference| reference.to.clone()));
        let touched = (self.section, is_query);
        self.tables.insert(key(&name), Table { number, name, refers_to, touched });
        None
    }

    fn alter(&mut self, statement: &Statement<'_>) -> Option<Step> {
        let mut c = statement.behind(&["ALTER", "TABLE"])?;
        let table = alter::altered(&mut c)?;
        let mut action = c;
        match alter::action(&mut action, table)? {
            Effect::TableRenamed { from, to } => self.rename(in_main(from)?, in_main(to)?),
            Effect::Column { table, exists: true, .. } => {
                let added = references(&mut c);
                self.referred.extend(added.iter().map(|reference| reference.to.clone()));
                self.table(&in_main(table)?)?.refers_to.extend(added);
                None
            }
            _ => None,
        }
    }

    /// What refers to a table follows it.
    fn rename(&mut self, from: String, to: String) -> Option<Step> {
        self.table(&from)?;
        let (old, new) = (key(&from), key(&to));
        let mut table = self.tables.remove(&old)?;
        table.name = to;
        let number = table.number;
        self.tables.insert(new.clone(), table);
        if self.referred.contains(&old) {
            for reference in self.tables.values_mut().flat_map(|table| &mut table.refers_to) {
                if reference.to == old {
                    reference.to.clone_from(&new);
                }
            }
            self.referred.insert(new);
        }
        Some(Step::Renamed { number, from })
    }

    fn drop(&mut self, statement: &Statement<'_>) -> Option<Step> {
        let mut c = statement.behind(&["DROP", "TABLE"])?;
        c.if_exists();
        let name = key(&in_main(c.qualified()?)?);
        if self.temporary.remove(&name) {
            return None;
        }
        self.tables.remove(&name).map(Step::Dropped)
    }

    /// `INSERT OR IGNORE INTO t …`
    fn insert(&mut self, statement: &Statement<'_>) -> Option<Step> {
        let mut c = statement.cursor()?;
        while !c.word("INTO") {
            c.token()?;
        }
        let touched = (self.section, true);
        let table = self.table(&in_main(c.qualified()?)?)?;
        table.touched = touched;
        Some(Step::Filled { number: table.number, name: table.name.clone() })
    }

    /// `DELETE FROM t`, of all rows.
    fn delete(&mut self, statement: &Statement<'_>) -> Option<Step> {
        let mut c = statement.behind(&["DELETE", "FROM"])?;
        let touched = (self.section, false);
        let table = self.table(&in_main(c.qualified()?)?)?;
        if c.is_at_end() {
            table.touched = touched;
        }
        None
    }

    fn table(&mut self, name: &str) -> Option<&mut Table> {
        let name = key(name);
        if self.temporary.contains(&name) { None } else { self.tables.get_mut(&name) }
    }
}

/// What stands behind each `REFERENCES`.
fn references(c: &mut Cursor<'_>) -> Vec<Reference> {
    let mut references = Vec::new();
    while !c.is_at_end() {
        if c.token().is_some_and(|token| token.is("REFERENCES"))
            && let Some(to) = c.name()
        {
            references.push(reference(c, key(&to)));
        }
    }
    references
}

/// `(id) ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED`
fn reference(c: &mut Cursor<'_>, to: String) -> Reference {
    let (mut acts, mut restricts, mut is_deferred) = (false, false, false);
    c.parenthesised();
    loop {
        if c.word("ON") {
            let is_delete = c.word("DELETE") || !c.word("UPDATE");
            let action = c.word("CASCADE") || c.words(&["SET", "NULL"]) || c.words(&["SET", "DEFAULT"]);
            restricts |= c.word("RESTRICT") && is_delete;
            acts |= action && is_delete;
            c.words(&["NO", "ACTION"]);
        } else if c.word("MATCH") {
            c.token();
        } else if c.words(&["DEFERRABLE", "INITIALLY", "DEFERRED"]) {
            is_deferred = true;
        } else {
            return Reference { to, acts, is_deferred: is_deferred && !restricts };
        }
    }
}

/// The name of a table in the database itself, not in an attached one.
fn in_main(table: QualifiedName) -> Option<String> {
    match table.schema {
        Some(schema) if !schema.eq_ignore_ascii_case("main") => None,
        _ => Some(table.name),
    }
}

/// Names that differ in case are one.
fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}
