//! Where the history row of a migration is written that does not share its transaction.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use uno_migrate_core::Timeout;

use super::opener::{commit_each, on_connect, unreachable};
use super::transaction::limit;
use crate::driver::{self, Connection, Fault, Obstacle, Opener, Tries, send};
use crate::error::Error;
use crate::options::Options;

/// How long a history row is waited for at most, where locks may be waited for without end: the migration itself may
/// hold what the row waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A second connection: the migration's own may hold locks or a transaction, or be a role that may not write there.
pub(in crate::run) struct Ledger<'a> {
    connection: Box<dyn Connection>,
    opener: Opener,
    options: &'a Options,
}

impl<'a> Ledger<'a> {
    pub(super) async fn open(opener: &Opener, options: &'a Options) -> Result<Self, Error> {
        let connection = connect(opener, options).await?;
        Ok(Self { connection, opener: Arc::clone(opener), options })
    }

    pub(in crate::run) fn connection(&mut self) -> &mut dyn Connection {
        &mut *self.connection
    }

    pub(super) fn into_connection(self) -> Box<dyn Connection> {
        self.connection
    }

    /// Opens it again if it was lost: it idles while the migration works, and servers close what idles for too long.
    pub(in crate::run) async fn reopened(&mut self) -> Result<bool, Error> {
        if send(&mut *self.connection, "SELECT 1").await.is_ok() {
            return Ok(false);
        }
        self.connection = connect(&self.opener, self.options).await?;
        Ok(true)
    }
}

/// Whether there are no more connections to be had.
fn is_full(error: &sqlx::Error) -> bool {
    driver::fault(error).and_then(Fault::obstacle) == Some(Obstacle::Connections)
}

fn connect<'f>(opener: &'f Opener, options: &'f Options) -> BoxFuture<'f, Result<Box<dyn Connection>, Error>> {
    Box::pin(async move {
        let mut tries = Tries::default();
        let mut connection = loop {
            match opener().await {
                Ok(connection) => break connection,
                // A server counts a connection for a moment after it was closed.
                Err(error) if tries.again(is_full(&error)).await => {}
                Err(error) => return Err(unreachable(error)),
            }
        };
        if let Some(hook) = &options.on_connect {
            on_connect(&mut *connection, hook).await?;
        }
        commit_each(&mut *connection).await.map_err(unreachable)?;
        limit(&mut *connection, Some(Timeout::After(options.lock_timeout.unwrap_or(PATIENCE))), None, false).await?;
        Ok(connection)
    })
}
