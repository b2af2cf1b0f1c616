//! Several migrations in one message, or one. Each is still a transaction of its own, with its history row in it, or has its own
//! journal; what they share is the way to the server and back, which else each of their statements takes by itself.
//!
//! * [`group`]: a migration that can share a message
//! * [`message`]: those that do, as they are sent; [`draft`]: while they are written
//! * [`exchange`]: on its way; [`answers`]: what the server says to that, and so what has become of each; [`in_one_call`]: SQLite's,
//!   which answers nothing before the end
//! * [`journalled`]: the same where a migration is not a transaction
//! * [`aside`]: what is done beside it while it takes its time
//! * [`lost`]: what has become of them where it says nothing any more
//! * [`stride`]: how many share a message

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use tracing::debug;
use uno_migrate_core::Dialect;

use super::failure;
use super::frame::conclusion::Conclusion;
use super::scope::Scope;
use super::session::Session;
use super::step::span;
use crate::error::Error;
use crate::plan::Plan;
use crate::report::{Outcome, Report};

mod answers;
mod aside;
mod draft;
mod exchange;
mod group;
mod in_one_call;
mod journalled;
mod lost;
mod message;
mod stride;

use answers::Stop;
use aside::Beside;
pub(super) use draft::SEPARATOR;
use exchange::{Told, exchange};
use group::Group;
use journalled::outcome::Broken;
use message::Message;
pub(super) use stride::{Stride, in_time};

/// The messages to come.
pub(super) struct Messages<'p> {
    pub(super) stride: Stride,
    /// The next one, and the step that it begins with, where it was written while the one before was under way.
    next: Option<(usize, Message<'p>)>,
    /// The step of which whoever listens has heard that it begins, and not yet what became of it.
    announced: Option<usize>,
}

impl<'p> Messages<'p> {
    pub(super) fn new(stride: Stride) -> Self {
        Self { stride, next: None, announced: None }
    }

    /// Whether it was told that a step begins.
    pub(super) fn has_announced(&self, at: usize) -> bool {
        self.announced == Some(at)
    }

    /// The one that was written before, if it still fits.
    fn take(&mut self, at: usize, dialect: Dialect) -> Option<Message<'p>> {
        let (first, message) = self.next.take()?;
        let fits = match message.only() {
            Some(only) => only.goes_alone(dialect, self.stride),
            None => message.groups.len() <= self.stride.steps(),
        };
        (first == at && fits).then_some(message)
    }
}

