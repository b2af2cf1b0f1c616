//! Known beside applied: where each migration stands. Pure; nothing is created to find out.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;
use uno_migrate_core::{Dialect, MigrationId};

use crate::applied::{AppliedMigration, HistoryStatus};
use crate::error::Error;
use crate::set::{Key, Member, Set};
use crate::wanted::Candidates;

/// Where every migration stands: those of the set in plan order, then those that only the database knows.
///
/// Its `Display` is an aligned table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// The set's in plan order, then the others in order of application.
    pub migrations: Vec<Standing>,
}

/// Where one migration stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Standing {
    /// The namespace of its history.
    pub namespace: String,
    /// Its id.
    pub id: String,
    /// Its human name.
    pub name: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// The file that it is written in; none where only the database knows it.
    pub path: Option<String>,
    /// Where it stands.
    pub state: State,
    /// When it was applied, by the database's clock.
    pub applied_at: Option<DateTime<Utc>>,
    /// How long it took, in milliseconds.
    pub execution_ms: Option<i64>,
    /// Who applied it.
    pub applied_by: Option<String>,
    /// Why it failed, or why older binaries must not run.
    pub note: Option<String>,
}

/// Where a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// Not applied yet.
    Pending,
    /// Applied.
    Applied,
    /// Started and not known to have ended.
    Running,
    /// Started and failed half-way.
    Failed,
    /// Applied once and reverted; it is applied again by the next run.
    Reverted,
    /// Applied, and its content has changed since.
    Modified,
    /// Applied, and this set does not know it.
    Ahead,
    /// Pending, and something that comes after it is applied.
    OutOfOrder,
}

impl State {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Running => "running",
            Self::Failed => "failed",
            Self::Reverted => "reverted",
            Self::Modified => "modified",
            Self::Ahead => "ahead",
            Self::OutOfOrder => "out of order",
        }
    }

    /// Whether the next run would apply it.
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Pending | Self::OutOfOrder | Self::Reverted)
    }

    /// Whether its change is in the database.
    pub const fn is_applied(self) -> bool {
        matches!(self, Self::Applied | Self::Modified | Self::Ahead)
    }
}

impl Status {
    /// How many migrations the next run would apply.
    pub fn pending(&self) -> usize {
        self.migrations.iter().filter(|standing| standing.state.is_pending()).count()
    }

    /// The state of a migration, by its id or as `namespace:ID`; none where there is no such migration, or where several
    /// namespaces have one and none is given.
    pub fn state(&self, id: &str) -> Option<State> {
        let found = self.migrations.iter().map(Standing::key).collect::<Candidates<'_>>().find(id).ok()??;
        self.migrations.iter().find(|standing| standing.key() == found).map(|standing| standing.state)
    }

    /// The migration that is meant by its id, or by `namespace:ID`.
    ///
    /// # Errors
    /// [`Usage`](crate::ErrorKind::Usage) where there is no such migration, with the id that may have been meant, or where
    /// several namespaces have one and none is given.
    pub fn find(&self, id: &str) -> Result<&Standing, Error> {
        let candidates = self.migrations.iter().map(Standing::key).collect::<Candidates<'_>>();
        let unknown = || candidates.unknown(id, format!("there is no migration `{id}`"));
        let found = candidates.find(id)?.ok_or_else(unknown)?;
        self.migrations.iter().find(|standing| standing.key() == found).ok_or_else(unknown)
    }

    /// What each is called: its id, with its namespace where another one has that id as well.
    fn names(&self) -> Vec<String> {
        let mut shared: HashMap<&str, bool> = HashMap::with_capacity(self.migrations.len());
        for Standing { id, .. } in &self.migrations {
            shared.entry(id).and_modify(|is_shared| *is_shared = true).or_default();
        }
        let name = |Standing { namespace, id, .. }: &Standing| match shared[id.as_str()] {
            true => format!("{namespace}:{id}"),
            false => id.clone(),
        };
        self.migrations.iter().map(name).collect()
    }
}

impl Standing {
    /// Its namespace and its id.
    fn key(&self) -> (&str, &str) {
        (&self.namespace, &self.id)
    }
}

/// What a set and a history make of each other.
pub(crate) struct Comparison<'a> {
    pub(crate) set: &'a Set,
    /// One for every member, in plan order.
    pub(crate) known: Vec<Known<'a>>,
    /// Applied or unfinished rows of the set's namespaces that the set does not know, in order of application.
    pub(crate) unknown: Vec<&'a AppliedMigration>,
    pub(crate) dialect: Dialect,
}

/// A member of the set and its row.
pub(crate) struct Known<'a> {
    pub(crate) member: &'a Member,
    /// None also where a history was not read that agrees.
    pub(crate) row: Option<&'a AppliedMigration>,
    pub(crate) state: State,
}

impl<'a> Comparison<'a> {
    /// With a history that agrees with the set: all of it is applied, as it is, and nothing else.
    pub(crate) fn agreeing(set: &'a Set, dialect: Dialect) -> Self {
        let known = |member| Known { member, row: None, state: State::Applied };
        Self { set, known: set.members.iter().map(known).collect(), unknown: Vec::new(), dialect }
    }

