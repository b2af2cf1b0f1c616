//! One transaction for everything: refused, before anything runs, where a part could not be rolled back with the rest.

use uno_migrate_core::Dialect;

use super::{Act, Step};
use crate::error::Error;
use crate::options::{Options, TransactionMode};

pub(super) fn check(steps: &[Step], options: &Options, dialect: Dialect) -> Result<(), Error> {
    if options.transaction != TransactionMode::Whole {
        return Ok(());
    }
    if dialect == Dialect::MySql {
        return Err(Error::usage("`TransactionMode::Whole` does not exist on MySQL and MariaDB")
            .help("they commit at every DDL statement: leave out `TransactionMode::Whole`"));
    }
    if options.tracker.is_some() {
        return Err(Error::usage("`TransactionMode::Whole` needs the history table")
            .help("a history that is kept elsewhere cannot be rolled back together with the database"));
    }
    steps.iter().try_for_each(|step| match &step.act {
        _ if step.resumes() => Err(step.has_no_transaction()),
        Act::Run(migration) if !migration.transactional(step.direction, dialect) => Err(step.has_no_transaction()),
        Act::Run(migration) if migration.foreign_keys_off(step.direction, dialect) => {
            Err(step.needs_foreign_keys_off())
        }
        Act::Stored { down, .. } if down.section.no_transaction => Err(step.has_no_transaction()),
        Act::Stored { down, .. } if down.section.foreign_keys_off && dialect == Dialect::Sqlite => {
            Err(step.needs_foreign_keys_off())
        }
        Act::Run(_) | Act::Stored { .. } | Act::Record { .. } => Ok(()),
    })
}

impl Step {
    fn has_no_transaction(&self) -> Error {
        let id = &self.called;
        Error::usage(format!("`TransactionMode::Whole` cannot hold `{id}`, which runs outside a transaction"))
            .help(format!("go up to it with `target`, take `{id}` alone with `only`, then the rest"))
    }

    fn needs_foreign_keys_off(&self) -> Error {
        let id = &self.called;
        Error::usage(format!("`TransactionMode::Whole` cannot hold `{id}`, which needs its foreign keys off"))
            .help("SQLite switches them between transactions only: leave out `TransactionMode::Whole`")
    }
}
