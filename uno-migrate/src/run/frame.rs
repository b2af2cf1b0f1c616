//! What shares a fate with what: a migration's statements, and its history row.

use std::time::Instant;

use uno_migrate_core::Dialect;

use super::conclusion::Conclusion;
use super::course::Course;
use super::foreign_keys::Suspended;
use super::journal::Journal as Telling;
use super::pace::Pace;
use super::resume::can_share;
use super::scope::Scope;
use super::session::Session;
use super::transaction::{Bracket, Ended, is_open, left_open, roll_back};
use super::turns::Waiting;
use super::work::Work;
use super::{failure, foreign_keys, settings};
use crate::applied::AppliedMigration;
use crate::driver::Connection;
use crate::error::Error;
use crate::journal::Journal;
use crate::plan::Step;

/// How one migration is run on one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// The statements and the history row are one transaction: both are there afterwards, or neither.
    Atomic,
    /// The statements are one transaction, and the row says `running` around it.
    Bracketed,
    /// Every statement stands for itself, and the row says how many are done.
    Journalled,
}

impl Frame {
    fn of(work: &Work<'_>, scope: &Scope<'_>) -> Self {
        let implicit_commits = scope.dialect == Dialect::MySql;
        // On MySQL a transaction around SQL would promise what it cannot keep; around Rust code it holds at least
        // what is no DDL.
        if !work.is_transactional() || (implicit_commits && work.section().is_some()) {
            Self::Journalled
        } else if implicit_commits || !scope.history.is_table() {
            Self::Bracketed
        } else {
            Self::Atomic
        }
    }
}

