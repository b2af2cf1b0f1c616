//! What a history knows of one migration.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uno_migrate_core::{Dependency, Dialect};

use crate::event::Direction;
use crate::statement::Statement;

/// A row of the history: what is known of a migration that was once started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AppliedMigration {
    /// The namespace that it is kept under.
    pub namespace: String,
    /// Its id.
    pub id: String,
    /// The order of application, from 1.
    pub seq: i64,
    /// Its human name.
    pub name: String,
    /// The release that it names, if any.
    pub version: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What it waited for, as `ID` or `namespace:ID`.
    pub depends: Vec<String>,
    /// The database that it ran on: `postgres`, `mysql` or `sqlite`.
    pub dialect: String,
    /// What identified its content, with the algorithm in front; a Rust migration has none unless it gives one.
    pub checksum: Option<String>,
    /// How it stands.
    pub status: HistoryStatus,
    /// When it was applied, by the clock of the database (of this host in a [`FileTracker`](crate::FileTracker)).
    pub applied_at: Option<DateTime<Utc>>,
    /// When it was reverted.
    pub reverted_at: Option<DateTime<Utc>>,
    /// How long its way up took, in milliseconds.
    pub execution_ms: i64,
    /// Who applied it: the database's user and this host's process.
    pub applied_by: String,
    /// The number of the lease under which it was written.
    pub epoch: i64,
    /// How many statements are done, where they are not one transaction.
    pub statements_done: i64,
    /// Why it failed.
    pub error: Option<String>,
    /// Its way down with its directives; a Rust migration has none.
    pub down_sql: Option<String>,
    /// Why older binaries must not run.
    pub breaking: Option<String>,
    /// Room for tools, as JSON.
    pub metadata: Option<String>,
    /// The version of this row's layout.
    pub format: i64,
}

impl AppliedMigration {
    /// As it may be shown: its down SQL without the strings that may hold a password.
    pub fn without_secrets(mut self) -> Self {
        let dialect = Dialect::from_name(&self.dialect);
        if let (Some(dialect), Some(sql)) = (dialect, &self.down_sql) {
            self.down_sql = Some(Statement::new(dialect, sql).to_string());
        }
        self
    }

    /// Its namespace and its id.
    pub(crate) fn identity(&self) -> (&str, &str) {
        (&self.namespace, &self.id)
    }

    /// How many statements are done.
    pub(crate) fn done(&self) -> usize {
        usize::try_from(self.statements_done).unwrap_or_default()
    }

    /// Whether it stopped half-way, or is under way.
    pub(crate) fn is_unfinished(&self) -> bool {
        matches!(self.status, HistoryStatus::Running | HistoryStatus::Failed)
    }

    /// Which way it was going when it stopped half-way.
    pub(crate) fn direction(&self) -> Direction {
        if self.is_reverting() { Direction::Down } else { Direction::Up }
    }

    /// Whether it was being taken back when it stopped half-way: it was applied, and neither that nor its revert has
    /// been superseded.
    pub(crate) fn is_reverting(&self) -> bool {
        self.is_unfinished() && self.applied_at.is_some() && self.reverted_at.is_none()
    }
}

/// A row of a namespace that a set does not decide over: what it depends on must stay.
#[derive(Debug, Clone)]
pub(crate) struct Dependent {
    pub(crate) namespace: String,
    pub(crate) id: String,
    pub(crate) depends: Vec<Dependency>,
}

impl Dependent {
    /// A dependency that is none was written by somebody else and names nothing.
    pub(crate) fn new(namespace: String, id: String, depends: &[String]) -> Self {
        let depends = depends.iter().filter_map(|text| Dependency::parse(text).ok()).collect();
        Self { namespace, id, depends }
    }
}

/// How a row of the history stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum HistoryStatus {
    /// Its way up is done.
    Applied,
    /// It was started and is not known to have ended.
    Running,
    /// It was started and failed, and could not be rolled back as a whole.
    Failed,
    /// Its way down is done; the row stays.
    Reverted,
}

impl HistoryStatus {
    /// The word in the history table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Running => "running",
            Self::Failed => "failed",
            Self::Reverted => "reverted",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Applied, Self::Running, Self::Failed, Self::Reverted].into_iter().find(|status| status.name() == name)
    }
}
