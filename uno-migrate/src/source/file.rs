//! Single SQL files.

use std::path::PathBuf;

use uno_migrate_core::{Dialect, Found, Root};

use super::MigrationSource;
use super::directory::root;
use crate::driver;
use crate::error::Result;
use crate::migration::Migration;
use crate::reading::read;

/// Single `.sql` files, read anew at every verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    paths: Vec<PathBuf>,
    dialects: Vec<Dialect>,
}

impl File {
    /// Files, relative to the process's directory.
    pub fn new<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self { paths: paths.into_iter().map(Into::into).collect(), dialects: driver::enabled() }
    }

    /// The databases that the files have to be valid for; the enabled ones unless this says otherwise.
    #[must_use]
    pub fn dialects(mut self, dialects: impl IntoIterator<Item = Dialect>) -> Self {
        self.dialects = dialects.into_iter().collect();
        self
    }
}

impl MigrationSource for File {
    fn migrations(&self) -> Result<Vec<Migration>> {
        self.migrations_allowing(false)
    }

    fn migrations_allowing(&self, missing_down: bool) -> Result<Vec<Migration>> {
        let files: Vec<Root> = self.paths.iter().map(|path| root(path)).collect();
        let read = read(Found::files(&files), &self.dialects, missing_down)?;
        Ok(read.into_iter().map(Migration::from).collect())
    }
}
