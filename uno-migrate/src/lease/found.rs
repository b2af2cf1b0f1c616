//! The first one at a database: it makes the tables with the lease in its hands.

use tracing::debug;

use super::{Holder, Lease, Terms, table};
use crate::dialect::{FIRST, HistoryTable};
use crate::driver::{self, Connection, Opener};
use crate::error::Error;
use crate::value::Row;

impl Lease {
    /// Makes the history and the lease, which is then held: nobody was there before, and nothing has to be read again. None
    /// where it could not be so; whoever comes together with others then waits as ever. Another question can go `ahead` in the
    /// same message, whose rows are returned; a transaction that its failure leaves open is ended.
    pub(crate) async fn found(
        connection: &mut dyn Connection,
        founder: Founder<'_>,
        ahead: Option<String>,
    ) -> Result<Option<(Self, Vec<Row>)>, Error> {
        let Founder { table, opener, terms, owner } = founder;
        let Some(text) = table.found(owner) else { return Ok(None) };
        let texts: Vec<String> = ahead.into_iter().chain([text.map_err(table::unwritable)?]).collect();
        let mut rows = match driver::rows(connection, texts.join("; ")).await {
            Ok(rows) => rows,
            Err(error) if driver::ends_session(&error) => return Err(table::unwritten(error)),
            Err(error) => {
                debug!("the history and its lease are not made at once: {error}");
                if texts.len() > 1 {
                    driver::send(connection, "ROLLBACK").await.map_err(table::unwritten)?;
                }
                return Ok(None);
            }
        };
        let taken = rows.pop().and_then(|row| taken(&row, owner));
        Ok(taken.map(|session| {
            let holder = Holder { table: table.clone(), owner: owner.to_owned(), epoch: FIRST };
            (Self::hold(holder, session, terms, opener), rows)
        }))
    }
}

/// Who wants to be the first.
pub(crate) struct Founder<'f> {
    pub(crate) table: &'f HistoryTable,
    pub(crate) opener: Opener,
    pub(crate) terms: Terms,
    pub(crate) owner: &'f str,
}

/// The session that it is held for, if it is.
fn taken(row: &Row, owner: &str) -> Option<Option<String>> {
    let holder: Option<String> = row.get("owner").ok()?;
    let (epoch, fence): (i64, i64) = (row.get("epoch").ok()?, row.get("fence").ok()?);
    let is_taken = holder.as_deref() == Some(owner) && (epoch, fence) == (FIRST, FIRST);
    is_taken.then(|| row.get("session").ok().flatten())
}
