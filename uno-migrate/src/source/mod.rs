//! Where migrations come from.

use crate::error::{Error, Result};
use crate::migration::Migration;

mod directory;
mod file;
mod memory;
pub(crate) mod stale;

pub use directory::Directory;
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

    /// The source with the option to let migrations lack a way down, where it proves such things itself.
    #[doc(hidden)]
    fn migrations_allowing(&self, missing_down: bool) -> Result<Vec<Migration>> {
        let _ = missing_down;
        self.migrations()
    }
}

impl<S: MigrationSource + ?Sized> MigrationSource for Box<S> {
    fn migrations(&self) -> Result<Vec<Migration>> {
        (**self).migrations()
    }

    fn migrations_allowing(&self, missing_down: bool) -> Result<Vec<Migration>> {
        (**self).migrations_allowing(missing_down)
    }
}

impl<S: MigrationSource> MigrationSource for [S] {
    fn migrations(&self) -> Result<Vec<Migration>> {
        self.migrations_allowing(false)
    }

    fn migrations_allowing(&self, missing_down: bool) -> Result<Vec<Migration>> {
        let mut all = Vec::new();
        for source in self {
            all.extend(source.migrations_allowing(missing_down)?);
        }
        Ok(all)
    }
}

/// Sources that hold others hand both methods on.
macro_rules! merged {
    ($([$($generics:tt)*] $type:ty => |$this:ident, $down:ident| $all:expr;)*) => {$(
        impl<$($generics)*> MigrationSource for $type {
            fn migrations(&self) -> Result<Vec<Migration>> {
                self.migrations_allowing(false)
            }

            fn migrations_allowing(&self, $down: bool) -> Result<Vec<Migration>> {
                let $this = self;
                $all
            }
        }
    )*};
}

merged! {
    [S: MigrationSource] Vec<S> => |this, down| this.as_slice().migrations_allowing(down);
    [S: MigrationSource, const N: usize] [S; N] => |this, down| this.as_slice().migrations_allowing(down);
    [A: MigrationSource, B: MigrationSource] (A, B) => |this, down| {
        Ok([this.0.migrations_allowing(down)?, this.1.migrations_allowing(down)?].concat())
    };
    [A: MigrationSource, B: MigrationSource, C: MigrationSource] (A, B, C) => |this, down| {
        let (a, b, c) = this;
        Ok([a.migrations_allowing(down)?, b.migrations_allowing(down)?, c.migrations_allowing(down)?].concat())
    };
}
