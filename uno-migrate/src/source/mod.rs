//! Where migrations come from.

use uno_migrate_core::{Checksum, Dialect};

use crate::driver;
use crate::error::{Error, Result};
use crate::migration::Migration;

mod directory;
mod embedding;
mod file;
mod memory;
mod paths;
pub(crate) mod stale;

pub use directory::Directory;
pub(crate) use embedding::Embedding;
pub use file::File;
pub use memory::Memory;

/// Something that knows migrations: an embedded set, a directory, single files, memory, or a type of your own.
///
/// Several sources are one source: a tuple, an array or a `Vec` of them.
pub trait MigrationSource: Send + Sync {
    /// All its migrations, in any order; dependencies may lead into other sources.
    ///
    /// # Errors
    /// Whatever keeps it from reading them. A migrator returns it as [`ErrorKind::Invalid`](crate::ErrorKind::Invalid).
    fn migrations(&self) -> Result<Vec<Migration>>;

    /// Whether the set is what its directory holds now, where the binary was built for development.
    #[doc(hidden)]
    fn check_fresh(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The sets in it that were embedded, as their directories were proven.
    #[doc(hidden)]
    fn embeddings(&self) -> Vec<Embedding> {
        Vec::new()
    }

    /// The same as a migrator asks for it; it matters to sources that prove what they read.
    #[doc(hidden)]
    fn migrations_for(&self, reading: Reading) -> Result<Vec<Migration>> {
        let _ = reading;
        self.migrations()
    }

    /// What a history knows of its migrations, where that costs less than reading them.
    #[doc(hidden)]
    fn marks(&self, dialect: Dialect) -> Option<Vec<Mark>> {
        let _ = dialect;
        None
    }
}

/// A migration as a history knows it.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Mark {
    /// Where its set names one.
    pub(crate) namespace: Option<&'static str>,
    pub(crate) id: &'static str,
    pub(crate) checksum: Option<Identity>,
}

/// What identifies the content of a migration.
#[derive(Debug, Clone)]
pub(crate) enum Identity {
    Sql(Checksum),
    Code(String),
}

impl Identity {
    /// Lends its text.
    pub(crate) fn lend<T>(&self, lend: impl FnOnce(&str) -> T) -> T {
        match self {
            Self::Sql(checksum) => checksum.write(&mut [0; Checksum::LENGTH], lend),
            Self::Code(text) => lend(text),
        }
    }
}

/// What a migrator says of itself when it asks a source for its migrations.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    /// The database that they are for, where that is known already.
    pub(crate) dialect: Option<Dialect>,
    /// Whether they may lack a way down.
    pub(crate) missing_down: bool,
}

impl Reading {
    /// The databases to prove files for: those that were asked for, else the one that is known, else the enabled ones.
    fn dialects(self, asked_for: Option<&[Dialect]>) -> Vec<Dialect> {
        let known = || self.dialect.map_or_else(driver::enabled, |dialect| vec![dialect]);
        asked_for.map_or_else(known, <[Dialect]>::to_vec)
    }
}

impl<S: MigrationSource + ?Sized> MigrationSource for Box<S> {
    fn migrations(&self) -> Result<Vec<Migration>> {
        (**self).migrations()
    }

    fn check_fresh(&self) -> Result<(), Error> {
        (**self).check_fresh()
    }

    fn embeddings(&self) -> Vec<Embedding> {
        (**self).embeddings()
    }

    fn migrations_for(&self, reading: Reading) -> Result<Vec<Migration>> {
        (**self).migrations_for(reading)
    }

    fn marks(&self, dialect: Dialect) -> Option<Vec<Mark>> {
        (**self).marks(dialect)
    }
}

/// Sources that hold others ask each of them.
macro_rules! merged {
    ($([$($generics:tt)*] $type:ty => |$this:ident| $parts:expr;)*) => {$(
        impl<$($generics)*> MigrationSource for $type {
            fn migrations(&self) -> Result<Vec<Migration>> {
                self.migrations_for(Reading::default())
            }

            fn check_fresh(&self) -> Result<(), Error> {
                let $this = self;
                $parts.into_iter().try_for_each(|part| part.check_fresh())
            }

            fn embeddings(&self) -> Vec<Embedding> {
                let $this = self;
                $parts.into_iter().flat_map(|part| part.embeddings()).collect()
            }

            fn migrations_for(&self, reading: Reading) -> Result<Vec<Migration>> {
                let $this = self;
                let mut all = Vec::new();
                for part in $parts {
                    all.extend(part.migrations_for(reading)?);
                }
                Ok(all)
            }

            fn marks(&self, dialect: Dialect) -> Option<Vec<Mark>> {
                let $this = self;
                let mut all = Vec::new();
                for part in $parts {
                    all.extend(part.marks(dialect)?);
                }
                Some(all)
            }
        }
    )*};
}

merged! {
    [S: MigrationSource] [S] => |this| this;
    [S: MigrationSource] Vec<S> => |this| this;
    [S: MigrationSource, const N: usize] [S; N] => |this| this;
    [A: MigrationSource, B: MigrationSource] (A, B) => |this| [&this.0 as &dyn MigrationSource, &this.1];
    [A: MigrationSource, B: MigrationSource, C: MigrationSource] (A, B, C) => |this| {
        [&this.0 as &dyn MigrationSource, &this.1, &this.2]
    };
}
