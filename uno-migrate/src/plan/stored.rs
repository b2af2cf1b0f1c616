//! Down SQL that was stored in the history, read before anything is changed.

use uno_migrate_core::{Dialect, Down, Found, Section, Text};

use crate::error::{Error, ErrorKind};
use crate::reading;
use crate::set::Key;

/// The way down of a migration that this set does not have.
#[derive(Debug, Clone)]
pub(crate) struct StoredDown {
    pub(crate) text: Text,
    pub(crate) section: Section,
}

impl StoredDown {
    /// Where errors and events say that its lines are.
    pub(crate) const PATH: &str = "the down SQL stored in the database";

    /// Reads it with the one loader, as a file that has nothing but this section, so that its lines are its own.
    pub(super) fn read(sql: &str, key: &Key, called: &str, dialect: Dialect) -> Result<Self, Error> {
        let unreadable = || {
            Error::new(ErrorKind::StoredDown, format!("the stored down SQL of `{called}` cannot be read"))
                .help("use the binary that has this migration")
        };
        let found = Found::texts([(format!("{}.sql", key.id), sql.to_owned())]);
        let read = reading::read(found, &[dialect], true, None).map_err(|problems| unreadable().caused_by(problems))?;
        let only = read.into_iter().find_map(|migration| {
            let script = migration.script(dialect)?;
            // Two sections or a reason why there is none: not what was stored.
            let is_whole = script.down == Down::Missing;
            is_whole.then(|| Self { text: migration.file(script).text.clone(), section: script.up.clone() })
        });
        only.ok_or_else(unreadable)
    }
}