    pub(crate) fn new(set: &'a Set, history: &'a [AppliedMigration], dialect: Dialect) -> Self {
        let mut rows: HashMap<Key, &AppliedMigration> = HashMap::with_capacity(history.len());
        let mut unknown = Vec::new();
        let owned = set.namespaces();
        for row in history.iter().filter(|row| owned.contains(&row.namespace.as_str())) {
            match row.key().filter(|key| set.position(key).is_some()) {
                Some(key) => drop(rows.insert(key, row)),
                None if row.status == HistoryStatus::Reverted => {}
                None => unknown.push(row),
            }
        }
        unknown.sort_by_key(|row| row.seq);
        let mut known: Vec<Known<'_>> = (set.members.iter())
            .map(|member| {
                let row = rows.get(&member.key).copied();
                Known { member, row, state: state(member, row, dialect) }
            })
            .collect();
        mark_late(&mut known);
        Self { set, known, unknown, dialect }
    }

    /// What a migration is called to a person.
    pub(crate) fn called(&self, key: &Key) -> String {
        self.set.called(&key.namespace, key.id.as_str())
    }

    /// The same of a row, whoever wrote it.
    pub(crate) fn called_row(&self, row: &AppliedMigration) -> String {
        self.set.called(&row.namespace, &row.id)
    }

    pub(crate) fn status(&self) -> Status {
        let known = self.known.iter().map(|known| known.standing(self.dialect));
        let unknown = self.unknown.iter().map(|row| Standing {
            path: None,
            state: match row.status {
                HistoryStatus::Running => State::Running,
                HistoryStatus::Failed => State::Failed,
                HistoryStatus::Applied | HistoryStatus::Reverted => State::Ahead,
            },
            note: row.breaking.clone().or_else(|| row.error.clone()),
            ..row.standing()
        });
        Status { migrations: known.chain(unknown).collect() }
    }
}

fn state(member: &Member, row: Option<&AppliedMigration>, dialect: Dialect) -> State {
    let Some(row) = row else { return State::Pending };
    match row.status {
        HistoryStatus::Applied => match (&row.checksum, member.migration.checksum(dialect)) {
            (Some(then), Some(now)) if *then != now => State::Modified,
            _ => State::Applied,
        },
        HistoryStatus::Running => State::Running,
        HistoryStatus::Failed => State::Failed,
        HistoryStatus::Reverted => State::Reverted,
    }
}

/// A pending migration is late when one that comes after it in its namespace is applied. One that was applied and
/// reverted is not: somebody asked for that.
fn mark_late(known: &mut [Known<'_>]) {
    let mut applied_later: Vec<&str> = Vec::new();
    for known in known.iter_mut().rev() {
        let namespace = known.member.key.namespace.as_str();
        if known.state.is_applied() && !applied_later.contains(&namespace) {
            applied_later.push(namespace);
        } else if known.state == State::Pending && applied_later.contains(&namespace) {
            known.state = State::OutOfOrder;
        }
    }
}

impl Known<'_> {
    fn standing(&self, dialect: Dialect) -> Standing {
        let Key { namespace, id } = &self.member.key;
        let info = self.member.migration.info();
        let row = self.row.filter(|row| row.status != HistoryStatus::Reverted);
        Standing {
            namespace: namespace.clone(),
            id: id.to_string(),
            name: info.name.clone(),
            tags: info.tags.clone(),
            path: Some(self.member.migration.path_on(dialect).to_owned()),
            state: self.state,
            applied_at: row.and_then(|row| row.applied_at),
            execution_ms: row.map(|row| row.execution_ms),
            applied_by: row.map(|row| row.applied_by.clone()),
            note: row.and_then(|row| row.error.clone()),
        }
    }
}

impl AppliedMigration {
    /// None where the row's id is no id: somebody else wrote it, and no set can know it.
    pub(crate) fn key(&self) -> Option<Key> {
        let id = MigrationId::parse(&self.id).ok()?;
        Some(Key { namespace: self.namespace.clone(), id })
    }

    fn standing(&self) -> Standing {
        Standing {
            namespace: self.namespace.clone(),
            id: self.id.clone(),
            name: self.name.clone(),
            tags: self.tags.clone(),
            path: None,
            state: State::Applied,
            applied_at: self.applied_at,
            execution_ms: Some(self.execution_ms),
            applied_by: Some(self.applied_by.clone()),
            note: self.error.clone(),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.migrations.iter().map(|standing| standing.state.name().len()).max().unwrap_or(0);
        let names = self.names();
        let ids = names.iter().map(String::len).max().unwrap_or(0);
        for (Standing { state, applied_at, note, .. }, name) in self.migrations.iter().zip(&names) {
            let mut line = format!("{state:width$}  {name:ids$}");
            if let Some(at) = applied_at {
                line += &format!("  {}", at.format("%Y-%m-%d %H:%M:%S UTC"));
            }
            if let Some(note) = note {
                line += &format!("  {}", note.lines().next().unwrap_or_default());
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        let total = self.migrations.len();
        write!(f, "{} of {total} pending", self.pending())
    }
}
