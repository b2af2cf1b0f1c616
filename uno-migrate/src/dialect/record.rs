//! A history row that is written in a message with others.

use crate::applied::{AppliedMigration, HistoryStatus};

/// A history row that is written in a message with others.
pub(crate) struct Write<'a> {
    pub(crate) row: &'a AppliedMigration,
    /// How it stands, if it is there.
    pub(crate) before: Option<HistoryStatus>,
    /// The lease under which it is written, if it is.
    pub(crate) lease: Option<i64>,
    /// Where there is no need of one: the epoch of the last one, which nobody may have followed.
    pub(crate) quiet: Option<i64>,
    /// The row that was written before it in the same message, or as the last one of the message before.
    pub(crate) previous: Option<&'a AppliedMigration>,
}

/// How it is written.
pub(crate) enum Recorded {
    /// By a statement that is the same for the next row. One row, one number: the microseconds since the message began.
    Prepared(Prepared),
    /// By statements that return nothing.
    Silently(Vec<String>),
}

/// A statement that is analysed and planned once a message, which takes longer than what it does.
pub(crate) struct Prepared {
    /// What stands behind its name where it is prepared.
    pub(crate) statement: String,
    /// What it is given for this row.
    pub(crate) values: String,
}

impl Prepared {
    pub(crate) fn prepare(&self, name: &str) -> String {
        format!("PREPARE {name} {}", self.statement)
    }

    pub(crate) fn execute(&self, name: &str) -> String {
        format!("EXECUTE {name} ({})", self.values)
    }
}
