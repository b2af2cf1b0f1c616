//! What a migrator can be told.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, Shared};
use serde::Serialize;

use crate::adopted::Adopted;
use crate::event::Event;
use crate::hook::Hook;
use crate::tracker::ErasedTracker;

/// What to do about something that may be meant or may be a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Policy {
    /// Refuse to run, before anything is changed.
    Error,
    /// Run, and say so: a `tracing` warning, an event, a line in the report.
    Warn,
    /// Run.
    Allow,
}

/// What one transaction holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum TransactionMode {
    /// Each migration and its history row: what is done before a failure stays.
    PerMigration,
    /// Everything that is pending: all or nothing. MySQL and `Transaction: none` cannot have it.
    Whole,
}

/// How to mend the history, for [`Migrator::repair`](crate::Migrator::repair). An id that several namespaces have is given
/// as `namespace:ID`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Repair {
    /// The applied migration was changed on purpose: take its present checksum for the right one.
    AcceptChecksum(String),
    /// The migration, or its revert, that stopped half-way is done up to and including this statement, counted from 1. With
    /// the last one it becomes applied, or reverted; with an earlier one the next run goes on behind it; with 0 it is as if
    /// it had not begun.
    Applied {
        /// Its id.
        id: String,
        /// The last statement that is done. It means nothing for Rust code: see [`Repair::applied`].
        statement: usize,
    },
    /// The statement of which the last run asked is not done: the next run goes on with it, behind those that are. Rust code,
    /// whose statements nobody counts, was taken back by hand, and runs again from its start.
    Retry {
        /// Its id.
        id: String,
    },
    /// The migration was taken back by hand, or never belonged here: remove its row.
    Forget {
        /// Its id.
        id: String,
    },
}

impl Repair {
    /// The Rust migration, or its revert, that stopped half-way is finished: [`Repair::Applied`] without a statement, since
    /// Rust code has none to count.
    pub fn applied(id: impl Into<String>) -> Self {
        Self::Applied { id: id.into(), statement: 0 }
    }
}

/// The namespace of sets that name none.
const DEFAULT_NAMESPACE: &str = "default";

/// A hook, kept.
pub(crate) type SharedHook = Arc<dyn Hook>;

/// Who is told what happens.
pub(crate) type Listener = Arc<dyn Fn(&Event) + Send + Sync>;

/// Which migrations a verb is for. These exclude one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selection {
    Target(String),
    Only(String),
    Steps(usize),
    All,
}

/// Everything that [`Migrator`](crate::Migrator)'s builder collects.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) schema: Option<String>,
    pub(crate) table: String,
    pub(crate) namespace: Option<String>,
    /// All that were given, so that two of them can be refused.
    pub(crate) selections: Vec<Selection>,
    pub(crate) tags: Vec<String>,
    pub(crate) transaction: TransactionMode,
    pub(crate) lease: Duration,
    pub(crate) lock_wait: Duration,
    pub(crate) lock_timeout: Option<Duration>,
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) on_modified: Policy,
    pub(crate) on_ahead: Policy,
    pub(crate) on_out_of_order: Policy,
    pub(crate) on_stored_down: Policy,
    pub(crate) allow_missing_down: bool,
    pub(crate) fake: bool,
    /// What another tool has applied, where that is taken over.
    pub(crate) adopted: Option<Vec<Adopted>>,
    pub(crate) before_each: Vec<SharedHook>,
    pub(crate) after_each: Vec<SharedHook>,
    pub(crate) hooks: BTreeMap<String, SharedHook>,
    pub(crate) on_event: Vec<Listener>,
    pub(crate) on_connect: Option<SharedHook>,
    pub(crate) direct_url: Option<String>,
    pub(crate) cancel_on: Option<Shared<BoxFuture<'static, ()>>>,
    pub(crate) tracker: Option<Arc<dyn ErasedTracker>>,
}

impl Options {
    /// The namespace of migrations that name none.
    pub(crate) fn namespace(&self) -> &str {
        self.namespace.as_deref().unwrap_or(DEFAULT_NAMESPACE)
    }

    /// Whether something is asked for by its name, which may not exist.
    pub(crate) fn choose(&self) -> bool {
        !self.selections.is_empty() || !self.tags.is_empty()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            schema: None,
            table: "uno_migrations".to_owned(),
            namespace: None,
            selections: Vec::new(),
            tags: Vec::new(),
            transaction: TransactionMode::PerMigration,
            lease: Duration::from_secs(30),
            lock_wait: Duration::from_secs(300),
            lock_timeout: Some(Duration::from_secs(5)),
            statement_timeout: None,
            on_modified: Policy::Error,
            on_ahead: Policy::Warn,
            on_out_of_order: Policy::Warn,
            on_stored_down: Policy::Error,
            allow_missing_down: false,
            fake: false,
            adopted: None,
            before_each: Vec::new(),
            after_each: Vec::new(),
            hooks: BTreeMap::new(),
            on_event: Vec::new(),
            on_connect: None,
            direct_url: None,
            cancel_on: None,
            tracker: None,
        }
    }
}
