//! What a migration leaves in its session, and how it is taken back before the next one.

use std::mem;

use tracing::debug;

use super::opener::unreachable;
use super::settings::not_reset;
use super::{Lent, Session};
use crate::dialect::sql;
use crate::driver::{self, Fault, Obstacle, send};
use crate::error::Error;

/// What the last migration has left of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trace {
    None,
    /// Its transaction has taken everything back.
    Clean,
    Used,
    /// It may not be what it was.
    Changed,
}

impl Session<'_> {
    /// A migration is about to run on it, and may change it or not.
    pub(in crate::run) fn leave_trace(&mut self, changed: bool) {
        self.trace = self.trace.max(if changed { Trace::Changed } else { Trace::Used });
    }

    /// One is about to run on it whose transaction takes back what it changes.
    pub(in crate::run) fn leave_clean(&mut self) {
        self.trace = self.trace.max(Trace::Clean);
    }

    /// Takes back what the last migration left, once its transaction has ended. Where a database cannot forget a
    /// session, and the migration may have changed it, a new one takes its place.
    pub(in crate::run) async fn reset(&mut self) -> Result<(), Error> {
        let trace = mem::replace(&mut self.trace, Trace::None);
        if trace == Trace::None || self.is_lent() {
            return Ok(());
        }
        let wiped = match trace {
            // Behind a pooler another session answers, with which nothing is to be done.
            Trace::Clean => send(self.connection(), "SELECT 1").await.map(|()| true),
            _ => self.wipe().await,
        };
        match wiped {
            Ok(true) if trace == Trace::Clean => return Ok(()),
            Ok(true) => return self.set_up().await,
            Ok(false) => {}
            // Servers close what idles for too long: a session that is gone has nothing to forget.
            Err(error) => {
                debug!("the session could not be reset, and another one takes its place: {error}");
                self.renew().await?;
                return self.set_up().await;
            }
        }
        match &mut self.connection {
            Lent::Own(connection, _) if trace == Trace::Changed => {
                if connection.is_pooled() {
                    connection.restore().await.map_err(not_reset)?;
                } else {
                    self.renew().await?;
                }
                self.set_up().await
            }
            Lent::Own(..) | Lent::Early(..) | Lent::Callers { .. } => Ok(()),
        }
    }

    async fn renew(&mut self) -> Result<(), Error> {
        let Lent::Own(connection, opener) = &mut self.connection else { return Ok(()) };
        match opener().await {
            Ok(fresh) => {
                // The old one has nothing left to do; that it cannot say good-bye changes nothing.
                let _ = mem::replace(connection, fresh).close().await;
                self.has_moved = true;
            }
            // None can be had beside those that there are: no migration has run on the ledger's, and with the old one
            // gone there is room for another ledger.
            Err(error)
                if self.ledger.is_some() && driver::fault(&error) == Some(Fault::Obstacle(Obstacle::Connections)) =>
            {
                self.hang_up().await;
            }
            Err(error) => return Err(unreachable(error)),
        }
        Ok(())
    }

    /// Has the database forget the session, where it can.
    async fn wipe(&mut self) -> Result<bool, sqlx::Error> {
        let text = sql(self.connection().dialect()).reset_session();
        if text.is_empty() {
            return Ok(false);
        }
        let connection = self.connection();
        connection.forget().await?;
        send(connection, text).await?;
        Ok(true)
    }
}
