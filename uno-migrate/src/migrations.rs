//! The embedded set: what `embed_migrations!` makes.

use std::fmt;
use std::sync::OnceLock;

use sqlx::Pool;
use uno_migrate_core::{
    Checks, Coded, Dialect, Index, IndexEntry, MigrationId, Options, Origin, Root, Skimmed, SkimmedBody, skim,
};

use crate::coded::Definition;
use crate::driver::Driver;
use crate::error::{Error, Result};
use crate::migration::Migration;
use crate::migrator::Migrator;
use crate::plan::Plan;
use crate::private::Function;
use crate::report::Report;
use crate::source::{Embedding, Identity, Mark, MigrationSource, stale};
use crate::status::Status;

/// The migrations of an application, embedded by [`embed_migrations!`](crate::embed_migrations).
///
/// Each verb is the default form of the [`Migrator`]'s; [`migrator`](Self::migrator) gives the options.
#[derive(Clone, Copy)]
pub struct Migrations {
    embedded: Embedded,
}

/// What the macro writes.
#[derive(Clone, Copy)]
pub struct Embedded {
    /// [`Index`], encoded.
    pub index: &'static [u8],
    /// The texts of its SQL files, in order.
    pub texts: &'static [&'static str],
    /// The `.rs` files of the directory, in the order of the index.
    pub coded: &'static [&'static Definition],
    /// `rust = […]`
    pub listed: &'static [&'static Definition],
    /// `include = […]`
    pub include: &'static [&'static Migrations],
    /// `hooks = { name = path }`
    pub hooks: &'static [(&'static str, Function)],
    /// `namespace = "…"`
    pub namespace: Option<&'static str>,
    /// Where each id stands in the index, for the proof of sets that include this one.
    pub ids: &'static [u8],
    /// What the proof tells sets apart by: one that is included in two ways is there once.
    pub identity: u64,
    /// The directories, where they are and as they are shown; empty where the application has no debug assertions.
    pub roots: &'static [(&'static str, &'static str)],
    /// Where the set stays once it is read. A function, since a constant may not refer to a static that changes.
    pub cell: fn() -> &'static Cell,
}

/// A set that is read at first use.
pub type Cell = OnceLock<Vec<Migration>>;

/// What tells sets apart: the address of their cell, and the namespace that they are used in.
type SetKey = (usize, Option<&'static str>);

impl Migrations {
    /// For the macro.
    #[doc(hidden)]
    pub const fn embedded(embedded: Embedded) -> Self {
        Self { embedded }
    }

    /// For the macro of a set that includes this one.
    #[doc(hidden)]
    pub const fn parts(&self) -> &Embedded {
        &self.embedded
    }

    /// A migrator for this set, to be given options.
    pub fn migrator(&self) -> Migrator {
        let migrator = Migrator::new(*self);
        match self.embedded.namespace {
            Some(namespace) => migrator.namespace(namespace),
            None => migrator,
        }
    }

    /// Applies everything that is pending.
    ///
    /// # Errors
    /// See [`Migrator::run`].
    pub async fn run<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Report, Error> {
        self.migrator().run(pool).await
    }

    /// Reverts the last applied migration in plan order.
    ///
    /// # Errors
    /// See [`Migrator::revert`].
    pub async fn revert<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Report, Error> {
        self.migrator().revert(pool).await
    }

    /// Where every migration stands.
    ///
    /// # Errors
    /// See [`Migrator::status`].
    pub async fn status<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Status, Error> {
        self.migrator().status(pool).await
    }

    /// What [`run`](Self::run) would do.
    ///
    /// # Errors
    /// See [`Migrator::plan`].
    pub async fn plan<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Plan, Error> {
        self.migrator().plan(pool).await
    }

    /// Compares the set with the history, checksums included.
    ///
    /// # Errors
    /// See [`Migrator::validate`].
    pub async fn validate<DB: Driver>(&self, pool: &Pool<DB>) -> Result<Status, Error> {
        self.migrator().validate(pool).await
    }

    /// The migrations, those of included sets last; their order across the sets is the plan's to say.
    pub fn iter(&self) -> impl Iterator<Item = &'static Migration> {
        self.read().iter()
    }

    /// What `uno.sum` says of the set, to be put into its first directory: every migration of its directories with its
    /// checksum, in plan order, and which of them were proven while compiling.
    ///
    /// Listed and included ones (`rust = […]`, `include = […]`) are not in it. Where there is a file already, a build with
    /// `UNO_MIGRATE_SUM=write` in its environment writes the same into it, also where it keeps the set from compiling; of a
    /// directory without Rust, `uno-migrate sum --write` does.
    pub fn sum(&self) -> String {
        self.index().sum().to_string()
    }

    fn read(&self) -> &'static [Migration] {
        (self.embedded.cell)().get_or_init(|| {
            let mut migrations = Vec::new();
            self.each(None, &mut Vec::new(), &mut |set, namespace| {
                migrations.extend(set.decode().map(|migration| match namespace {
                    Some(namespace) => migration.in_namespace(namespace),
                    None => migration,
                }));
            });
            migrations
        })
    }

    /// The set itself and then those that it includes, with their namespaces, as [`proof`](crate::proof) sees them: a set
    /// that names no namespace is in that of the set around it, and one that is reached in two ways is there once.
    fn each(
        &self,
        outer: Option<&'static str>,
        seen: &mut Vec<SetKey>,
        visit: &mut impl FnMut(&Self, Option<&'static str>),
    ) {
        let namespace = self.embedded.namespace.or(outer);
        let cell: *const Cell = (self.embedded.cell)();
        let key = (cell.addr(), namespace);
        if seen.contains(&key) {
            return;
        }
        seen.push(key);
        visit(self, namespace);
        for included in self.embedded.include {
            included.each(namespace, seen, visit);
        }
    }

    /// The macro wrote these bytes and proved what is in them, so there is nothing to go wrong: bytes that are no index
    /// would be a mistake of this library, and read as an empty set they would let a run say that nothing is pending.
    #[expect(clippy::expect_used, reason = "an index that the macro wrote is an index")]
    fn index(&self) -> Index {
        Index::decode(self.embedded.index, self.embedded.texts)
            .expect("embed_migrations! writes what this version reads")
    }

    fn decode(&self) -> impl Iterator<Item = Migration> {
        let Embedded { coded, listed, hooks, .. } = self.embedded;
        let mut coded = coded.iter();
        let in_directory = self.index().entries.into_iter().filter_map(move |entry| match entry {
            IndexEntry::Sql(migration) => Some(Migration::from(migration)),
            IndexEntry::Coded { id, path, .. } => coded.next().map(|definition| Migration::coded(id, path, definition)),
        });
        let listed = listed.iter().filter_map(|definition| {
            let id = MigrationId::parse(definition.id?).ok()?;
            Some(Migration::coded(id, definition.file.to_owned(), definition))
        });
        in_directory.chain(listed).map(move |migration| migration.with_hooks(hooks))
    }
}

