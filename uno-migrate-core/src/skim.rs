//! What a history knows of an embedded set. It stands in front of its [`Index`](crate::Index), to be read without the rest:
//! of ten thousand migrations, in a few milliseconds.

use serde::{Deserialize, Serialize};

use crate::{Checksum, Dialect, IndexEntry};

/// A migration of an index as a history knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skimmed<'a> {
    /// Its id.
    pub id: &'a str,
    /// Whether it is SQL or a `.rs` file.
    pub body: SkimmedBody,
}

/// What is known of what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SkimmedBody {
    /// The checksums of its SQL, in the order of [`Dialect::ALL`]; none where it has none for a database.
    Sql([Option<Checksum>; Dialect::ALL.len()]),
    /// A `.rs` file of the directory tells by itself, if at all.
    Coded,
}

impl<'a> Skimmed<'a> {
    pub(crate) fn of(entry: &'a IndexEntry) -> Self {
        match entry {
            IndexEntry::Sql(migration) => {
                let checksums = Dialect::ALL.map(|dialect| migration.script(dialect).map(|script| script.checksum));
                Self { id: migration.info.id.as_str(), body: SkimmedBody::Sql(checksums) }
            }
            IndexEntry::Coded { id, .. } => Self { id: id.as_str(), body: SkimmedBody::Coded },
        }
    }
}

/// The migrations of an encoded index, in its order.
///
/// # Errors
/// Each time where the bytes are not an index of this version.
pub fn skim(index: &[u8]) -> Result<Skim<'_>, postcard::Error> {
    let (left, rest) = postcard::take_from_bytes(index)?;
    Ok(Skim { left, rest })
}

/// What is read by [`skim`].
#[derive(Debug, Clone)]
pub struct Skim<'a> {
    left: usize,
    /// What stands behind those that are read.
    pub(crate) rest: &'a [u8],
}

impl<'a> Iterator for Skim<'a> {
    type Item = Result<Skimmed<'a>, postcard::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let read = postcard::take_from_bytes(self.rest).map(|(skimmed, rest)| {
            self.rest = rest;
            skimmed
        });
        Some(read)
    }
}
