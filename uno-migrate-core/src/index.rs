//! The form in which a proven set travels inside a binary.
//!
//! The macro writes an [`Index`] as one byte string, and the binary reads it back at first use. One literal compiles in
//! a fraction of the time that a thousand struct expressions take, needs no relocations, and the types say the format
//! once. The SQL itself is not in it: it stays in the binary's `include_str!` texts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::skim::{Skimmed, SkimmedBody, skim};
use crate::sum::{self, Body, Current};
use crate::{Dialect, Levels, MigrationId, Proof, Prover, SqlMigration, Sum, Text};

/// A set of migrations in plan order, without the texts of its files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Index {
    /// In plan order.
    pub entries: Vec<IndexEntry>,
    /// The databases that the set is for.
    pub dialects: Vec<Dialect>,
    /// What the application says of rules.
    pub levels: Levels,
    /// Whether a migration may have no way down.
    pub missing_down: bool,
    /// What `uno.sum` remembers, by who has proven it.
    pub proven: Vec<Proven>,
}

/// In which entries of an [`Index`] a judge has found nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    /// Who.
    pub by: Prover,
    /// A bit for each entry, the lowest first. Of what its verdict depends on, everything is in the index.
    pub entries: Vec<u8>,
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
        /// `checksum = "…"`
        checksum: Option<String>,
    },
}

impl Index {
    /// Takes over what a set's `uno.sum` says is proven.
    pub fn remember(&mut self, sum: &Sum) {
        let mut proven: BTreeMap<&Prover, Vec<u8>> = BTreeMap::new();
        for (at, line) in sum.lines.iter().enumerate() {
            for Proof { by, .. } in &line.proofs {
                let bits = proven.entry(by).or_insert_with(|| vec![0; sum.lines.len().div_ceil(8)]);
                bits[at / 8] |= 1 << (at % 8);
            }
        }
        self.proven = proven.into_iter().map(|(by, entries)| Proven { by: by.clone(), entries }).collect();
    }

    /// What its `uno.sum` says.
    pub fn sum(&self) -> Sum {
        let migrations: Vec<_> = self.entries.iter().map(IndexEntry::current).collect();
        let mut sum = sum::sum(&self.dialects, &migrations);
        for Proven { by, entries } in &self.proven {
            let digests = by.judge.scope().map(|scope| sum::digests(scope, &migrations)).unwrap_or_default();
            for (at, (line, digest)) in sum.lines.iter_mut().zip(digests).enumerate() {
                let is_proven = entries.get(at / 8).is_some_and(|bits| bits >> (at % 8) & 1 == 1);
                line.proofs.extend(digest.filter(|_| is_proven).map(|digest| Proof { by: by.clone(), digest }));
            }
        }
        sum
    }

    /// The bytes to embed, and where in them what a history knows of each entry begins: first of all, its id.
    ///
    /// # Errors
    /// Where the serializer fails, which it does for no value of this type.
    pub fn encode(&self) -> Result<(Vec<u8>, Vec<usize>), postcard::Error> {
        let mut bytes = postcard::to_stdvec(&self.entries.len())?;
        let mut starts = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            starts.push(bytes.len());
            bytes.append(&mut postcard::to_stdvec(&Skimmed::of(entry))?);
        }
        bytes.append(&mut postcard::to_stdvec(self)?);
        Ok((bytes, starts))
    }

    /// Reads embedded bytes and gives every file its text, in order.
    ///
    /// # Errors
    /// Where the bytes are not an index of this version, or the texts are not as many as its files.
    pub fn decode(bytes: &[u8], texts: &[&'static str]) -> Result<Self, postcard::Error> {
        let mut skim = skim(bytes)?;
        let skimmed = skim.by_ref().collect::<Result<Vec<_>, _>>()?;
        let mut index: Self = postcard::from_bytes(skim.rest)?;
        let mut texts = texts.iter();
        for (entry, skimmed) in index.entries.iter_mut().zip(skimmed) {
            let (IndexEntry::Sql(migration), SkimmedBody::Sql(checksums)) = (entry, skimmed.body) else { continue };
            for file in &mut migration.files {
                file.text = Text::Embedded(texts.next().ok_or(postcard::Error::DeserializeUnexpectedEnd)?);
            }
            for script in &mut migration.scripts {
                script.checksum =
                    checksums[script.dialect as usize].ok_or(postcard::Error::DeserializeUnexpectedEnd)?;
            }
        }
        Ok(index)
    }
}

impl IndexEntry {
    fn current(&self) -> Current<'_> {
        match self {
            Self::Sql(migration) => Current { id: &migration.info.id, body: Body::Sql(migration), origin: None },
            Self::Coded { id, checksum, .. } => Current { id, body: Body::Coded(checksum.as_deref()), origin: None },
        }
    }
}
