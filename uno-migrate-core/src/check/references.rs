//! Which tables of an SQLite database refer to which, as the statements that made them say.

use super::statement::{Statement, Verb};
use super::tables::created;
use crate::cursor::Cursor;
use crate::effect::alter;
use crate::{Dialect, Effect, QualifiedName};

/// The tables there are, in the order in which they were made.
#[derive(Clone, Default)]
pub(super) struct References {
    tables: Vec<Table>,
    /// Tables of the session alone hide others of their name.
    temporary: Vec<String>,
    made: usize,
}

/// A table, whatever its name is by now.
#[derive(Clone)]
pub(super) struct Table {
    /// What no other table ever has.
    pub(super) number: usize,
    pub(super) name: String,
    refers_to: Vec<Reference>,
    /// Whether there may be rows in it.
    pub(super) has_rows: bool,
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
    Filled { number: usize },
}

impl References {
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

    pub(super) fn named(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| is_same(&table.name, name))
    }

    pub(super) fn numbered(&self, number: usize) -> Option<&Table> {
        self.tables.iter().find(|table| table.number == number)
    }

    /// The other tables that refer to one, and how.
    pub(super) fn to(&self, name: &str) -> impl Iterator<Item = (&Table, &Reference)> {
        let others = self.tables.iter().filter(move |table| !is_same(&table.name, name));
        let references = others.flat_map(|table| table.refers_to.iter().map(move |reference| (table, reference)));
        references.filter(move |(_, reference)| is_same(&reference.to, name))
    }

    /// Whatever was made so far may have been filled by the application.
    pub(super) fn may_be_filled(&mut self) {
        self.tables.iter_mut().for_each(|table| table.has_rows = true);
        self.temporary.clear();
    }

    fn create(&mut self, statement: &Statement<'_>) -> Option<Step> {
        let table = in_main(created(statement)?)?;
        if statement.begins(&["CREATE", "TEMP"]) || statement.begins(&["CREATE", "TEMPORARY"]) {
            self.temporary.push(table);
            return None;
        }
        // With `IF NOT EXISTS`, the one that is there stays.
        if self.named(&table).is_some() {
            return None;
        }
        let number = self.made;
        self.made += 1;
        // Rows come from a query, which has no parentheses of its own around it.
        let mut c = statement.cursor()?;
        let is_query = c.rest().any(|token| token.depth == 0 && token.is("AS"));
        let refers_to = references(&mut c);
        self.tables.push(Table { number, name: table, refers_to, has_rows: is_query });
        None
    }

    fn alter(&mut self, statement: &Statement<'_>) -> Option<Step> {
        let mut c = statement.behind(&["ALTER", "TABLE"])?;
        let table = alter::altered(&mut c)?;
        let mut action = c;
        match alter::action(&mut action, table)? {
            Effect::TableRenamed { from, to } => {
                let (from, to) = (in_main(from)?, in_main(to)?);
                for reference in self.tables.iter_mut().flat_map(|table| &mut table.refers_to) {
                    if is_same(&reference.to, &from) {
                        reference.to.clone_from(&to);
                    }
                }
                let table = self.table(&from)?;
                table.name = to;
                Some(Step::Renamed { number: table.number, from })
            }
            Effect::Column { table, exists: true, .. } => {
                let added = references(&mut c);
                self.table(&in_main(table)?)?.refers_to.extend(added);
                None
            }
            _ => None,
        }
    }

    fn drop(&mut self, statement: &Statement<'_>) -> Option<Step> {
        let mut c = statement.behind(&["DROP", "TABLE"])?;
        c.if_exists();
        let name = in_main(c.qualified()?)?;
        if let Some(at) = self.temporary.iter().position(|temporary| is_same(temporary, &name)) {
            self.temporary.remove(at);
            return None;
        }
        let at = self.tables.iter().position(|table| is_same(&table.name, &name))?;
        Some(Step::Dropped(self.tables.remove(at)))
    }

    /// `INSERT OR IGNORE INTO t …`
    fn insert(&mut self, statement: &Statement<'_>) -> Option<Step> {
        let mut c = statement.cursor()?;
        while !c.word("INTO") {
            c.token()?;
        }
        let table = self.table(&in_main(c.qualified()?)?)?;
        table.has_rows = true;
        Some(Step::Filled { number: table.number })
    }

    /// `DELETE FROM t`, of all rows.
    fn delete(&mut self, statement: &Statement<'_>) -> Option<Step> {
        let mut c = statement.behind(&["DELETE", "FROM"])?;
        let table = self.table(&in_main(c.qualified()?)?)?;
        if c.is_at_end() {
            table.has_rows = false;
        }
        None
    }

    fn table(&mut self, name: &str) -> Option<&mut Table> {
        if self.temporary.iter().any(|temporary| is_same(temporary, name)) {
            return None;
        }
        self.tables.iter_mut().find(|table| is_same(&table.name, name))
    }
}

/// What stands behind each `REFERENCES`.
fn references(c: &mut Cursor<'_>) -> Vec<Reference> {
    let mut references = Vec::new();
    while !c.is_at_end() {
        if c.token().is_some_and(|token| token.is("REFERENCES"))
            && let Some(to) = c.name()
        {
            references.push(reference(c, to));
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
        Some(schema) if !is_same(&schema, "main") => None,
        _ => Some(table.name),
    }
}

/// SQLite compares names by the case of ASCII letters alone; so do we.
fn is_same(one: &str, other: &str) -> bool {
    crate::cursor::is_same_name(Dialect::Sqlite, one, other)
}
