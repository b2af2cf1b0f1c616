//! One migration of a set: SQL as the core read it, or Rust functions.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use uno_migrate_core::{
    Dependency, Dialect, Down, Entry, Found, Info, MigrationId, Node, Problem, Problems, Script, Section, SqlMigration, load,
};

use crate::context::Context;
use crate::driver;
use crate::error::Result;
use crate::event::Direction;
use crate::private::Function;
use crate::source;

/// A migration: SQL as the core read it, or Rust functions; [`info`](Self::info) describes both.
///
/// Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// The namespace of the set that it came from, where that set names one.
    namespace: Option<String>,
    body: Arc<Body>,
    /// What is wrong with one that was made by hand; said when a set is put together, with all other problems.
    problems: Problems,
}

/// What there is to run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Sql(SqlMigration),
    Coded(Coded),
}

/// A migration written in Rust, ready to run.
pub(crate) struct Coded {
    info: Info,
    /// The file that it is written in, as the directory or the compiler shows it.
    path: String,
    pub(crate) definition: &'static Definition,
}

/// Whether a migration can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayDown<'a> {
    Exists,
    Irreversible(&'a str),
    Missing,
}

/// A complex migration as a type: `#[migration(id = "…")] pub struct AddUserRoles;`.
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

impl Migration {
    /// A migration from SQL text, for [`Memory`](crate::Memory) and for sources of your own.
    ///
    /// The texts are read for every enabled database. `up` may begin with header directives; `down` is `None` where
    /// they say `Irreversible`. What is wrong with them is reported when a migrator puts its set together.
    pub fn sql<'a>(id: impl AsRef<str>, up: impl AsRef<str>, down: impl Into<Option<&'a str>>) -> Self {
        let mut text = up.as_ref().to_owned();
        if let Some(down) = down.into() {
            text.push_str("\n-- DOWN\n");
            text.push_str(down);
        }
        let found = Found::texts([(format!("{}.sql", id.as_ref()), text)]);
        match source::read(found, &driver::enabled(), true) {
            Ok(mut read) if read.len() == 1 => read.remove(0),
            Ok(_) => Self::unreadable(Problems::default()),
            Err(problems) => Self::unreadable(problems),
        }
    }

    /// A Rust migration under the id that its file or its attribute gives it.
    pub(crate) fn coded(id: MigrationId, path: String, definition: &'static Definition) -> Self {
        let info = definition.info(id);
        Self::from(Body::Coded(Coded { info, path, definition }))
    }

    fn unreadable(problems: Problems) -> Self {
        let info = Definition::NONE.info(MigrationId::unreadable());
        Self { problems, ..Self::from(Body::Sql(SqlMigration { info, files: Vec::new(), scripts: Vec::new() })) }
    }

    pub(crate) fn in_namespace(mut self, namespace: &str) -> Self {
        self.namespace.get_or_insert_with(|| namespace.to_owned());
        self
    }

    pub(crate) fn body(&self) -> &Body {
        &self.body
    }

    pub(crate) fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    pub(crate) fn problems(&self) -> &Problems {
        &self.problems
    }

    /// What describes it: id, name, dependencies, tags.
    pub fn info(&self) -> &Info {
        match self.body() {
            Body::Sql(migration) => &migration.info,
            Body::Coded(coded) => &coded.info,
        }
    }

    /// The file that it is written in; the first of its variants.
    pub fn path(&self) -> &str {
        match self.body() {
            Body::Sql(migration) => migration.files.first().map_or("", |file| &file.path),
            Body::Coded(coded) => &coded.path,
        }
    }

    /// What identifies its content on a database, with the algorithm in front; a Rust migration has none unless it
    /// gives one.
    pub fn checksum(&self, dialect: Dialect) -> Option<String> {
        match self.body() {
            Body::Sql(migration) => migration.script(dialect).map(|script| script.checksum.to_string()),
            Body::Coded(coded) => (coded.definition.checksum)().map(|checksum| format!("rust:{checksum}")),
        }
    }

    /// Whether it can be run on a database at all.
    pub(crate) fn supports(&self, dialect: Dialect) -> bool {
        match self.body() {
            Body::Sql(migration) => migration.script(dialect).is_some(),
            Body::Coded(_) => true,
        }
    }

    /// Whether it wants to run inside a transaction.
    pub(crate) fn transactional(&self, direction: Direction, dialect: Dialect) -> bool {
        match self.body() {
            Body::Sql(migration) => migration
                .script(dialect)
                .and_then(|script| script.section(direction))
                .is_none_or(|section| !section.no_transaction),
            Body::Coded(coded) => coded.definition.transaction,
        }
    }

    pub(crate) fn way_down(&self, dialect: Dialect) -> WayDown<'_> {
        match self.body() {
            Body::Sql(migration) => match migration.script(dialect).map(|script| &script.down) {
                Some(Down::Section(_)) => WayDown::Exists,
                Some(Down::Irreversible(reason)) => WayDown::Irreversible(reason),
                Some(Down::Missing) | None => WayDown::Missing,
            },
            Body::Coded(Coded { definition, .. }) => match (definition.down, definition.irreversible) {
                (Some(_), _) => WayDown::Exists,
                (None, Some(reason)) => WayDown::Irreversible(reason),
                (None, None) => WayDown::Missing,
            },
        }
    }
}

impl From<Body> for Migration {
    fn from(body: Body) -> Self {
        Self { namespace: None, body: Arc::new(body), problems: Problems::default() }
    }
}

impl From<SqlMigration> for Migration {
    fn from(migration: SqlMigration) -> Self {
        Self::from(Body::Sql(migration))
    }
}
