//! Who remembers what is applied.

use std::sync::Arc;

use chrono::Utc;
use futures_util::future::BoxFuture;

use crate::applied::{AppliedMigration, HistoryStatus};
use crate::error::Result;

mod database;
mod file;
mod found;
mod row;

pub(crate) use database::DatabaseTracker;
pub use file::FileTracker;
pub(crate) use found::Found;

/// Keeps the history somewhere else than in the database's own table: in a file, in another service.
///
/// Such a history cannot share the migration's transaction. So it is told `Running` before a migration starts and
/// `Applied` or `Reverted` after it is committed. A row that stays `Running` stops the next run until
/// [`repair`](crate::Migrator::repair) says how it ended, unless the migration runs statement by statement and the
/// database tells.
pub trait Tracker: Send + Sync + 'static {
    /// Keeps other runners out until the guard is dropped. Without one of its own, a tracker keeps nobody out.
    ///
    /// # Errors
    /// Whatever keeps it from locking; the run ends before it does anything.
    fn lock(&self) -> impl Future<Output = Result<TrackerGuard>> + Send {
        std::future::ready(Ok(TrackerGuard::new(())))
    }

    /// All rows, of every namespace. An empty history is no error; a damaged one is.
    ///
    /// # Errors
    /// Whatever keeps it from reading; the run ends before it does anything.
    fn load(&self) -> impl Future<Output = Result<Vec<AppliedMigration>>> + Send;

    /// Writes a row, in the place of the row of the same namespace and id. It must be on disk when this returns.
    ///
    /// `before` is how that row stands as this run knows it; none if there is none. A tracker that several hosts share
    /// refuses to write where it stands otherwise: somebody else was here.
    ///
    /// # Errors
    /// Whatever keeps it from writing; the run ends, and says how far it came.
    fn record(&self, row: &AppliedMigration, before: Option<HistoryStatus>) -> impl Future<Output = Result<()>> + Send;

    /// Takes a row out, as if it had never been there. A tracker that cannot do that records it as reverted.
    ///
    /// # Errors
    /// As [`record`](Self::record).
    fn forget(&self, row: &AppliedMigration) -> impl Future<Output = Result<()>> + Send {
        let (before, status, reverted_at) = (Some(row.status), HistoryStatus::Reverted, Some(Utc::now()));
        let row = AppliedMigration { status, reverted_at, error: None, ..row.clone() };
        async move { self.record(&row, before).await }
    }
}

/// Holds a tracker's lock until it is dropped.
pub struct TrackerGuard(#[expect(dead_code, reason = "it is there to be dropped")] Box<dyn Send>);

impl TrackerGuard {
    /// A guard that drops this value when the run is over.
    pub fn new(held: impl Send + 'static) -> Self {
        Self(Box::new(held))
    }
}

/// [`Tracker`] with its futures boxed, so that a migrator can hold any.
pub(crate) trait ErasedTracker: Send + Sync {
    fn lock(&self) -> BoxFuture<'_, Result<TrackerGuard>>;
    fn load(&self) -> BoxFuture<'_, Result<Vec<AppliedMigration>>>;
    fn record<'a>(&'a self, row: &'a AppliedMigration, before: Option<HistoryStatus>) -> BoxFuture<'a, Result<()>>;
    fn forget<'a>(&'a self, row: &'a AppliedMigration) -> BoxFuture<'a, Result<()>>;
}

impl<T: Tracker> ErasedTracker for T {
    fn lock(&self) -> BoxFuture<'_, Result<TrackerGuard>> {
        Box::pin(Tracker::lock(self))
    }

    fn load(&self) -> BoxFuture<'_, Result<Vec<AppliedMigration>>> {
        Box::pin(Tracker::load(self))
    }

    fn record<'a>(&'a self, row: &'a AppliedMigration, before: Option<HistoryStatus>) -> BoxFuture<'a, Result<()>> {
        Box::pin(Tracker::record(self, row, before))
    }

    fn forget<'a>(&'a self, row: &'a AppliedMigration) -> BoxFuture<'a, Result<()>> {
        Box::pin(Tracker::forget(self, row))
    }
}

/// Where a run keeps its history.
#[derive(Clone)]
pub(crate) enum History {
    /// In the table of the migrated database, in the migration's own transaction where there is one.
    Table(DatabaseTracker),
    /// Elsewhere.
    Elsewhere(Arc<dyn ErasedTracker>),
}
