//! One way to the history, wherever it is kept.

use std::time::Duration;

use chrono::Utc;
use tokio::time::timeout;

use crate::applied::{AppliedMigration, HistoryStatus};
use crate::driver::Connection;
use crate::error::{Error, ErrorKind};
use crate::tracker::{History, TrackerGuard};

impl History {
    /// Whether a row can share the migration's transaction.
    pub(super) fn is_table(&self) -> bool {
        matches!(self, Self::Table(_))
    }

    pub(super) async fn lock(&self, limit: Duration) -> Result<Option<TrackerGuard>, Error> {
        let Self::Elsewhere(tracker) = self else { return Ok(None) };
        match timeout(limit, tracker.lock()).await {
            Ok(guard) => guard.map(Some).map_err(|error| failed("locked", error)),
            Err(_) => Err(Error::new(ErrorKind::LockTimeout, "another process holds the history's lock")
                .help("wait for it to end, or wait longer with `lock_wait`")),
        }
    }

    pub(super) async fn load(
        &self,
        connection: &mut dyn Connection,
        namespaces: &[&str],
    ) -> Result<Vec<AppliedMigration>, Error> {
        match self {
            Self::Table(table) => table.load(connection, namespaces).await,
            Self::Elsewhere(tracker) => {
                let mut rows = tracker.load().await.map_err(|error| failed("read", error))?;
                rows.retain(|row| namespaces.contains(&row.namespace.as_str()));
                Ok(rows)
            }
        }
    }

    /// Makes the table where it does not exist.
    pub(super) async fn create(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        match self {
            Self::Table(table) if !table.exists(connection).await? => table.create(connection).await,
            Self::Table(_) | Self::Elsewhere(_) => Ok(()),
        }
    }

    pub(super) async fn write(
        &self,
        connection: &mut dyn Connection,
        row: &AppliedMigration,
        before: Option<HistoryStatus>,
    ) -> Result<(), Error> {
        match self {
            Self::Table(table) => table.write(connection, row, before).await,
            Self::Elsewhere(tracker) => {
                let mut row = row.clone();
                match row.status {
                    HistoryStatus::Applied if before != Some(HistoryStatus::Applied) => {
                        row.applied_at = Some(Utc::now())
                    }
                    HistoryStatus::Reverted => row.reverted_at = Some(Utc::now()),
                    _ => {}
                }
                tracker.record(&row).await.map_err(|error| failed("written", error))
            }
        }
    }

    pub(super) async fn advance(&self, connection: &mut dyn Connection, row: &AppliedMigration) -> Result<(), Error> {
        match self {
            Self::Table(table) => table.advance(connection, row).await,
            Self::Elsewhere(tracker) => tracker.record(row).await.map_err(|error| failed("written", error)),
        }
    }

    /// Takes a row out as if it had never been there.
    pub(super) async fn remove(&self, connection: &mut dyn Connection, row: &AppliedMigration) -> Result<(), Error> {
        match self {
            Self::Table(table) => table.delete(connection, row).await,
            // A tracker cannot forget; to it, what was never applied is what was reverted.
            Self::Elsewhere(_) => {
                let row = AppliedMigration { status: HistoryStatus::Reverted, ..row.clone() };
                self.write(connection, &row, None).await
            }
        }
    }
}

fn failed(verb: &str, error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::new(ErrorKind::History, format!("the history could not be {verb}")).caused_by(error)
}
