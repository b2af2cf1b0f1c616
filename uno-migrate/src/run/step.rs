//! One migration after the other, each with its history row.

use std::time::{Duration, Instant};

use tracing::{Instrument, error_span, info, warn};
use uno_migrate_core::Dialect;

use super::foreign_keys::Suspended;
use super::scope::Scope;
use super::session::{Session, reset_in_transaction};
use super::transaction::{Bracket, limit};
use super::work::{Journal, Work};
use super::{failure, foreign_keys, record};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::driver::Connection;
use crate::error::Error;
use crate::event::{Direction, Event};
use crate::plan::{Act, Plan, Step};
use crate::report::{Action, Outcome, Report};

/// What shares a fate with what, for one migration on one database.
#[derive(Debug, Clone, Copy)]
struct Frame {
    /// The migration's statements are one transaction.
    transaction: bool,
    /// The history row is part of that transaction: both are there afterwards, or neither.
    shared: bool,
}

impl Frame {
    fn of(work: &Work<'_>, scope: &Scope<'_>) -> Self {
        let implicit_commits = scope.dialect == Dialect::MySql;
        // On MySQL a transaction around SQL would promise what it cannot keep; around Rust code it holds at least
        // what is no DDL.
        let transaction = work.is_transactional() && !(implicit_commits && work.section().is_some());
        Self { transaction, shared: transaction && !implicit_commits && scope.history.is_table() }
    }

    /// Whether a failure leaves nothing behind.
    fn is_clean(self, dialect: Dialect) -> bool {
        self.transaction && dialect != Dialect::MySql
    }
}

