//! Which frame a migration has on one database.

use uno_migrate_core::Dialect;

use crate::run::scope::Scope;
use crate::run::work::Work;

/// How one migration is run on one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) enum Frame {
    /// The statements and the history row are one transaction: both are there afterwards, or neither.
    Atomic,
    /// The statements are one transaction, and the row says `running` around it.
    Bracketed,
    /// Every statement stands for itself, and the row says how many are done.
    Journalled,
}

impl Frame {
    pub(in crate::run) fn of(work: &Work<'_>, scope: &Scope<'_>) -> Self {
        let implicit_commits = scope.dialect == Dialect::MySql;
        // On MySQL a transaction around SQL would promise what it cannot keep; around Rust code it holds at least
        // what is no DDL.
        if !work.is_transactional() || (implicit_commits && work.section().is_some()) {
            Self::Journalled
        } else if implicit_commits || !scope.history.is_table() {
            Self::Bracketed
        } else {
            Self::Atomic
        }
    }
}
