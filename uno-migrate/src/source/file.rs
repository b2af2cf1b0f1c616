//! Single SQL files.

use std::path::PathBuf;

use uno_migrate_core::{Dialect, Found, Root};

use super::directory::root;
use super::{MigrationSource, Reading};
use crate::error::Result;
use crate::migration::Migration;
use crate::reading::read;

/// Single `.sql` files, read anew at every verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    paths: Vec<PathBuf>,
    dialects: Option<Vec<Dialect>>,
}

impl File {
    /// Files, relative to the process's directory.
    pub fn new<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self { paths: paths.into_iter().map(Into::into).collect(), dialects: None }
    }

    /// The databases that the files have to be valid for. Default: the one that a migrator runs on, else the enabled ones.
    #[must_use]
    pub fn dialects(mut self, dialects: impl IntoIterator<Item = Dialect>) -> Self {
        self.dialects = Some(dialects.into_iter().collect());
        self
    }
}

impl MigrationSource for File {
    fn migrations(&self) -> Result<Vec<Migration>> {
        self.migrations_for(Reading::default())
    }

    fn migrations_for(&self, reading: Reading) -> Result<Vec<Migration>> {
        let files: Vec<Root> = self.paths.iter().map(|path| root(path)).collect();
        let read = read(Found::files(&files), &reading.dialects(self.dialects.as_deref()), reading.missing_down)?;
        Ok(read.into_iter().map(Migration::from).collect())
    }
}
