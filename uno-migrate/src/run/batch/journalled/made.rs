//! What a migration has made so far, as far as it tells what becomes of rows that it adds.

use uno_migrate_core::{Dialect, Effect, QualifiedName, effect, new_table, row_list};

#[derive(Default)]
pub(super) struct Made {
    /// Tables without a word on their engine.
    tables: Vec<QualifiedName>,
    /// Something that may act on its own when rows are added.
    may_act: bool,
}

impl Made {
    /// A statement is done.
    pub(super) fn note(&mut self, dialect: Dialect, statement: &str) {
        let is_index = || matches!(effect(dialect, statement), Some(Effect::Index { exists: true, .. }));
        match new_table(dialect, statement) {
            Some(table) if !statement.to_ascii_lowercase().contains("engine") => self.tables.push(table),
            Some(_) => {}
            None => self.may_act |= row_list(dialect, statement).is_none() && !is_index(),
        }
    }

    /// Whether a table is one of those, and nothing can act on it.
    pub(super) fn is_plain(&self, table: &QualifiedName) -> bool {
        !self.may_act && self.tables.contains(table)
    }
}
