//! The work as one transaction, which is tried again where it was undone for somebody else's lock.

use std::time::Instant;

use uno_migrate_core::Dialect;

use super::conclusion::Conclusion;
use crate::driver::{Connection, Contention};
use crate::error::Error;
use crate::plan::Step;
use crate::run::patience::Patience;
use crate::run::patience::waiting::Waiting;
use crate::run::scope::Scope;
use crate::run::session::Session;
use crate::run::session::foreign_keys::{self, Suspended};
use crate::run::session::settings::{self, are_reset_in_transaction};
use crate::run::session::transaction::{Bracket, Ended, left_open};
use crate::run::work::Work;

impl Scope<'_> {
    /// The work as one transaction, until others let it have its locks.
    pub(super) async fn bracketed_patiently(
        &self,
        session: &mut Session<'_>,
        work: &Work<'_>,
        row: Option<(&Step, Instant)>,
    ) -> Conclusion {
        let mut patience = Patience::new(!session.is_inside() && work.is_only_sql(self));
        loop {
            let error = match self.bracketed(session, work, row).await {
                Conclusion::Undone(error) => error,
                conclusion => return conclusion,
            };
            if let Err(error) = patience.again(self, session.connection(), error).await {
                return Conclusion::Undone(error);
            }
            if !are_reset_in_transaction(self.dialect) {
                session.leave_trace(work.changes_session(self.dialect));
            }
            if let Err(error) = session.reset().await {
                return Conclusion::Undone(error);
            }
        }
    }

    /// The work as one transaction, with the history row in it where there is something to write.
    async fn bracketed(&self, session: &mut Session<'_>, work: &Work<'_>, row: Option<(&Step, Instant)>) -> Conclusion {
        let (lent, inside) = (session.is_lent(), session.is_inside());
        let keys = match foreign_keys::suspend(session.connection(), work.section()).await {
            Ok(keys) => keys,
            Err(error) => return Conclusion::Untouched(error),
        };
        let mut waiting = Waiting::new();
        let (may_be_tried_again, mut kept) = (!inside && work.is_only_sql(self), None);
        let conclusion = loop {
            match Bracket::open(session.connection(), inside, &self.settings).await {
                // SQLite's lock on its file is waited for as a lease is elsewhere: one try lasts for the busy timeout.
                Err(error) if error.contention().is_some() && waiting.waited() < self.options.lock_wait => {
                    if let Err(cancelled) = waiting.again(self, "another connection").await {
                        break Conclusion::Untouched(cancelled);
                    }
                }
                Err(error) => break Conclusion::Untouched(error),
                Ok(bracket) => match self.committed(bracket, lent, work, &keys, row).await {
                    // Whoever reads keeps the `COMMIT` waiting. What the work took until then was no wait.
                    Conclusion::Undone(error) if error.contention() == Some(Contention::Busy) && may_be_tried_again => {
                        let kept = kept.get_or_insert_with(Waiting::new);
                        if kept.waited() >= self.options.lock_wait {
                            break Conclusion::Undone(error);
                        }
                        if let Err(cancelled) = kept.again(self, "another connection").await {
                            break Conclusion::Undone(cancelled);
                        }
                        waiting = Waiting::new();
                    }
                    conclusion => break conclusion,
                },
            }
        };
        let conclusion = match conclusion {
            Conclusion::Done if !inside => {
                left_open(session.connection()).await.map_or(Conclusion::Done, Conclusion::Undone)
            }
            conclusion => conclusion,
        };
        if !foreign_keys::resume(session.connection(), keys).await {
            session.leave_trace(true);
        }
        conclusion
    }

    async fn committed(
        &self,
        mut bracket: Bracket<'_>,
        lent: bool,
        work: &Work<'_>,
        keys: &Suspended,
        row: Option<(&Step, Instant)>,
    ) -> Conclusion {
        let connection = bracket.connection();
        let mut done = match row {
            Some((step, _)) => self.still_stands(connection, step).await,
            None => Ok(()),
        };
        if done.is_ok() {
            done = self.inside(connection, lent, work, Some(keys)).await;
        }
        if let (Ok(()), Some((step, began))) = (&done, row) {
            done = self.write_ended(connection, step, began).await;
        }
        if done.is_err() && !lent {
            settings::undo(bracket.connection()).await;
        }
        match bracket.close(done).await {
            Ended::Committed => Conclusion::Done,
            Ended::Undone(error) => Conclusion::Undone(error),
            Ended::Unknown(error) => Conclusion::Unknown(error),
        }
    }

    /// Where there is no lease, the transaction keeps others out, and whoever was there before is seen in it.
    async fn still_stands(&self, connection: &mut dyn Connection, step: &Step) -> Result<(), Error> {
        match self.lease {
            None if self.dialect == Dialect::Sqlite => {
                self.history.expect(connection, &self.begun(step), self.standing(step)).await?;
                self.is_quiet_still(connection, step).await
            }
            _ => Ok(()),
        }
    }

    /// What happens inside a transaction, up to the history row.
    pub(in crate::run) async fn inside(
        &self,
        connection: &mut dyn Connection,
        lent: bool,
        work: &Work<'_>,
        keys: Option<&Suspended>,
    ) -> Result<(), Error> {
        let mut pace = work.pace(self, connection, true).await?;
        if !lent && work.has_code(self) {
            settings::make_way(connection).await?;
        }
        work.run(self, connection, &mut pace, None).await?;
        if let Some(keys) = keys {
            foreign_keys::check(connection, keys).await?;
        }
        if lent { Ok(()) } else { self.settings.reset(connection, self.options).await }
    }
}
