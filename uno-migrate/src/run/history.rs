//! One way to the history, wherever it is kept.

use chrono::Utc;

use super::scope::Scope;
use super::session::ledger::Ledger;
use crate::applied::{AppliedMigration, Dependent, HistoryStatus};
use crate::dialect::FORMAT;
use crate::driver::{Connection, Tries};
use crate::error::{Error, ErrorKind};
use crate::tracker::{ErasedTracker, History};

/// A change of one row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Note<'r> {
    /// To a row that stood as it says there, or was never there.
    Write(&'r AppliedMigration, Option<HistoryStatus>),
    /// How many statements of a running migration are done, and what is begun next.
    Advance(&'r AppliedMigration),
    /// That a running migration is ours from now on, however far it is.
    Claim(&'r AppliedMigration),
    /// Out, as if it had never been there.
    Remove(&'r AppliedMigration),
}

impl Note<'_> {
    fn row(&self) -> &AppliedMigration {
        match self {
            Self::Write(row, _) | Self::Advance(row) | Self::Claim(row) | Self::Remove(row) => row,
        }
    }

    pub(super) fn namespace(&self) -> &str {
        &self.row().namespace
    }

    /// Whether the history already says what a change of a running migration's row would make it say.
    pub(super) fn is_so(&self, rows: &[AppliedMigration]) -> bool {
        let wanted = self.row();
        let now = rows.iter().find(|row| (&row.namespace, &row.id) == (&wanted.namespace, &wanted.id));
        match self {
            // That it runs may have been said by another instance, unless it says under which lease.
            Self::Write(row, before) if *before != Some(HistoryStatus::Running) && row.epoch == 0 => false,
            Self::Write(..) | Self::Advance(_) => {
                let said = |row: &AppliedMigration| (row.status, row.statements_done, row.epoch);
                now.is_some_and(|now| said(now) == said(wanted))
            }
            Self::Claim(_) => now.is_some_and(|now| (now.status, now.epoch) == (wanted.status, wanted.epoch)),
            Self::Remove(_) => now.is_none(),
        }
    }
}

impl Scope<'_> {
    /// Writes on the ledger, or where the migration runs if there is none.
    pub(super) async fn note(
        &self,
        connection: &mut dyn Connection,
        ledger: Option<&mut Ledger<'_>>,
        note: Note<'_>,
    ) -> Result<(), Error> {
        let Some(ledger) = ledger else { return self.history.note(connection, note).await };
        let mut tries = Tries::default();
        let error = loop {
            match self.history.note(ledger.connection(), note).await {
                Ok(()) => return Ok(()),
                Err(error) if tries.again(error.is_undone()).await => {}
                Err(error) => break error,
            }
        };
        if !ledger.reopened().await? {
            return Err(error);
        }
        let Err(error) = self.history.note(ledger.connection(), note).await else { return Ok(()) };
        // It may have been written before the connection was lost.
        let rows = self.history.load(ledger.connection(), &[note.namespace()]).await?;
        if note.is_so(&rows) { Ok(()) } else { Err(error) }
    }
}

impl History {
    /// From now on everything is written under this lease, or not at all.
    pub(super) fn hold(&mut self, epoch: i64) {
        if let Self::Table(table) = self {
            table.hold(epoch);
        }
    }

    /// The number of the lease that rows carry; 0 where there is none.
    pub(super) fn epoch(&self) -> i64 {
        match self {
            Self::Table(table) => table.epoch(),
            Self::Elsewhere(_) => 0,
        }
    }

    /// An error where a row no longer stands as it was read. A history that is kept elsewhere is told when it is written.
    pub(super) async fn expect(
        &self,
        connection: &mut dyn Connection,
        row: &AppliedMigration,
        before: Option<HistoryStatus>,
    ) -> Result<(), Error> {
        match self {
            Self::Table(table) => table.expect(connection, row, before).await,
            Self::Elsewhere(_) => Ok(()),
        }
    }

    /// Whether a row can share the migration's transaction.
    pub(super) fn is_table(&self) -> bool {
        matches!(self, Self::Table(_))
    }

    pub(super) async fn load(
        &self,
        connection: &mut dyn Connection,
        namespaces: &[&str],
    ) -> Result<Vec<AppliedMigration>, Error> {
        let rows = match self {
            Self::Table(table) => table.load(connection, namespaces).await?,
            Self::Elsewhere(tracker) => {
                let mut rows = tracker.load().await.map_err(|error| failed("read", error))?;
                rows.retain(|row| namespaces.contains(&row.namespace.as_str()));
                rows
            }
        };
        readable(rows)
    }

    /// The same, and before that the number at which the lease was left, where it can be seen that nobody holds it.
    pub(super) async fn load_behind_lease(
        &self,
        connection: &mut dyn Connection,
        namespaces: &[&str],
    ) -> Result<(Vec<AppliedMigration>, Option<i64>), Error> {
        match self {
            Self::Table(table) => {
                let (rows, left_at) = table.load_behind_lease(connection, namespaces).await?;
                Ok((readable(rows)?, left_at))
            }
            Self::Elsewhere(_) => Ok((self.load(connection, namespaces).await?, None)),
        }
    }

    /// What is applied, or half-way, in all other namespaces.
    pub(super) async fn load_outside(
        &self,
        connection: &mut dyn Connection,
        namespaces: &[&str],
    ) -> Result<Vec<Dependent>, Error> {
        match self {
            Self::Table(table) => table.load_outside(connection, namespaces).await,
            Self::Elsewhere(tracker) => {
                let mut rows = tracker.load().await.map_err(|error| failed("read", error))?;
                rows.retain(|row| !namespaces.contains(&row.namespace.as_str()));
                rows.retain(|row| row.status != HistoryStatus::Reverted);
                Ok(rows.into_iter().map(|row| Dependent::new(row.namespace, row.id, &row.depends)).collect())
            }
        }
    }

    /// Makes the table where it does not exist; whether it was this one who made it.
    pub(super) async fn create(&self, connection: &mut dyn Connection) -> Result<bool, Error> {
        match self {
            Self::Table(table) if !table.is_there() => table.create(connection).await,
            Self::Table(_) | Self::Elsewhere(_) => Ok(false),
        }
    }

    pub(super) async fn note(&self, connection: &mut dyn Connection, note: Note<'_>) -> Result<(), Error> {
        match note {
            Note::Write(row, before) => self.write(connection, row, before).await,
            Note::Advance(row) => self.advance(connection, row).await,
            Note::Claim(row) => self.claim(connection, row).await,
            Note::Remove(row) => self.remove(connection, row).await,
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
                let mut row = numbered(&**tracker, row).await?;
                match row.status {
                    HistoryStatus::Applied if row.applied_at.is_none() => row.applied_at = Some(Utc::now()),
                    HistoryStatus::Reverted => row.reverted_at = Some(Utc::now()),
                    _ => {}
                }
                tracker.record(&row, before).await.map_err(|error| failed("written", error))
            }
        }
    }

    async fn advance(&self, connection: &mut dyn Connection, row: &AppliedMigration) -> Result<(), Error> {
        match self {
            Self::Table(table) => table.advance(connection, row).await,
            Self::Elsewhere(tracker) => {
                let row = numbered(&**tracker, row).await?;
                tracker.record(&row, Some(HistoryStatus::Running)).await.map_err(|error| failed("written", error))
            }
        }
    }

    async fn claim(&self, connection: &mut dyn Connection, row: &AppliedMigration) -> Result<(), Error> {
        match self {
            Self::Table(table) => table.claim(connection, row).await,
            // The tracker's own lock keeps everybody else out, and so the row as it was read.
            Self::Elsewhere(_) => self.advance(connection, row).await,
        }
    }

    /// Takes a row out as if it had never been there.
    pub(super) async fn remove(&self, connection: &mut dyn Connection, row: &AppliedMigration) -> Result<(), Error> {
        match self {
            Self::Table(table) => table.delete(connection, row).await,
            Self::Elsewhere(tracker) => tracker.forget(row).await.map_err(|error| failed("written", error)),
        }
    }
}

