//! The columns of a result, shared by its rows.

use std::sync::Arc;

use crate::value::Column;

/// The columns of the rows that come in: those of the row before, unless they differ.
#[derive(Default)]
pub(super) struct Columns(Option<Arc<[Column]>>);

impl Columns {
    /// The columns of a row, given as name and type.
    pub(super) fn of<'r>(&mut self, row: impl Iterator<Item = (&'r str, &'r str)> + Clone) -> Arc<[Column]> {
        let same = |known: &Arc<[Column]>| {
            let pairs = row.clone().zip(known.iter());
            known.len() == row.clone().count()
                && pairs.into_iter().all(|((name, kind), column)| column.name() == name && column.type_name() == kind)
        };
        match self.0.take().filter(same) {
            Some(known) => Arc::clone(self.0.insert(known)),
            None => Arc::clone(self.0.insert(row.map(|(name, kind)| Column::new(name, kind)).collect())),
        }
    }
}
