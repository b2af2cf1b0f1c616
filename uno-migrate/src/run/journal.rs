//! How far a migration is that has no transaction of ours around it.

use super::history::Note;
use super::ledger::Ledger;
use super::scope::Scope;
use super::transaction::is_open;
use crate::applied::AppliedMigration;
use crate::driver::Connection;
use crate::error::{Error, ErrorKind};

/// Told after each statement how many are done.
pub(super) struct Journal<'j, 'l> {
    pub(super) row: &'j mut AppliedMigration,
    /// Where it is written, if not where the migration runs.
    pub(super) ledger: Option<&'j mut Ledger<'l>>,
    /// The migration runs inside a transaction of the caller's, and the journal with it.
    pub(super) inside: bool,
}

impl Journal<'_, '_> {
    /// Counts so many statements as done, unless a transaction is open that may still take them back; false if so.
    pub(super) async fn advance(
        &mut self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        done: usize,
    ) -> Result<bool, Error> {
        if !self.is_settled(connection).await? {
            return Ok(false);
        }
        self.row.statements_done = i64::try_from(done).unwrap_or(i64::MAX);
        scope.note(connection, self.ledger.as_deref_mut(), Note::Advance(self.row)).await?;
        Ok(true)
    }

    /// Whether everything that was done is committed.
    pub(super) async fn is_settled(&mut self, connection: &mut dyn Connection) -> Result<bool, Error> {
        if self.inside {
            return Ok(true);
        }
        is_open(connection).await.map(|open| !open).map_err(|error| {
            Error::new(ErrorKind::Connection, "the connection does not tell whether a transaction is open")
                .caused_by_database(error)
        })
    }
}
