//! Directories of SQL files, read when they are asked for.

use std::path::{Path, PathBuf};

use uno_migrate_core::{Dialect, Found, Root};

use super::{MigrationSource, Reading};
use crate::error::Result;
use crate::migration::Migration;
use crate::reading::read;

/// The `.sql` files of directories and what is below them, read anew at every verb.
///
/// The same reader and the same proofs as [`embed_migrations!`](crate::embed_migrations): a directory that is loaded
/// equals the same directory embedded. A `.rs` file is an error: Rust has to be compiled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    paths: Vec<PathBuf>,
    dialects: Option<Vec<Dialect>>,
}

impl Directory {
    /// Directories, relative to the process's own.
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

impl MigrationSource for Directory {
    fn migrations(&self) -> Result<Vec<Migration>> {
        self.migrations_for(Reading::default())
    }

    fn migrations_for(&self, reading: Reading) -> Result<Vec<Migration>> {
        let roots: Vec<Root> = self.paths.iter().map(|path| root(path)).collect();
        let read = read(Found::read(&roots), &reading.dialects(self.dialects.as_deref()), reading.missing_down)?;
        Ok(read.into_iter().map(Migration::from).collect())
    }
}

/// A path as it was given, shown with `/` and without a leading `./`, as an embedded one is.
pub(super) fn root(path: &Path) -> Root {
    let shown = path.to_string_lossy().replace('\\', "/");
    let shown = shown.strip_prefix("./").unwrap_or(&shown).to_owned();
    Root { path: path.to_owned(), shown }
}
