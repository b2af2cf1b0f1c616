//! The first one at a database: it makes the tables with the lease in its hands.

use super::taker::{self, Unheard};
use super::{Lease, Taker, Told, table};
use crate::driver::Connection;
use crate::error::Error;

impl Lease {
    /// Makes the history and the lease, which is then held: nobody was there before, and nothing has to be read again. None
    /// where it could not be so; whoever comes together with others then waits as ever. Another question can go `ahead` in the
    /// same message. With a `name`, it is held for a connection of that name, which is being opened and tells later in which
    /// session it is.
    pub(crate) async fn found(
        connection: &mut dyn Connection,
        taker: Taker,
        ahead: Option<String>,
        name: Option<String>,
    ) -> Result<Option<Told>, Error> {
        let Some(text) = taker.table.found(&taker.owner, name.is_none()) else { return Ok(None) };
        let texts = ahead.into_iter().chain([text.map_err(table::unwritable)?]);
        let unheard = Unheard::new(&taker);
        let rows = taker::ask(connection, texts.collect()).await?;
        unheard.answered();
        let told = rows.and_then(|rows| taker.taken(rows));
        Ok(told.map(|told| Told { lease: told.lease.for_one_named(name), ..told }))
    }
}
