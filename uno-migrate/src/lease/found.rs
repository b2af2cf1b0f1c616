//! The first one at a database: it makes the tables with the lease in its hands.

use super::taker::{self, Unheard};
use super::{Lease, Seat, Taker, Told, table};
use crate::driver::Connection;
use crate::error::Error;

impl Lease {
    /// Makes the history and the lease, which is then held: nobody was there before, and nothing has to be read again. None
    /// where it could not be so; whoever comes together with others then waits as ever. Another question can go `ahead` in the
    /// same message. It is held for the connection that is `awaited`, or else for this one.
    pub(crate) async fn found(
        connection: &mut dyn Connection,
        taker: Taker,
        ahead: Option<String>,
        awaited: Option<Seat>,
    ) -> Result<Option<Told>, Error> {
        let Some(text) = taker.table.found(&taker.owner, awaited.is_none()) else { return Ok(None) };
        let texts = ahead.into_iter().chain([text.map_err(table::unwritable)?]);
        let unheard = Unheard::new(&taker);
        let rows = taker::ask(connection, texts.collect()).await?;
        unheard.answered();
        let mut told = rows.and_then(|rows| taker.taken(rows));
        if let (Some(told), Some(seat)) = (&mut told, awaited) {
            told.lease.seat = seat;
        }
        Ok(told)
    }
}
