//! A lease that nobody holds, as it nearly always is: it is taken, and what depends on it is read, in one message.

use tokio::time::timeout;

use super::taker::{self, Unheard};
use super::{Lease, Taker, Told, acquire, table};
use crate::driver::Connection;
use crate::error::Error;

impl Lease {
    /// Takes the lease if it is free; none where it is not, or not to be had so: then it is waited for as ever. One question
    /// can go `ahead` in the same message, and one `behind`.
    pub(crate) async fn take_free(
        connection: &mut dyn Connection,
        taker: Taker,
        ahead: Option<String>,
        behind: String,
    ) -> Result<Option<Told>, Error> {
        let Some(text) = taker.table.take_free_lease(&taker.owner) else { return Ok(None) };
        let texts = ahead.into_iter().chain([text.map_err(table::unwritable)?, behind]);
        // What it may wait for is the fence. Who waits looks busy to the others, and keeps the lease without a beat.
        let wait = taker.terms.wait.max(taker.terms.lease);
        let unheard = Unheard::new(&taker);
        match timeout(wait, taker::ask(connection, texts.collect())).await {
            Ok(Ok(rows)) => {
                unheard.answered();
                Ok(rows.and_then(|rows| taker.taken(rows)))
            }
            // What has become of it is found out in the background.
            Ok(Err(lost)) => {
                drop(unheard);
                Err(lost)
            }
            Err(_) if unheard.give_up().await => Err(acquire::does_not_end(&taker.table)),
            Err(_) => Err(acquire::does_not_answer(&taker.table, wait)),
        }
    }
}
