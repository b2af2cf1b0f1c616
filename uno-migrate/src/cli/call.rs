//! A command at work: what it was called with, and what it works on.

use std::path::PathBuf;

use uno_migrate_core::sibling;

use super::Source;
use super::args::Common;
use super::database::Database;
use super::failure::Failure;
use super::output::Output;
use super::program::Program;
use crate::{Directory, Migrator};

/// What every command is handed.
pub(super) struct Call {
    pub(super) source: Source,
    pub(super) common: Common,
    pub(super) output: Output,
    pub(super) program: Program,
}

/// Where migrations are where nobody says it.
const DIRECTORY: &str = "migrations";

impl Call {
    /// The directories that are meant.
    pub(super) fn directories(&self) -> Vec<PathBuf> {
        match self.common.directories.as_slice() {
            [] => vec![PathBuf::from(DIRECTORY)],
            directories => directories.to_vec(),
        }
    }

    /// The same, all of which have to be there.
    pub(super) fn existing_directories(&self) -> Result<Vec<PathBuf>, Failure> {
        let directories = self.directories();
        if let Some(missing) = directories.iter().find(|directory| !directory.is_dir()) {
            let what = if missing.exists() { "is no directory" } else { "is not there" };
            let meant = sibling(missing).map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
            let help = "name it with `-d`; a path is relative to the directory where this program runs";
            return Err(Failure::usage(format!("the directory of migrations, `{}`, {what}", missing.display()))
                .help(format!("{meant}{help}")));
        }
        Ok(directories)
    }

    /// A migrator for what the commands are for, with the common options.
    pub(super) fn migrator(&self) -> Result<Migrator, Failure> {
        let migrator = match &self.source {
            Source::Directories => Migrator::new(Directory::new(self.existing_directories()?)),
            Source::Compiled(migrator) if self.common.directories.is_empty() => (**migrator).clone(),
            Source::Compiled(_) => {
                return Err(Failure::usage("this program carries its migrations, and reads no directory")
                    .help("leave `--directory` out; it is for commands that write files"));
            }
        };
        Ok(self.configured(migrator))
    }

    /// A migrator with the common options.
    pub(super) fn configured(&self, mut migrator: Migrator) -> Migrator {
        let Common { schema, table, namespace, .. } = &self.common;
        if let Some(schema) = schema {
            migrator = migrator.schema(schema);
        }
        if let Some(table) = table {
            migrator = migrator.table(table);
        }
        if let Some(namespace) = namespace {
            migrator = migrator.namespace(namespace);
        }
        migrator
    }

    /// The same, for a command that only looks.
    pub(super) fn database_to_look_at(&self) -> Result<Database, Failure> {
        let (database, missing) = self.database()?.only_looking();
        if let Some(missing) = missing {
            self.output.note(&missing);
        }
        Ok(database)
    }

    /// The database that is meant, where one is.
    pub(super) fn any_database(&self) -> Result<Option<Database>, Failure> {
        Database::find_any(self.common.database_url.as_ref())
    }

    /// The database that is meant; nothing is opened yet.
    pub(super) fn database(&self) -> Result<Database, Failure> {
        Database::find(self.common.database_url.as_ref())
    }
}
