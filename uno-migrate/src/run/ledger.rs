//! Where the history row of a migration is written that does not share its transaction.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use uno_migrate_core::Timeout;

use super::history::Note;
use super::hooks;
use super::opener::unreachable;
use super::scope::Scope;
use super::transaction::{limit, send};
use crate::dialect::sql;
use crate::driver::{Connection, Opener};
use crate::error::Error;
use crate::options::Options;
use crate::tries::Tries;

/// How long a history row is waited for at most, where locks may be waited for without end: the migration itself may
/// hold what the row waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A second connection: the migration's own may hold locks or a transaction, or be a role that may not write there.
pub(super) struct Ledger<'a> {
    connection: Box<dyn Connection>,
    opener: Opener,
    options: &'a Options,
}

impl<'a> Ledger<'a> {
    pub(super) async fn open(opener: &Opener, options: &'a Options) -> Result<Self, Error> {
        let connection = connect(opener, options).await?;
        Ok(Self { connection, opener: Arc::clone(opener), options })
    }

    pub(super) fn into_connection(self) -> Box<dyn Connection> {
        self.connection
    }

    /// Opens it again if it was lost: it idles while the migration works, and servers close what idles for too long.
    async fn reopened(&mut self) -> Result<bool, Error> {
        if send(&mut *self.connection, "SELECT 1".to_owned()).await.is_ok() {
            return Ok(false);
        }
        self.connection = connect(&self.opener, self.options).await?;
        Ok(true)
    }
}

fn connect<'f>(opener: &'f Opener, options: &'f Options) -> BoxFuture<'f, Result<Box<dyn Connection>, Error>> {
    Box::pin(async move {
        let mut connection = opener().await.map_err(unreachable)?;
        if let Some(hook) = &options.on_connect {
            hooks::on_connect(&mut *connection, hook).await?;
        }
        let commit_each = sql(connection.dialect()).commit_each();
        if !commit_each.is_empty() {
            send(&mut *connection, commit_each.to_owned()).await.map_err(unreachable)?;
        }
        limit(&mut *connection, Some(Timeout::After(options.lock_timeout.unwrap_or(PATIENCE))), None, false).await?;
        Ok(connection)
    })
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
            match self.history.note(&mut *ledger.connection, note).await {
                Ok(()) => return Ok(()),
                Err(error) if tries.again(error.is_undone()).await => {}
                Err(error) => break error,
            }
        };
        if !ledger.reopened().await? {
            return Err(error);
        }
        let Err(error) = self.history.note(&mut *ledger.connection, note).await else { return Ok(()) };
        // It may have been written before the connection was lost.
        let rows = self.history.load(&mut *ledger.connection, &[note.namespace()]).await?;
        if note.is_so(&rows) { Ok(()) } else { Err(error) }
    }
}
