//! What sources that read files have in common: where to look, and for which databases.

use std::path::{Path, PathBuf};

use uno_migrate_core::{Checks, Dialect, Found, Root};

use super::Reading;
use crate::error::Result;
use crate::migration::Migration;
use crate::reading::read;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paths {
    paths: Vec<PathBuf>,
    /// As asked for; none where nothing was.
    pub(super) dialects: Option<Vec<Dialect>>,
}

impl Paths {
    pub(super) fn new<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self { paths: paths.into_iter().map(Into::into).collect(), dialects: None }
    }

    /// Finds the files with `find`, and proves them.
    pub(super) fn migrations(&self, find: fn(&[Root]) -> Found, reading: Reading) -> Result<Vec<Migration>> {
        let roots: Vec<Root> = self.paths.iter().map(|path| root(path)).collect();
        let dialects = reading.dialects(self.dialects.as_deref());
        let read = read(find(&roots), &dialects, reading.missing_down, Some(Checks::default()))?;
        Ok(read.into_iter().map(Migration::from).collect())
    }
}

/// A path as it was given, shown with `/` and without a leading `./`, as an embedded one is.
fn root(path: &Path) -> Root {
    let shown = path.to_string_lossy().replace('\\', "/");
    let shown = shown.strip_prefix("./").unwrap_or(&shown).to_owned();
    Root { path: path.to_owned(), shown }
}
