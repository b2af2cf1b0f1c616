//! The form in which a proven set travels inside a binary.
//!
//! The macro writes an [`Index`] as one byte string, and the binary reads it back at first use. One literal compiles in
//! a fraction of the time that a thousand struct expressions take, needs no relocations, and the types say the format
//! once. The SQL itself is not in it: it stays in the binary's `include_str!` texts.

use serde::{Deserialize, Serialize};

use crate::{MigrationId, SqlMigration, Text};

/// A set of migrations in plan order, without the texts of its files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Index {
    /// In plan order.
    pub entries: Vec<IndexEntry>,
}

/// One migration of an [`Index`].
#[expect(clippy::large_enum_variant, reason = "nearly all entries of a set are the large one")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexEntry {
    /// SQL; its texts follow those of the entries before it.
    Sql(SqlMigration),
    /// A `.rs` file of the directory: the functions are compiled in place, in the order of these entries.
    Coded {
        /// The id, which the file's name gives.
        id: MigrationId,
        /// The file as it is shown.
        path: String,
    },
}

impl Index {
    /// The bytes to embed.
    ///
    /// # Errors
    /// Where the serializer fails, which it does for no value of this type.
    pub fn encode(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(self)
    }

    /// Reads embedded bytes and gives every file its text, in order.
    ///
    /// # Errors
    /// Where the bytes are not an index of this version, or the texts are not as many as its files.
    pub fn decode(bytes: &[u8], texts: &[&'static str]) -> Result<Self, postcard::Error> {
        let mut index: Self = postcard::from_bytes(bytes)?;
        let mut texts = texts.iter();
        for entry in &mut index.entries {
            let IndexEntry::Sql(migration) = entry else { continue };
            for file in &mut migration.files {
                file.text = Text::Embedded(texts.next().ok_or(postcard::Error::DeserializeUnexpectedEnd)?);
            }
        }
        Ok(index)
    }
}