/// Of the set itself.
impl Embedded {
    /// Adds what a history knows of its migrations; None where one of them is not for that database.
    fn mark(&self, namespace: Option<&'static str>, dialect: Dialect, marks: &mut Vec<Mark>) -> Option<()> {
        let mut coded = self.coded.iter();
        for skimmed in skim(self.index).ok()? {
            let Skimmed { id, body } = skimmed.ok()?;
            let checksum = match body {
                SkimmedBody::Sql(checksums) => Some(Identity::Sql(checksums[dialect as usize]?)),
                SkimmedBody::Coded => coded.next()?.identity(),
            };
            marks.push(Mark { namespace, id, checksum });
        }
        for definition in self.listed {
            marks.push(Mark { namespace, id: definition.id?, checksum: definition.identity() });
        }
        Some(())
    }
}

impl MigrationSource for Migrations {
    fn check_fresh(&self) -> Result<(), Error> {
        let Embedded { roots, include, .. } = self.embedded;
        if !roots.is_empty() {
            let embedded = self.index().entries.into_iter().map(|entry| match entry {
                IndexEntry::Sql(migration) => migration.info.id,
                IndexEntry::Coded { id, .. } => id,
            });
            stale::check(embedded.collect(), roots)?;
        }
        include.iter().try_for_each(|included| included.check_fresh())
    }

    fn migrations(&self) -> Result<Vec<Migration>> {
        Ok(self.read().to_vec())
    }

    fn marks(&self, dialect: Dialect) -> Option<Vec<Mark>> {
        let (mut marks, mut all) = (Vec::new(), Some(()));
        self.each(None, &mut Vec::new(), &mut |set, namespace| {
            all = all.and_then(|()| set.embedded.mark(namespace, dialect, &mut marks));
        });
        all.map(|()| marks)
    }

    fn embeddings(&self) -> Vec<Embedding> {
        let Embedded { roots, coded, listed, include, hooks, namespace, .. } = self.embedded;
        let Index { entries, dialects, levels, missing_down, .. } = self.index();
        let files = entries.into_iter().filter_map(|entry| match entry {
            IndexEntry::Coded { id, path, checksum } => Some((id, path, checksum)),
            IndexEntry::Sql(_) => None,
        });
        let coded = coded.iter().zip(files).map(|(definition, (id, path, checksum))| Coded {
            info: definition.info(id),
            origin: Origin::file(path),
            depends_at: Vec::new(),
            hooks_at: Vec::new(),
            checksum,
        });
        let options = Options {
            dialects,
            missing_down,
            hooks: Some(hooks.iter().map(|(name, _)| (*name).to_owned()).collect()),
            namespace: namespace.unwrap_or_default().to_owned(),
            open: !(listed.is_empty() && include.is_empty()),
            checks: Some(Checks { levels, ..Checks::default() }),
            ..Options::default()
        };
        let root = |&(path, shown): &(&str, &str)| Root { path: path.into(), shown: shown.to_owned() };
        vec![Embedding { roots: roots.iter().map(root).collect(), coded: coded.collect(), options }]
    }
}

/// Sets are equal when their migrations are.
impl PartialEq for Migrations {
    fn eq(&self, other: &Self) -> bool {
        self.read() == other.read()
    }
}

impl fmt::Debug for Migrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|migration| migration.info().id.as_str())).finish()
    }
}
