//! Who wants the lease, and what a message has told that may have taken it.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};
use tracing::debug;
use uno_migrate_core::Dialect;

use super::{Holder, Lease, Seat, Terms, give_back, table};
use crate::dialect::{HistoryTable, sql};
use crate::driver::{self, Connection, Opener};
use crate::error::Error;
use crate::value::Row;

/// How long it may take to find out what has become of what was sent, and how often it is looked.
const LOOK: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(250);

/// Who wants the lease.
#[derive(Clone)]
pub(crate) struct Taker {
    pub(crate) table: HistoryTable,
    pub(crate) opener: Opener,
    pub(crate) terms: Terms,
    /// The same whichever way it is taken: the answer to the first try may be lost.
    pub(crate) owner: String,
}

/// What was told in the message that took a lease.
pub(crate) struct Told {
    pub(crate) lease: Lease,
    /// What the question ahead has returned.
    pub(crate) ahead: Vec<Row>,
    /// What the one behind has, by then as nobody but the holder can change it.
    pub(crate) behind: Vec<Row>,
}

impl Taker {
    /// The lease, if the row among these that has it and its fence says that it was taken.
    pub(super) fn taken(self, mut rows: Vec<Row>) -> Option<Told> {
        let at = rows.iter().position(|row| fence(row).is_some())?;
        let behind = rows.split_off(at + 1);
        let row = rows.pop()?;
        let epoch = self.epoch(&row)?;
        if fence(&row) != Some(epoch) {
            return None;
        }
        let Self { table, opener, terms, owner } = self;
        let session = row.get("session").ok().flatten();
        Some(Told {
            lease: Lease::hold(Holder { table, owner, epoch }, Seat::Told(session), terms, opener),
            ahead: rows,
            behind,
        })
    }

    /// Under which it is this one's, if it is.
    fn epoch(&self, row: &Row) -> Option<i64> {
        let owner: Option<String> = row.get("owner").ok()?;
        row.get("epoch").ok().filter(|_| owner.as_ref() == Some(&self.owner))
    }

    /// Has the server end what was sent and is not waited for any longer, and gives back what that has taken, or takes soon;
    /// whether it has taken the lease, and waits for the fence.
    async fn give_up(self) -> bool {
        let Ok(Some((row, epoch))) = timeout(LOOK, self.taken_soon()).await else { return false };
        let is_behind = fence(&row).is_some_and(|fence| fence < epoch);
        let Self { table, opener, owner, .. } = self;
        give_back(opener, Holder { table, owner, epoch }, Seat::Told(row.get("session").ok().flatten())).await;
        is_behind
    }

    /// The lease, once it is this one's; none where it cannot be looked at.
    async fn taken_soon(&self) -> Option<(Row, i64)> {
        let mut connection = (self.opener)().await.ok()?;
        let text = format!("{}{}", sql(connection.dialect()).commit_each(), self.table.read_lease_and_fence());
        loop {
            let rows = driver::rows(&mut *connection, text.as_str()).await.ok()?;
            if let Some(row) = rows.into_iter().next()
                && let Some(epoch) = self.epoch(&row)
            {
                let _ = connection.close().await;
                return Some((row, epoch));
            }
            sleep(PAUSE).await;
        }
    }
}

fn fence(row: &Row) -> Option<i64> {
    row.get("fence").ok()
}

/// What was sent and may take the lease. Dropped before it is answered, this finds out in the background whether it has, and
/// gives it back.
pub(super) struct Unheard(Option<Taker>);

impl Unheard {
    pub(super) fn new(taker: &Taker) -> Self {
        Self(Some(taker.clone()))
    }

    /// It is answered.
    pub(super) fn answered(mut self) {
        self.0 = None;
    }

    /// It is not waited for any longer; whether it has taken the lease, and waits for the fence.
    pub(super) async fn give_up(mut self) -> bool {
        match self.0.take() {
            Some(taker) => taker.give_up().await,
            None => false,
        }
    }
}

impl Drop for Unheard {
    fn drop(&mut self) {
        if let (Some(taker), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(taker.give_up());
        }
    }
}

/// What a message of several statements returns; none where one of them failed, and what that leaves open is ended. On MySQL each
/// was committed, and what is open is not ours.
pub(super) async fn ask(connection: &mut dyn Connection, texts: Vec<String>) -> Result<Option<Vec<Row>>, Error> {
    match driver::rows(connection, texts.join("; ")).await {
        Ok(rows) => Ok(Some(rows)),
        Err(error) if driver::ends_session(&error) => Err(table::unwritten(error)),
        Err(error) => {
            debug!("the lease is not taken at once: {error}");
            if connection.dialect() == Dialect::Postgres {
                driver::send(connection, "ROLLBACK").await.map_err(table::unwritten)?;
            }
            Ok(None)
        }
    }
}