/// Rows as this version can read them.
pub(super) fn readable(rows: Vec<AppliedMigration>) -> Result<Vec<AppliedMigration>, Error> {
    match rows.iter().find(|row| row.format > FORMAT) {
        Some(AppliedMigration { id, format, .. }) => {
            let message = format!("the history's row of `{id}` has format {format}, and this version reads {FORMAT}");
            Err(Error::new(ErrorKind::History, message).help("a newer uno-migrate wrote it: use that version"))
        }
        None => Ok(rows),
    }
}

/// A row that begins takes the next place in the order of application, and keeps it until it is done.
async fn numbered(tracker: &dyn ErasedTracker, row: &AppliedMigration) -> Result<AppliedMigration, Error> {
    if row.seq != 0 {
        return Ok(row.clone());
    }
    let rows = tracker.load().await.map_err(|error| failed("read", error))?;
    let is_begun = |other: &&AppliedMigration| {
        let is_same = (&other.namespace, &other.id) == (&row.namespace, &row.id);
        is_same && matches!(other.status, HistoryStatus::Running | HistoryStatus::Failed)
    };
    let next = || rows.iter().map(|row| row.seq).max().unwrap_or(0) + 1;
    let seq = rows.iter().find(is_begun).map_or_else(next, |begun| begun.seq);
    Ok(AppliedMigration { seq, ..row.clone() })
}

pub(super) fn failed(verb: &str, error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::new(ErrorKind::History, format!("the history could not be {verb}")).caused_by(error)
}
