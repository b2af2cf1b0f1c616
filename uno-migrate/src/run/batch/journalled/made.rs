//! What a migration has made so far, as far as it tells what becomes of rows that it adds.

use uno_migrate_core::{Dialect, Effect, QualifiedName, effect, new_table, row_list};

#[derive(Default)]
pub(super) struct Made {
    /// Tables without a word on their engine.
    tables: Vec<QualifiedName>,
    /// Something that may act on its own when rows are added.
    may_act: bool,
    /// Tables that were looked at, and nothing but rows was made since.
    looked_at: Vec<QualifiedName>,
}

impl Made {
    /// A statement is done.
    pub(super) fn note(&mut self, dialect: Dialect, statement: &str) {
        let adds_rows = row_list(dialect, statement).is_some();
        if !adds_rows {
            self.looked_at.clear();
        }
        let is_index = || matches!(effect(dialect, statement), Some(Effect::Index { exists: true, .. }));
        match new_table(dialect, statement) {
            Some(table) if !statement.to_ascii_lowercase().contains("engine") => self.tables.push(table),
            Some(_) => {}
            None => self.may_act |= !adds_rows && !is_index(),
        }
    }

    /// Whether it is still to be looked what a table is.
    pub(super) fn looks_at(&mut self, table: &QualifiedName) -> bool {
        let is_new = !self.looked_at.contains(table);
        if is_new {
            self.looked_at.push(table.clone());
        }
        is_new
    }

    /// Whether a table is one of those, and the migration has made nothing that can act on it.
    pub(super) fn is_plain(&self, table: &QualifiedName) -> bool {
        !self.may_act && self.tables.contains(table)
    }
}
