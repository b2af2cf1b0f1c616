//! Directories that are proven without a database: which ones, and how.

use std::collections::BTreeSet;

use uno_migrate_core::{
    Checks, Coded, Found, Integrity, Levels, Loaded, Options, Origin, Problem, Problems, Root, Sum, SumFile,
    Unresolved, load, nearest, sum_in,
};

use super::Source;
use super::args::Common;
use super::call::Call;
use super::failure::Failure;
use crate::source::Embedding;
use crate::{Dialect, MigrationId, driver};

/// The directories of one set, and how they are proven.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    pub(super) roots: Vec<Root>,
    /// How; the checks are the levels that the application has given.
    pub(super) options: Options,
    /// The Rust migrations that this program has.
    coded: Vec<Coded>,
    /// The migrations of this program, which those of the directories may depend on.
    known: BTreeSet<(String, MigrationId)>,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) outcome: Result<Loaded, Problems>,
    /// How many migrations there are.
    pub(super) migrations: usize,
    /// The `.rs` files that this program has not compiled, as they are shown.
    pub(super) uncompiled: Vec<String>,
}

impl Ground {
    /// What is meant: the directories that are named, else those that the sets of this program were embedded from, else
    /// the usual one; for the databases that are named, else those of the set.
    pub(super) fn all(call: &Call, dialects: &[Dialect]) -> Result<Vec<Self>, Failure> {
        let mut grounds = match &call.source {
            Source::Directories => vec![of_directories(call, Embedding::default(), BTreeSet::new())?],
            Source::Compiled(migrator) => {
                let sets = migrator.embeddings();
                // What names no namespace is in the one that has no name while compiling.
                let namespace = |migration: &crate::Migration| {
                    migration.namespace().filter(|name| *name != "default").unwrap_or_default().to_owned()
                };
                let known = sets
                    .iter()
                    .flat_map(|set| &set.options.dialects)
                    .find_map(|&dialect| migrator.migrations(dialect).ok());
                let known = known.unwrap_or_default();
                let known: BTreeSet<_> =
                    known.iter().map(|migration| (namespace(migration), migration.info().id.clone())).collect();
                match call.common.directories.is_empty() {
                    true => sets.into_iter().map(|set| embedded(set, known.clone())).collect::<Result<_, _>>()?,
                    false => {
                        let first = sets.into_iter().next().unwrap_or_default();
                        vec![of_directories(call, first, known)?]
                    }
                }
            }
        };
        if grounds.is_empty() {
            return Err(Failure::usage("this program carries no embedded set").help("name directories with `-d`"));
        }
        for ground in &mut grounds {
            if !dialects.is_empty() {
                ground.options.dialects = dialects.to_vec();
            } else if ground.options.dialects.is_empty() {
                ground.options.dialects = ground.likely_dialects(call)?;
            }
            ground.options.dialects.sort_unstable();
            ground.options.dialects.dedup();
        }
        Ok(grounds)
    }

    /// The file that says what the migrations were, where there is one.
    pub(super) fn sum(&self) -> Option<SumFile> {
        self.roots.first().and_then(sum_in)
    }

    /// What the directory's file is for, else the database that is named, else every one of this program.
    fn likely_dialects(&self, call: &Call) -> Result<Vec<Dialect>, Failure> {
        let text = self.sum().and_then(|file| file.text.ok());
        if let Some(dialects) = text.and_then(|text| Sum::dialects_of(&text)) {
            return Ok(dialects);
        }
        Ok(match call.any_database()? {
            Some(database) => vec![database.dialect()],
            None => driver::enabled(),
        })
    }

    /// Reads and proves.
    pub(super) fn prove(&self, checks: Option<Checks>, integrity: Integrity) -> Proof {
        let found = Found::read(&self.roots);
        let (mut coded, mut uncompiled) = (Vec::new(), Vec::new());
        for file in &found.rust {
            match self.coded.iter().find(|known| known.info.id == file.name.id) {
                Some(known) => coded.push(Coded { origin: Origin::file(file.shown.as_str()), ..known.clone() }),
                None => uncompiled.push(file.shown.clone()),
            }
        }
        let ids: BTreeSet<&MigrationId> = found.sql.iter().chain(&found.rust).map(|file| &file.name.id).collect();
        let migrations = ids.len();
        let options = Options { checks, integrity, ..self.options.clone() };
        let outcome = load(found, coded, &options).and_then(|loaded| self.resolved(loaded));
        Proof { outcome, migrations, uncompiled }
    }

    /// What leads out of the directories leads to what this program has; where it has none of that namespace, nobody knows.
    fn resolved(&self, loaded: Loaded) -> Result<Loaded, Problems> {
        let own = &self.options.namespace;
        let mut problems = Problems::default();
        for Unresolved { id, on, origin } in &loaded.unresolved {
            let namespace = on.namespace_in(own);
            let known = || self.known.iter().filter(|(known, _)| known == namespace).map(|(_, id)| id);
            if known().next().is_none() || known().any(|known| *known == on.id) {
                continue;
            }
            let message = format!("migration `{id}` depends on `{on}`, which does not exist");
            let problem = Problem { origin: origin.clone(), ..Problem::new(message) };
            problems.push(match nearest(on.id.as_str(), known().map(MigrationId::as_str)) {
                Some(near) => problem.with_help(format!("a migration named `{near}` exists")),
                None => problem.with_help("add that migration, or delete this dependency"),
            });
        }
        if problems.is_empty() {
            return Ok(loaded);
        }
        problems.extend(loaded.warnings);
        Err(problems.sorted())
    }

    /// The levels that the application has given.
    pub(super) fn levels(&self) -> Levels {
        self.options.checks.as_ref().map(|checks| checks.levels.clone()).unwrap_or_default()
    }
}

/// The directories that are named, proven as a set of this program is.
fn of_directories(call: &Call, set: Embedding, known: BTreeSet<(String, MigrationId)>) -> Result<Ground, Failure> {
    let directories = call.existing_directories()?;
    let Embedding { coded, mut options, .. } = set;
    // A set with the namespace of a dependency may be in the application.
    options.foreign = true;
    if let Common { namespace: Some(namespace), .. } = &call.common {
        options.namespace.clone_from(namespace);
    }
    Ok(Ground { roots: directories.into_iter().map(Root::new).collect(), options, coded, known })
}

/// The directories that a set was embedded from.
fn embedded(set: Embedding, known: BTreeSet<(String, MigrationId)>) -> Result<Ground, Failure> {
    let Embedding { roots, coded, options } = set;
    let missing = roots.iter().find(|root| !root.path.is_dir());
    let unknown = match missing {
        Some(root) => {
            format!("the directory that this program was built from, `{}`, is not there", root.path.display())
        }
        None if roots.is_empty() => {
            "this program does not know where its migrations were: it was built without debug assertions".to_owned()
        }
        None => return Ok(Ground { roots, options, coded, known }),
    };
    Err(Failure::usage(unknown).help("name the directory with `-d`"))
}
