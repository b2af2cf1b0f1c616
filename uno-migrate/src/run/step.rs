//! One migration after the other.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use tracing::{Instrument, error_span, info};

use super::batch::{Messages, Stride};
use super::scope::Scope;
use super::session::Session;
use super::{failure, record};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::driver::Connection;
use crate::error::Error;
use crate::event::{Direction, Event};
use crate::plan::{Act, Plan, Step};
use crate::report::{Action, Outcome, Report};

impl Scope<'_> {
    /// Each migration in its own transaction, where it can have one.
    pub(super) async fn one_by_one(
        &mut self,
        session: &mut Session<'_>,
        plan: &Plan,
        report: &mut Report,
    ) -> Result<(), Error> {
        let mut messages = Messages::new(Stride::new(self.rows.is_empty()));
        let mut next = 0;
        while let Some(step) = plan.steps.get(next) {
            if self.is_done(step) {
                next += 1;
                continue;
            }
            let is_announced = messages.has_announced(next);
            match self.go_on(session.connection()).await {
                Err(error) if is_announced => return self.told(step, Err(error)),
                done => done?,
            }
            // What has begun in a message and is not done is next by itself.
            if !is_announced && let Some(done) = self.together(session, plan, next, &mut messages, report).await? {
                next += done;
                continue;
            }
            next += 1;
            let step = &*self.as_it_stands(step);
            if !is_announced {
                self.started(step, next, plan.steps.len());
            }
            let began = Instant::now();
            let done = self.step(session, step, began).instrument(span(step)).await;
            if let Err(error) = &done
                && error.is_superseded()
            {
                if self.is_done_by_others(session, step).await? {
                    info!(id = step.id(), "another instance was faster");
                    continue;
                }
                if self.plans_anew() {
                    return done;
                }
            }
            self.told(step, done)?;
            report.migrations.push(self.ended(step, began.elapsed()));
            messages.stride.went_well(1, began.elapsed());
        }
        Ok(())
    }

    /// What was begun in a message with others, and has failed there for no fault of its own, goes on by itself.
    fn as_it_stands<'s>(&self, step: &'s Step) -> Cow<'s, Step> {
        let is_begun = |row: &AppliedMigration| {
            row.status == HistoryStatus::Failed && row.epoch == self.history.epoch() && self.lease.is_some()
        };
        match self.row(step) {
            Some(row) if is_begun(row) && !step.resumes() => {
                Cow::Owned(Step { done: Some(row.done()), ..step.clone() })
            }
            Some(_) | None => Cow::Borrowed(step),
        }
    }

    /// Looks again, after the history was not as it had been read: what others did is done, and nothing of this step is
    /// left.
    pub(super) async fn is_done_by_others(&mut self, session: &mut Session<'_>, step: &Step) -> Result<bool, Error> {
        if let Some(lease) = &self.lease {
            lease.confirm(session.connection()).await?;
        }
        self.read_again(session).await?;
        Ok(self.is_done(step))
    }

    /// Whether the history says already what the step is for, as it may after it was read again.
    pub(super) fn is_done(&self, step: &Step) -> bool {
        let status = self.standing(step);
        match step.direction {
            Direction::Up => status == Some(HistoryStatus::Applied),
            Direction::Down => matches!(status, None | Some(HistoryStatus::Reverted)),
        }
    }

    async fn step(&mut self, session: &mut Session<'_>, step: &Step, began: Instant) -> Result<(), Error> {
        session.reset().await?;
        self.seat(session).await?;
        self.at(|| format!("`{}`", step.called));
        match &step.act {
            Act::Record { .. } => self.write_ended(session.connection(), step, began).await,
            Act::Run(_) | Act::Stored { .. } => self.framed(session, step, began).await,
        }
    }

    /// Writes the row of a migration that has none yet that says `running`.
    pub(super) async fn write_ended(
        &self,
        connection: &mut dyn Connection,
        step: &Step,
        began: Instant,
    ) -> Result<(), Error> {
        // What is only recorded took no time, unless another tool has applied it.
        let duration = match &step.act {
            Act::Record { adopted, .. } => adopted.as_ref().map_or(Duration::ZERO, |adopted| adopted.took),
            Act::Run(_) | Act::Stored { .. } => began.elapsed(),
        };
        let row = record::ended(&self.begun(step), step.direction, duration);
        self.history.write(connection, &row, self.standing(step)).await
    }

    pub(super) fn started(&self, step: &Step, position: usize, total: usize) {
        self.emit(&Event::Started { id: step.id().to_owned(), direction: step.direction, position, total });
    }

    /// Names the migration in an error, and tells whoever listens.
    pub(super) fn told(&self, step: &Step, done: Result<(), Error>) -> Result<(), Error> {
        done.map_err(|error| failure::in_step(step, error).explained(self.dialect))
            .inspect_err(|error| self.failed(step, error))
    }

    pub(super) fn failed(&self, step: &Step, error: &Error) {
        self.emit(&Event::Failed { id: step.id().to_owned(), message: failure::in_a_line(error) });
    }

    pub(super) fn ended(&self, step: &Step, duration: Duration) -> Outcome {
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

pub(super) fn span(step: &Step) -> tracing::Span {
    error_span!("migration", id = step.id(), direction = step.direction.name())
}
