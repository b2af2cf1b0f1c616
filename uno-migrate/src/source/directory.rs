//! Directories of SQL files, read when they are asked for.

use std::path::PathBuf;

use uno_migrate_core::{Dialect, Found};

use super::paths::{Paths, about_rules};
use super::{MigrationSource, Reading};
use crate::error::Result;
use crate::migration::Migration;

/// The `.sql` files of directories and what is below them, read anew at every verb.
///
/// The same reader and the same proofs as [`embed_migrations!`](crate::embed_migrations): a directory that is loaded
/// equals the same directory embedded. A `.rs` file is an error: Rust has to be compiled in.
///
/// What rules find that are errors by themselves keeps the files from being loaded, warnings do not; [`deny`](Self::deny),
/// [`warn`](Self::warn), [`allow`](Self::allow) and [`rules_since`](Self::rules_since) say otherwise. PostgreSQL's grammar
/// is among the rules where the feature `cli` is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory(Paths);

impl Directory {
    /// Directories, relative to the process's own.
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

about_rules!(Directory);

impl MigrationSource for Directory {
    fn migrations(&self) -> Result<Vec<Migration>> {
        self.migrations_for(Reading::default())
    }

    fn migrations_for(&self, reading: Reading) -> Result<Vec<Migration>> {
        self.0.migrations(Found::read, reading)
    }
}
