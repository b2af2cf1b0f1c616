//! The first one at a database: it makes the tables with the lease in its hands.

use super::taker::{self, Unheard};
use super::{Lease, Taker, Told, table};
use crate::driver::Connection;
use crate::error::Error;

impl Lease {
    /// Makes the history and the lease, which is then held: nobody was there before, and nothing has to be read again. None
    /// where it could not be so; whoever comes together with others then waits as ever. Another question can go `ahead` in the
    /// same message. Whoever is not seated holds it for another session than this one, which is told later.
    pub(crate) async fn found(
        connection: &mut dyn Connection,
        taker: Taker,
        ahead: Option<String>,
        is_seated: bool,
    ) -> Result<Option<Told>, Error> {
        let Some(text) = taker.table.found(&taker.owner, is_seated) else { return Ok(None) };
        let texts = ahead.into_iter().chain([text.map_err(table::unwritable)?]);
        let unheard = Unheard::new(&taker);
        let rows = taker::ask(connection, texts.collect()).await?;
        unheard.answered();
        Ok(rows.and_then(|rows| taker.taken(rows)))
    }
}