impl Scope<'_> {
    /// Does the work and writes the history, as close together as the database lets them be.
    pub(super) async fn framed(&self, session: &mut Session<'_>, step: &Step, began: Instant) -> Result<(), Error> {
        let work = Work::of(step, self.dialect)?;
        let frame = match Frame::of(&work, self) {
            // What was begun statement by statement ends so, whatever the file says now.
            _ if step.resumes && work.script().is_some() => Frame::Journalled,
            frame => frame,
        };
        if session.is_inside() {
            // On MySQL every DDL statement ends the caller's transaction anyhow.
            if frame == Frame::Journalled && self.dialect != Dialect::MySql {
                return Err(failure::inside(step, "runs outside a transaction"));
            }
            if work.foreign_keys_off(self.dialect) {
                return Err(failure::inside(step, "switches the foreign keys off, which has to happen outside of one"));
            }
        }
        if frame == Frame::Journalled || !settings::are_reset_in_transaction(self.dialect) {
            session.leave_trace(work.has_code(self) || work.changes_session(self.dialect));
        } else {
            session.leave_clean();
        }
        match frame {
            Frame::Atomic => {
                let conclusion = match self.bracketed_patiently(session, &work, Some((step, began))).await {
                    Conclusion::Unknown(error) => self.looked_up(session, step, error).await,
                    conclusion => conclusion,
                };
                conclusion.of_atomic(step)
            }
            Frame::Bracketed | Frame::Journalled => self.recorded(session, step, &work, frame, began).await,
        }
    }

    /// The row is written first, says `running`, and says at the end what has become of it.
    async fn recorded(
        &self,
        session: &mut Session<'_>,
        step: &Step,
        work: &Work<'_>,
        frame: Frame,
        began: Instant,
    ) -> Result<(), Error> {
        if frame == Frame::Journalled && session.is_pooled().await? {
            return Err(failure::pooled(step));
        }
        if self.history.is_table() {
            session.open_ledger().await?;
        }
        let is_marked = frame == Frame::Bracketed && self.history.is_table() && !session.is_inside();
        let identity = self.identity(session).await?;
        let shares = can_share(self, session, work.has_hooks(self));
        let script = work.script().filter(|_| frame == Frame::Journalled);
        let course = script.map(|script| Course::new(script, self.dialect, shares, identity.clone()));
        let mut pace = match frame {
            Frame::Journalled => Some(Pace::begin(self, session.connection(), work, false).await?),
            Frame::Atomic | Frame::Bracketed => None,
        };
        if frame == Frame::Journalled && !session.is_lent() {
            self.settings.watch(session.connection()).await?;
        }
        let mark = is_marked.then_some(Journal::Code { session: identity });
        let mut row = self.begin(session, step, course.as_ref(), mark.as_ref()).await?;
        let conclusion = match &mut pace {
            Some(pace) => self.journalled(session, work, course.as_ref(), &mut row, pace).await,
            None if is_marked => self.marked(session, step, work, &row, began).await,
            None => match self.bracketed_patiently(session, work, None).await {
                // What MySQL has committed in between stays.
                Conclusion::Undone(error) if self.dialect == Dialect::MySql => Conclusion::HalfWay(error),
                conclusion => conclusion,
            },
        };
        self.concluded(session, step, frame, row, conclusion, began).await
    }

    /// The work as one transaction, with the history row in it where there is something to write.
    pub(super) async fn bracketed(
        &self,
        session: &mut Session<'_>,
        work: &Work<'_>,
        row: Option<(&Step, Instant)>,
    ) -> Conclusion {
        let (lent, inside) = (session.is_lent(), session.is_inside());
        let keys = match foreign_keys::suspend(session.connection(), work.section()).await {
            Ok(keys) => keys,
            Err(error) => return Conclusion::Untouched(error),
        };
        let mut waiting = Waiting::new();
        let conclusion = loop {
            match Bracket::open(session.connection(), inside, &self.settings).await {
                // SQLite's lock on its file is waited for as a lease is elsewhere: one try lasts for the busy timeout.
                Err(error) if error.is_contended() && waiting.waited() < self.options.lock_wait => {
                    if let Err(cancelled) = waiting.again(self, "another connection").await {
                        break Conclusion::Untouched(cancelled);
                    }
                }
                Err(error) => break Conclusion::Untouched(error),
                Ok(bracket) => break self.committed(bracket, lent, work, &keys, row).await,
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
                self.history.expect(connection, &self.begun(step), self.row(step).map(|row| row.status)).await?;
                self.is_quiet_still(connection, step).await
            }
            _ => Ok(()),
        }
    }

    /// What happens inside a transaction, up to the history row.
    pub(super) async fn inside(
        &self,
        connection: &mut dyn Connection,
        lent: bool,
        work: &Work<'_>,
        keys: Option<&Suspended>,
    ) -> Result<(), Error> {
        let mut pace = Pace::begin(self, connection, work, true).await?;
        if !lent && work.has_code(self) {
            settings::make_way(connection).await?;
        }
        work.run(self, connection, &mut pace, None).await?;
        if let Some(keys) = keys {
            foreign_keys::check(connection, keys).await?;
        }
        if lent { Ok(()) } else { self.settings.reset(connection, self.options).await }
    }

    /// The work without a transaction of ours around it.
    async fn journalled(
        &self,
        session: &mut Session<'_>,
        work: &Work<'_>,
        course: Option<&Course<'_>>,
        row: &mut AppliedMigration,
        pace: &mut Pace,
    ) -> Conclusion {
        let inside = session.is_inside();
        let (connection, ledger) = session.parts();
        let mut was_open = false;
        let journal = Telling { row, ledger, inside, course, is_open: &mut was_open };
        let Err(error) = work.run(self, connection, pace, Some(journal)).await else { return Conclusion::Done };
        if inside {
            return Conclusion::HalfWay(error);
        }
        // A transaction of the migration's own that it has not ended takes nothing of the history with it.
        match is_open(connection).await {
            Ok(true) => roll_back(connection).await,
            // What the history does not call done yet was committed on the way, or taken back: nobody saw which.
            Ok(false) if was_open => return Conclusion::Unknown(error),
            Ok(false) => {}
            Err(_) => return Conclusion::Unknown(error),
        }
        Conclusion::HalfWay(error)
    }
}
