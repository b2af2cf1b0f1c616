//! Who wants the lease, and what a message has told that may have taken it.

use tracing::debug;

use super::{Holder, Lease, Seen, Terms, table};
use crate::dialect::HistoryTable;
use crate::driver::{self, Connection, Opener};
use crate::error::Error;
use crate::value::Row;

/// Who wants the lease.
pub(crate) struct Taker<'t> {
    pub(crate) table: &'t HistoryTable,
    pub(crate) opener: Opener,
    pub(crate) terms: Terms,
    /// The same whichever way it is taken: the answer to the first try may be lost.
    pub(crate) owner: &'t str,
}

/// What was told in the message that took a lease.
pub(crate) struct Told {
    pub(crate) lease: Lease,
    /// What the question ahead has returned.
    pub(crate) ahead: Vec<Row>,
    /// What the one behind has, by then as nobody but the holder can change it.
    pub(crate) behind: Vec<Row>,
}

impl Taker<'_> {
    /// The lease, if the row among these that has it and its fence says that it was taken.
    pub(super) fn told(self, mut rows: Vec<Row>) -> Option<Told> {
        let fence = |row: &Row| row.get::<i64>("fence").ok();
        let at = rows.iter().position(|row| fence(row).is_some())?;
        let behind = rows.split_off(at + 1);
        let row = rows.pop()?;
        let (owner, epoch): (Option<String>, i64) = (row.get("owner").ok()?, row.get("epoch").ok()?);
        if owner.as_deref() != Some(self.owner) || fence(&row) != Some(epoch) {
            return None;
        }
        let lease = self.hold(epoch, row.get("session").ok().flatten());
        Some(Told { lease, ahead: rows, behind })
    }

    /// What was sent is not waited for any longer: has the server end it, and gives back what it has taken by then.
    pub(super) async fn give_up(self) {
        let Ok(mut connection) = (self.opener)().await else { return };
        let seen = table::read(&mut *connection, self.table).await;
        let _ = connection.close().await;
        if let Ok(Seen { owner: Some(owner), epoch, session, .. }) = seen
            && owner == self.owner
        {
            drop(self.hold(epoch, session));
        }
    }

    fn hold(self, epoch: i64, session: Option<String>) -> Lease {
        let Self { table, opener, terms, owner } = self;
        Lease::hold(Holder { table: table.clone(), owner: owner.to_owned(), epoch }, session, terms, opener)
    }
}

/// What a message of several statements returns; none where one of them failed, and what that leaves open is ended.
pub(super) async fn ask(connection: &mut dyn Connection, texts: Vec<String>) -> Result<Option<Vec<Row>>, Error> {
    match driver::rows(connection, texts.join("; ")).await {
        Ok(rows) => Ok(Some(rows)),
        Err(error) if driver::ends_session(&error) => Err(table::unwritten(error)),
        Err(error) => {
            debug!("the lease is not taken at once: {error}");
            driver::send(connection, "ROLLBACK").await.map_err(table::unwritten)?;
            Ok(None)
        }
    }
}
