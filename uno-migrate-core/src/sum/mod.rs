//! `uno.sum`: what every migration of a directory was when somebody last looked, in plan order.
//!
//! The history of a database knows what that database has seen; this file, committed beside the migrations, knows what
//! the team has. So what was edited, removed, inserted or reordered shows before anything is deployed, and two branches
//! that both add a migration meet in a conflict.

mod current;
mod digest;
mod format;
mod moved;
mod open;
mod proof;
mod verify;

use crate::{Checksum, Dialect, Language, MigrationId, Problem};

pub(crate) use current::{Body, Current, digests, sum};
pub(crate) use open::{compare, open};
pub(crate) use proof::Proofs;
pub use proof::{Proof, Prover};

/// The name of the file, in the directory that is embedded.
pub const SUM_FILE: &str = "uno.sum";

/// How it is written.
pub(crate) const WRITE_ANEW: &str = "`uno-migrate sum --write`, or `UNO_MIGRATE_SUM=write cargo build`";

/// What `uno.sum` says; [`Display`](std::fmt::Display) gives the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The databases whose checksums it has, in the order of [`Dialect::ALL`].
    pub dialects: Vec<Dialect>,
    /// The migrations in plan order.
    pub lines: Vec<SumLine>,
}

/// What `uno.sum` says of one migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumLine {
    /// Its id.
    pub id: MigrationId,
    /// What its content is known by.
    pub content: Content,
    /// Who has found nothing in it. They save time and are no part of the chain, so that they may change.
    pub proofs: Vec<Proof>,
}

/// What the content of a migration is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The checksum for each database of the file: the one that histories hold.
    Sql(Vec<Checksum>),
    /// What a Rust migration gives in its attribute, as it is written here; `-` where it gives nothing.
    Coded(String),
}

/// What becomes of `uno.sum` when a set is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Integrity {
    /// Nothing: it is not looked at.
    #[default]
    Ignored,
    /// Where it is there, it has to fit.
    Enforced,
    /// It is about to be written anew: what it has proven counts, and what does not fit is no mistake.
    Renewed,
}

impl Sum {
    /// Reads a file, by its text with LF line ends.
    ///
    /// # Errors
    /// What is wrong with it, in the file that is shown so.
    pub fn parse(shown: &str, text: &str) -> Result<Self, Problem> {
        format::read(shown, text).map(|read| read.sum)
    }

    /// The databases that a file is for, also where the rest of it cannot be read, as after a merge.
    pub fn dialects_of(text: &str) -> Option<Vec<Dialect>> {
        format::dialects(text)
    }

    /// Adds a migration behind all others that is made and not written yet.
    pub fn add_unwritten(&mut self, id: MigrationId, language: Language) {
        let content = match language {
            Language::Sql => Content::Sql(vec![Checksum::of_nothing(); self.dialects.len()]),
            Language::Rust => Content::coded(None),
        };
        self.lines.push(SumLine { id, content, proofs: Vec::new() });
    }
}

#[cfg(test)]
mod tests;