impl Scope<'_> {
    /// Does the steps from `at` on that can share a message; how many are done. Nothing where the first is to be done by
    /// itself.
    pub(super) async fn together<'p>(
        &mut self,
        session: &mut Session<'_>,
        plan: &'p Plan,
        at: usize,
        messages: &mut Messages<'p>,
        report: &mut Report,
    ) -> Result<Option<usize>, Error> {
        session.reset().await?;
        // What is written names the session, or says which it is.
        let (has_moved, seating) = (session.has_moved(), self.seating(session)?);
        if seating.is_none() {
            self.seat(session).await?;
        }
        let message = match messages.take(at, self.dialect) {
            Some(message) if !has_moved => Some(message),
            Some(_) | None => self.message(session, &plan.steps[at..], &messages.stride, seating.as_deref()).await?,
        };
        let message = match message {
            // One that comes alone may have one where it is known in which session.
            None if seating.is_some() => {
                self.seat(session).await?;
                self.message(session, &plan.steps[at..], &messages.stride, None).await?
            }
            message => message,
        };
        let Some(message) = message else { return Ok(None) };
        self.settle(session).await?;
        self.at(|| message.to_string());
        if let Some(group) = message.only() {
            // Of several it is seen later on which is in hand.
            self.tell_start(group, at, plan, usize::from(message.stops_behind_statement()));
        }
        debug!("{message}: {} bytes", message.text().len());
        let began = Instant::now();
        let (mut beside, checkpoints) = (Beside::default(), Arc::default());
        let ((times, seated), stop) = {
            let exchange = pin!(exchange(session.connection(), &message, &checkpoints));
            let look_on = pin!(self.look_on(&message, &checkpoints, at, plan, messages.stride, &mut beside));
            match select(exchange, look_on).await {
                Either::Left((exchanged, _)) => exchanged,
                Either::Right((never, _)) => match never {},
            }
        };
        let (mut told, next) = beside.ended().await;
        if let (Some(lease), Some(now)) = (&mut self.lease, seated) {
            lease.is_seated(now);
        }
        if stop.is_none()
            && message.is_last
            && let Some(lease) = &mut self.lease
        {
            lease.has_ended();
        }
        let broken = Broken { message: &message, began };
        let (times, stop) = match stop {
            Some(Stop::Lost(error)) if message.is_journalled => broken.lost(self, session, error).await,
            Some(Stop::Lost(error)) => self.looked_after(session, &message, times, error).await,
            Some(Stop::Ended(error)) => broken.ended(self, session, error).await,
            Some(stop) if message.dialect == Dialect::Sqlite => self.confirmed(session, &message, times, stop).await,
            stop => (times, stop),
        };
        let unheard = told.len();
        report.migrations.append(&mut told);
        for (position, (group, time)) in (at..).zip(message.groups.iter().zip(&times)).skip(unheard) {
            report.migrations.push(self.tell_of(group, position, plan, *time));
        }
        let done = times.len();
        messages.announced = message.groups.get(done).and_then(|group| group.is_heard_of().then_some(at + done));
        // After an error it may not be as it was when that was written.
        messages.next = next.filter(|_| stop.is_none()).map(|next| (at + done, next));
        let stride = &mut messages.stride;
        match (stop, message.groups.get(done)) {
            (Some(Stop::Unread { sound }), _) => stride.shorten(sound),
            (Some(Stop::Alone | Stop::Uncertain { .. }), _) => stride.stop(),
            (Some(Stop::Statement { index, error }), Some(group)) => {
                self.tell_start(group, at + done, plan, index + 1);
                let (script, step) = (&group.script, group.step);
                let error = failure::statement(step, &script.path, script.location(index), error);
                self.told(step, Conclusion::Undone(error).of_atomic(step))?;
            }
            (Some(Stop::Asked), Some(group)) => {
                self.tell_start(group, at + done, plan, message.begun(&checkpoints.passed()));
                let asked = self.check_cancelled().map_err(Conclusion::Undone);
                self.told(group.step, asked.or_else(|undone| undone.of_atomic(group.step)))?;
            }
            (Some(Stop::Recorded { begun, error }), Some(group)) => {
                self.tell_start(group, at + done, plan, begun);
                self.told(group.step, Err(error))?;
            }
            (Some(Stop::Overtaken(error)), Some(group)) if group.is_heard_of() => self.told(group.step, Err(error))?,
            (Some(Stop::Overtaken(error)), _) => return Err(error),
            (Some(Stop::Failed(conclusion)), Some(group)) => self.told(group.step, conclusion.of_atomic(group.step))?,
            _ => stride.went_well(done, began.elapsed()),
        }
        Ok(Some(done))
    }

    /// Tells whoever listens of a migration that is done.
    fn tell_of(&self, group: &Group<'_>, position: usize, plan: &Plan, took: Duration) -> Outcome {
        self.tell_start(group, position, plan, group.script.total());
        span(group.step).in_scope(|| self.ended(group.step, took))
    }

    /// Tells of one as far as its statements went.
    fn tell_start(&self, group: &Group<'_>, position: usize, plan: &Plan, statements: usize) {
        span(group.step).in_scope(|| {
            let heard = group.hear(statements);
            if heard.is_none() {
                self.started(group.step, position + 1, plan.steps.len());
            }
            (heard.unwrap_or_default()..statements).for_each(|index| self.tell(group.step, &group.script, index));
        });
    }
}
