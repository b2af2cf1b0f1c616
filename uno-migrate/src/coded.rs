//! Migrations written in Rust.

use std::fmt;

use uno_migrate_core::{Dependency, Info, MigrationId};

use crate::context::Context;
use crate::error::Result;
use crate::private::Function;
use crate::source::Identity;

/// A complex migration as a type: `#[migration(id = "…")] pub struct AddUserRoles;`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no way up and no way down",
    label = "`RustMigration` is not implemented",
    note = "write `impl RustMigration for {Self}` with `apply` and `revert`"
)]
pub trait RustMigration: Send + Sync {
    /// Changes the database.
    fn apply(&self, ctx: &mut Context<'_>) -> impl Future<Output = Result<()>> + Send;

    /// Takes the change back. Say `irreversible = "why"` in the attribute where that cannot be done.
    fn revert(&self, ctx: &mut Context<'_>) -> impl Future<Output = Result<()>> + Send;

    /// What identifies the content, if anything does: a Rust migration has no checksum unless it gives one, so that
    /// refactoring it is never taken for a modification.
    fn checksum(&self) -> Option<String> {
        None
    }
}

/// What `#[migration]` makes of a function or a struct.
pub struct Definition {
    /// As the attribute gives it; a file of the directory takes its name.
    pub id: Option<&'static str>,
    /// `name = "…"`
    pub name: Option<&'static str>,
    /// `description = "…"`, else the doc comment.
    pub description: Option<&'static str>,
    /// `depends = ["…"]`
    pub depends: &'static [&'static str],
    /// `tags = ["…"]`
    pub tags: &'static [&'static str],
    /// `version = "…"`
    pub version: Option<&'static str>,
    /// `transaction = false` makes it false.
    pub transaction: bool,
    /// `irreversible = "why"`
    pub irreversible: Option<&'static str>,
    /// `breaking = "why"`
    pub breaking: Option<&'static str>,
    /// `before = path`: runs before `up`, in its transaction.
    pub before: Option<Function>,
    /// `after = path`: runs after `up`, in its transaction.
    pub after: Option<Function>,
    /// `checksum = "…"`, or the trait's method.
    pub checksum: fn() -> Option<String>,
    /// The source file, as the compiler shows it.
    pub file: &'static str,
    /// The line of the attribute.
    pub line: u32,
    /// The way up.
    pub up: Function,
    /// The way down, unless it is irreversible.
    pub down: Option<Function>,
}

/// A function or a struct that carries `#[migration]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a migration",
    label = "not a migration",
    note = "write `#[migration(id = \"…\")]` above it"
)]
pub trait Named {
    /// What the attribute says.
    const DEFINITION: Definition;
}

/// A migration written in Rust, ready to run.
pub(crate) struct Coded {
    pub(crate) info: Info,
    /// The file that it is written in, as the directory or the compiler shows it.
    pub(crate) path: String,
    pub(crate) definition: &'static Definition,
}

impl Definition {
    /// What identifies its content, if anything does.
    pub(crate) fn identity(&self) -> Option<Identity> {
        (self.checksum)().map(|checksum| Identity::Code(format!("rust:{checksum}")))
    }

    /// What describes it, under the id that its file or its attribute gives it. Dependencies were proven while
    /// compiling; one that is none is left out rather than guessed at.
    pub(crate) fn info(&self, id: MigrationId) -> Info {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let mut info = Info::new(id);
        if let Some(name) = self.name {
            info.name = name.to_owned();
        }
        info.description = owned(self.description);
        info.depends = self.depends.iter().filter_map(|text| Dependency::parse(text).ok()).collect();
        info.tags = self.tags.iter().map(|&tag| tag.to_owned()).collect();
        info.version = owned(self.version);
        info.breaking = owned(self.breaking);
        info
    }
}

impl fmt::Debug for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coded").field("info", &self.info).field("path", &self.path).finish_non_exhaustive()
    }
}

/// Functions have no equality worth the name: two are the same when they were defined at the same place.
impl PartialEq for Coded {
    fn eq(&self, other: &Self) -> bool {
        let place = |coded: &Self| (coded.definition.file, coded.definition.line);
        self.info == other.info && self.path == other.path && place(self) == place(other)
    }
}

impl Eq for Coded {}