impl Scope<'_> {
    /// Each migration in its own transaction, where it can have one.
    pub(super) async fn one_by_one(
        &self,
        session: &mut Session<'_>,
        plan: &Plan,
        report: &mut Report,
    ) -> Result<(), Error> {
        for (index, step) in plan.steps.iter().enumerate() {
            self.check_cancelled()?;
            self.started(step, index + 1, plan.steps.len());
            let began = Instant::now();
            let done = match &step.act {
                Act::Record { .. } => self.record(session.connection(), step).await.map(|()| false),
                Act::Run(_) | Act::Stored { .. } => self.framed(session, step, began).instrument(span(step)).await,
            };
            let changed = done.inspect_err(|error| self.failed(step, error))?;
            report.migrations.push(self.ended(step, began.elapsed()));
            session.reset(changed).await?;
        }
        Ok(())
    }

    /// Everything in one transaction: the plan has refused what cannot be part of one.
    pub(super) async fn whole(&self, session: &mut Session<'_>, plan: &Plan, report: &mut Report) -> Result<(), Error> {
        let lent = session.is_lent();
        let mut bracket = Bracket::open(session.connection()).await?;
        let mut times = Vec::with_capacity(plan.steps.len());
        let done = self.parts(bracket.connection(), lent, plan, &mut times).await;
        bracket.close(done).await.map_err(|error| error.done("everything was rolled back"))?;
        report.migrations.extend(plan.steps.iter().zip(times).map(|(step, time)| self.ended(step, time)));
        session.reset(true).await
    }

    async fn parts(
        &self,
        connection: &mut dyn Connection,
        lent: bool,
        plan: &Plan,
        times: &mut Vec<Duration>,
    ) -> Result<(), Error> {
        for (index, step) in plan.steps.iter().enumerate() {
            self.check_cancelled()?;
            self.started(step, index + 1, plan.steps.len());
            let began = Instant::now();
            let done = match &step.act {
                Act::Record { .. } => self.record(connection, step).await,
                Act::Run(_) | Act::Stored { .. } => {
                    self.part(connection, lent, step, began).instrument(span(step)).await
                }
            };
            done.inspect_err(|error| self.failed(step, error))?;
            times.push(began.elapsed());
        }
        Ok(())
    }

    async fn part(
        &self,
        connection: &mut dyn Connection,
        lent: bool,
        step: &Step,
        began: Instant,
    ) -> Result<(), Error> {
        let work = Work::of(step, self.dialect)?;
        self.inside(connection, lent, &work, None).await?;
        self.write_ended(connection, step, began).await
    }

    /// Does the work and writes the history, as close together as the database lets them be. Tells whether the session
    /// may not be what it was.
    async fn framed(&self, session: &mut Session<'_>, step: &Step, began: Instant) -> Result<bool, Error> {
        let work = Work::of(step, self.dialect)?;
        let frame = Frame::of(&work, self);
        if !work.is_transactional() && self.dialect != Dialect::MySql && session.connection().in_transaction() {
            let id = step.id();
            let message = format!("migration `{id}` runs outside a transaction, and this connection is inside one");
            return Err(Error::usage(message).help("run it on a connection without an open transaction"));
        }
        let known = self.row(step);
        let mut row = record::begun(step, self.dialect, known);
        if !frame.shared {
            if self.history.is_table() {
                session.open_ledger().await?;
            }
            self.history.write(session.ledger(), &row, known.map(|row| row.status)).await?;
        }
        let done = self.bracketed(session, step, &work, frame, &mut row, began).await;
        if let Err(error) = done {
            return Err(self.left_behind(session.ledger(), error, frame, step, &row).await);
        }
        if !frame.shared {
            let row = record::ended(&row, step.direction, began.elapsed());
            self.history.write(session.ledger(), &row, Some(HistoryStatus::Running)).await?;
        }
        Ok(work.changes_session(self.dialect))
    }

    /// The work, in a transaction or with a journal.
    async fn bracketed(
        &self,
        session: &mut Session<'_>,
        step: &Step,
        work: &Work<'_>,
        frame: Frame,
        row: &mut AppliedMigration,
        began: Instant,
    ) -> Result<(), Error> {
        let lent = session.is_lent();
        if !frame.transaction {
            let (connection, ledger) = session.with_ledger();
            let (lock, statement) = work.limits(self.options, lent, false, self.dialect);
            limit(connection, lock, statement, false).await?;
            return work.run(self, connection, Some(Journal { row, ledger })).await;
        }
        let connection = session.connection();
        let keys = foreign_keys::suspend(connection, work.section()).await?;
        let mut bracket = Bracket::open(connection).await?;
        let done = async {
            let connection = bracket.connection();
            self.inside(connection, lent, work, Some(&keys)).await?;
            if frame.shared { self.write_ended(connection, step, began).await } else { Ok(()) }
        };
        let done = done.await;
        let closed = bracket.close(done).await;
        let resumed = foreign_keys::resume(session.connection(), keys).await;
        closed.and(resumed)
    }

    /// What happens inside a transaction, up to the history row.
    async fn inside(
        &self,
        connection: &mut dyn Connection,
        lent: bool,
        work: &Work<'_>,
        keys: Option<&Suspended>,
    ) -> Result<(), Error> {
        let (lock, statement) = work.limits(self.options, lent, true, self.dialect);
        limit(connection, lock, statement, true).await?;
        work.run(self, connection, None).await?;
        if let Some(keys) = keys {
            foreign_keys::check(connection, keys).await?;
        }
        if lent { Ok(()) } else { reset_in_transaction(connection, self.options).await }
    }

    async fn write_ended(&self, connection: &mut dyn Connection, step: &Step, began: Instant) -> Result<(), Error> {
        let known = self.row(step);
        let row = record::ended(&record::begun(step, self.dialect, known), step.direction, began.elapsed());
        self.history.write(connection, &row, known.map(|row| row.status)).await
    }

    /// Only the history changes.
    async fn record(&self, connection: &mut dyn Connection, step: &Step) -> Result<(), Error> {
        self.write_ended(connection, step, Instant::now()).await
    }

    /// After a failure, the history says what was left behind: nothing, or a part.
    async fn left_behind(
        &self,
        connection: &mut dyn Connection,
        error: Error,
        frame: Frame,
        step: &Step,
        row: &AppliedMigration,
    ) -> Error {
        let clean = frame.is_clean(self.dialect);
        let written = match (clean, self.row(step)) {
            _ if frame.shared => Ok(()),
            (true, None) => self.history.remove(connection, row).await,
            (true, Some(known)) => self.history.write(connection, known, Some(HistoryStatus::Running)).await,
            (false, _) => {
                let error = Some(failure::in_a_line(&error));
                let row = AppliedMigration { status: HistoryStatus::Failed, error, ..row.clone() };
                self.history.write(connection, &row, Some(HistoryStatus::Running)).await
            }
        };
        if let Err(lost) = written {
            warn!("the failure of `{}` could not be recorded: {}", row.id, lost.message());
        }
        match clean {
            true => error.done(format!("`{}` was rolled back and left nothing behind", row.id)),
            false => failure::half_way(error, step, row, self.dialect),
        }
    }

    fn started(&self, step: &Step, position: usize, total: usize) {
        self.emit(&Event::Started { id: step.id().to_owned(), direction: step.direction, position, total });
    }

    fn failed(&self, step: &Step, error: &Error) {
        self.emit(&Event::Failed { id: step.id().to_owned(), message: failure::in_a_line(error) });
    }

    fn ended(&self, step: &Step, duration: Duration) -> Outcome {
        let id = step.id().to_owned();
        let (action, event) = match (&step.act, step.direction) {
            (Act::Record { .. }, Direction::Up) => (Action::Recorded, None),
            (Act::Record { .. }, Direction::Down) => (Action::Forgotten, None),
            (_, Direction::Up) => (Action::Applied, Some(Event::Applied { id: id.clone(), duration })),
            (_, Direction::Down) => (Action::Reverted, Some(Event::Reverted { id: id.clone(), duration })),
        };
        info!(id, ms = duration.as_millis(), "{action}");
        if let Some(event) = event {
            self.emit(&event);
        }
        Outcome { namespace: step.namespace().to_owned(), id, name: step.name().to_owned(), action, duration }
    }
}

fn span(step: &Step) -> tracing::Span {
    error_span!("migration", id = step.id(), direction = step.direction.name())
}
