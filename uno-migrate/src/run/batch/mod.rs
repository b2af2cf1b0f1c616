//! Several migrations in one message. Each is still a transaction of its own, with its history row in it; what they share
//! is the way to the server and back, which else each of their statements takes by itself.
//!
//! * [`group`]: a migration that can share a message
//! * [`message`]: several, as they are sent
//! * [`answers`]: what the server says to that, and so what has become of each
//! * [`lost`]: what has become of them where it says nothing any more
//! * [`stride`]: how many share a message

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use sqlx::{AssertSqlSafe, SqlSafeStr};
use tracing::debug;

use super::failure;
use super::frame::conclusion::Conclusion;
use super::scope::Scope;
use super::session::transaction::{is_open, roll_back};
use super::session::{Session, settings};
use super::step::span;
use crate::driver::Connection;
use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use crate::report::Report;

mod answers;
mod group;
mod lost;
mod message;
mod stride;

use answers::{Answers, Stop};
use group::Group;
use message::Message;
pub(super) use stride::Stride;

impl Scope<'_> {
    /// Does the steps from `at` on that can share a message; how many are done. Nothing where the first is to be done by
    /// itself.
    pub(super) async fn together(
        &mut self,
        session: &mut Session<'_>,
        plan: &Plan,
        at: usize,
        stride: &mut Stride,
        report: &mut Report,
    ) -> Result<Option<usize>, Error> {
        let Some(message) = self.message(session, &plan.steps[at..], stride)? else { return Ok(None) };
        session.reset().await?;
        self.seat(session).await?;
        self.at(|| message.to_string());
        debug!("{message}: {} bytes", message.text().len());
        let began = Instant::now();
        let (mut times, stop) = exchange(session.connection(), &message).await;
        let stop = match stop {
            Some(Stop::Lost(error)) => {
                let what = format!("the connection broke during {message}");
                let error = Error::new(ErrorKind::Migration, what).caused_by_database(error);
                let (done, ended) = self.look_after(session, &message, error).await;
                times.resize(done, Duration::ZERO);
                ended.map(Stop::Failed)
            }
            stop => stop,
        };
        for (position, (group, time)) in (at + 1..).zip(message.groups.iter().zip(&times)) {
            self.told_of(group, position, plan.steps.len(), group.script.total());
            report.migrations.push(span(group.step).in_scope(|| self.ended(group.step, *time)));
        }
        let done = times.len();
        match (stop, message.groups.get(done)) {
            (Some(Stop::Unread { sound }), _) => stride.shorten(sound),
            (Some(Stop::Alone), _) => stride.shorten(1),
            (Some(Stop::Statement { index, error }), Some(group)) => {
                self.told_of(group, at + done + 1, plan.steps.len(), index + 1);
                let (script, step) = (&group.script, group.step);
                let error = failure::statement(step, &script.path, script.location(index), error);
                self.told(step, Conclusion::Undone(error).of_atomic(step))?;
            }
            (Some(Stop::Failed(conclusion)), Some(group)) => self.told(group.step, conclusion.of_atomic(group.step))?,
            _ => stride.went_well(done, began.elapsed()),
        }
        Ok(Some(done))
    }

    /// Tells whoever listens of a migration whose answers have come, as far as its statements went.
    fn told_of(&self, group: &Group<'_>, position: usize, total: usize, statements: usize) {
        span(group.step).in_scope(|| {
            self.started(group.step, position, total);
            (0..statements).for_each(|index| self.tell(group.step, &group.script, index));
        });
    }
}

/// Sends it, and reads what has become of its migrations: how long each took that is done, and why no more are.
async fn exchange(connection: &mut dyn Connection, message: &Message<'_>) -> (Vec<Duration>, Option<Stop>) {
    let mut answers = Answers::new(message);
    let failed = {
        let mut stream = connection.answers(AssertSqlSafe(message.text()).into_sql_str());
        loop {
            match stream.next().await {
                Some(Ok(answer)) => answers.take(&answer),
                Some(Err(error)) => break Some(error),
                None => break None,
            }
        }
    };
    let stop = failed.map(|error| answers.stop(error));
    if stop.as_ref().is_some_and(|stop| !matches!(stop, Stop::Lost(_)))
        && matches!(is_open(&mut *connection).await, Ok(true))
    {
        settings::undo(&mut *connection).await;
        roll_back(&mut *connection).await;
    }
    (answers.times(), stop)
}
