//! What will happen, as a value. Pure: no connection, no waiting, no SQL text of its own.

use std::{fmt, mem};

use serde::{Serialize, Serializer, ser::SerializeStruct};
use uno_migrate_core::Dialect;

use crate::adopted::Adopted;
use crate::error::Error;
use crate::event::Direction;
use crate::migration::Migration;
use crate::options::{Options, Selection};
use crate::set::Key;
use crate::statement::Statement;
use crate::status::Comparison;
use crate::wanted::Candidates;

mod blocked;
mod down;
mod half_way;
mod stored;
mod up;
mod verdict;
mod whole;

pub(crate) use blocked::Blocked;
pub(crate) use half_way::HalfWay;
pub(crate) use stored::StoredDown;
pub(crate) use verdict::{interrupted, validate};

/// What a verb would do, in order: made from a set, a history and options, and read by dry run and run alike.
///
/// Its `Display` is one aligned line per step.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// Up or down.
    pub direction: Direction,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What the policies let pass.
    pub warnings: Vec<String>,
}

/// One migration to apply or to revert.
#[derive(Debug, Clone)]
pub struct Step {
    pub(crate) key: Key,
    /// What it is called to a person: its id, with its namespace where that is not the set's own.
    pub(crate) called: String,
    pub(crate) direction: Direction,
    pub(crate) dialect: Dialect,
    pub(crate) act: Act,
    /// So many of its statements are done, where it stands half-way and goes on from there.
    pub(crate) done: Option<usize>,
}

/// How a step is done.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// The set's migration runs.
    Run(Migration),
    /// The down SQL that was stored when it was applied runs: this set does not have the migration.
    Stored { name: String, down: StoredDown },
    /// Only the history changes.
    Record { name: String, migration: Option<Migration>, adopted: Option<Adopted> },
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(Step::id)
    }
}

impl Step {
    /// The migration's id.
    pub fn id(&self) -> &str {
        self.key.id.as_str()
    }

    /// The namespace of its history.
    pub fn namespace(&self) -> &str {
        &self.key.namespace
    }

    /// The migration's human name.
    pub fn name(&self) -> &str {
        match &self.act {
            Act::Run(migration) => &migration.info().name,
            Act::Stored { name, .. } | Act::Record { name, .. } => name,
        }
    }

    /// Up or down.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The file that it is written in, if this set has it.
    pub fn path(&self) -> Option<&str> {
        match &self.act {
            Act::Run(migration) => Some(migration.path_on(self.dialect)),
            Act::Record { migration, .. } => migration.as_ref().map(|migration| migration.path_on(self.dialect)),
            Act::Stored { .. } => None,
        }
    }

    /// The statements that it runs, the stored ones where it reverts by stored SQL; those that are left, where it goes on.
    /// None of Rust code, and none where only the history changes.
    pub fn statements(&self) -> Vec<Statement<'_>> {
        let statements = match &self.act {
            Act::Run(migration) => migration.statements(self.direction, self.dialect),
            Act::Stored { down, .. } => {
                Statement::of_section(StoredDown::PATH, &down.text, &down.section, self.dialect)
            }
            Act::Record { .. } => Vec::new(),
        };
        statements.into_iter().skip(self.done.unwrap_or_default()).collect()
    }

    /// Whether it stands half-way, and goes on from there.
    pub(crate) fn resumes(&self) -> bool {
        self.done.is_some()
    }

    /// Whether it reverts by the down SQL that is stored in the database: see
    /// [`on_stored_down`](crate::Migrator::on_stored_down).
    pub fn is_stored(&self) -> bool {
        matches!(self.act, Act::Stored { .. })
    }

    /// Whether Rust code runs.
    pub fn is_code(&self) -> bool {
        matches!(&self.act, Act::Run(migration) if migration.is_code())
    }

    /// What is done, in a word or three: `apply`, `go on`, `record`, `revert`, `revert (stored SQL)`, `forget`.
    pub fn action(&self) -> &'static str {
        self.verb()
    }

    /// What it will be called in the report.
    fn verb(&self) -> &'static str {
        match (self.direction, &self.act) {
            (Direction::Up, Act::Record { .. }) => "record",
            (Direction::Down, Act::Record { .. }) => "forget",
            (Direction::Up, _) if self.resumes() => "go on",
            (Direction::Down, _) if self.resumes() => "go on reverting",
            (Direction::Up, _) => "apply",
            (Direction::Down, Act::Stored { .. }) => "revert (stored SQL)",
            (Direction::Down, Act::Run(_)) => "revert",
        }
    }
}

/// The one selection of the options, or none.
fn selection(options: &Options) -> Result<Option<&Selection>, Error> {
    match options.selections.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        [first, second, ..] if mem::discriminant(first) == mem::discriminant(second) => {
            Err(Error::usage(format!("`{first}` is given twice")).help("give it once"))
        }
        [first, second, ..] => Err(Error::usage(format!("`{first}` and `{second}` exclude each other"))
            .help("give one of `target`, `only`, `steps` and `all`")),
    }
}

fn unknown_id(wanted: &str, candidates: &Candidates<'_>) -> Error {
    candidates.unknown(wanted, format!("there is no migration `{wanted}`"))
}

/// A tag that nobody has is most likely misspelt.
fn unknown_tags(options: &Options, comparison: &Comparison<'_>) -> Vec<String> {
    let known = comparison.set.members.iter().flat_map(|member| &member.migration.info().tags);
    let tags: Vec<&str> =
        known.chain(comparison.unknown.iter().flat_map(|row| &row.tags)).map(String::as_str).collect();
    let unknown = options.tags.iter().filter(|tag| !tags.contains(&tag.as_str()));
    unknown
        .map(|tag| match uno_migrate_core::nearest(tag, tags.iter().copied()) {
            Some(near) => format!("no migration has the tag `{tag}`; did you mean `{near}`?"),
            None => format!("no migration has the tag `{tag}`"),
        })
        .collect()
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Target(_) => "target",
            Self::Only(_) => "only",
            Self::Steps(_) => "steps",
            Self::All => "all",
        })
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing to do");
        }
        let ids = self.steps.iter().map(|step| step.id().len()).max().unwrap_or(0);
        for step in &self.steps {
            writeln!(f, "{}  {:ids$}  {}", step.verb(), step.id(), step.path().unwrap_or_default())?;
        }
        let steps = self.steps.len();
        write!(f, "{steps} step{}", if steps == 1 { "" } else { "s" })
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut step = serializer.serialize_struct("Step", 6)?;
        step.serialize_field("namespace", self.namespace())?;
        step.serialize_field("id", self.id())?;
        step.serialize_field("name", self.name())?;
        step.serialize_field("direction", &self.direction)?;
        step.serialize_field("action", self.verb())?;
        step.serialize_field("path", &self.path())?;
        step.end()
    }
}
