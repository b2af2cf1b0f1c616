//! Single SQL files.

use std::path::PathBuf;

use uno_migrate_core::{Dialect, Found};

use super::paths::{Paths, about_rules};
use super::{MigrationSource, Reading};
use crate::error::Result;
use crate::migration::Migration;

/// Single `.sql` files, read anew at every verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File(Paths);

impl File {
    /// Files, relative to the process's directory.
    pub fn new<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self(Paths::new(paths))
    }

    /// The databases that the files have to be valid for. Default: the one that a migrator runs on, else the enabled ones.
    #[must_use]
    pub fn dialects(mut self, dialects: impl IntoIterator<Item = Dialect>) -> Self {
        self.0.dialects = Some(dialects.into_iter().collect());
        self
    }
}

about_rules!(File);

impl MigrationSource for File {
    fn migrations(&self) -> Result<Vec<Migration>> {
        self.migrations_for(Reading::default())
    }

    fn migrations_for(&self, reading: Reading) -> Result<Vec<Migration>> {
        self.0.migrations(Found::files, reading)
    }
}
