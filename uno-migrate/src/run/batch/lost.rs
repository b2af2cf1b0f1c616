//! The connection broke while a message was under way: the server may still be at work on it.

use std::time::Duration;

use super::answers::Stop;
use super::group::Group;
use super::message::Message;
use crate::dialect::Presence;
use crate::error::{Error, ErrorKind};
use crate::run::frame::conclusion::Conclusion;
use crate::run::scope::Scope;
use crate::run::session::Session;

impl Scope<'_> {
    /// How long each migration of the message took that is done, as far as that is known, and why no more are.
    pub(super) async fn looked_after(
        &mut self,
        session: &mut Session<'_>,
        message: &Message<'_>,
        mut times: Vec<Duration>,
        error: sqlx::Error,
    ) -> (Vec<Duration>, Option<Stop>) {
        let broken = |()| {
            let what = format!("the connection broke during {message}");
            Error::new(ErrorKind::Migration, what).caused_by_database(error)
        };
        let error = self.check_cancelled().map_or_else(|cancelled| cancelled, broken);
        let (done, ended) = self.look_after(session, message, error).await;
        times.resize(done, Duration::ZERO);
        (times, ended.map(Stop::Failed))
    }

    /// What the history says of an error that somebody else may have caused, or of a migration that may be committed.
    pub(super) async fn confirmed(
        &mut self,
        session: &mut Session<'_>,
        message: &Message<'_>,
        mut times: Vec<Duration>,
        stop: Stop,
    ) -> (Vec<Duration>, Option<Stop>) {
        let next = message.groups.get(times.len()).map(|group| (group.step, self.standing(group.step)));
        let Some((step, before)) = next else { return (times, Some(stop)) };
        let stop = match stop {
            Stop::Statement { .. } => {
                // Somebody else may have done it by now, and this one fails for that.
                let is_as_before = self.read_again(session).await.is_ok()
                    && self.standing(step) == before
                    && self.is_quiet_still(session.connection(), step).await.is_ok();
                if is_as_before { stop } else { Stop::Alone }
            }
            Stop::Uncertain { took } => match self.read_again(session).await {
                Ok(()) => {
                    times.extend((self.known_of(message) > times.len()).then_some(took));
                    Stop::Alone
                }
                Err(error) => Stop::Failed(Conclusion::Unknown(error)),
            },
            stop => stop,
        };
        (times, Some(stop))
    }

    /// How many migrations of the message the history has as they leave it.
    pub(super) fn known_of(&self, message: &Message<'_>) -> usize {
        // What others have done by now is theirs to tell of.
        let is_ours = |group: &&Group<'_>| self.row(group.step).is_some_and(|row| group.is_left_by(row));
        message.groups.iter().take_while(is_ours).count()
    }

    /// Has the session end that worked on the message, of which the lease tells, and what it is doing then.
    pub(super) async fn former_ends(&self, session: &mut Session<'_>) -> Presence {
        match &self.lease {
            Some(lease) => lease.end_session(session.connection()).await.unwrap_or(Presence::Unknown),
            None => Presence::Unknown,
        }
    }

    /// How many migrations of the message are done, and what the error means for the next one, if any is not. The history
    /// tells, once the session that worked on the message has ended.
    async fn look_after(
        &mut self,
        session: &mut Session<'_>,
        message: &Message<'_>,
        error: Error,
    ) -> (usize, Option<Conclusion>) {
        if !session.reconnect().await {
            return (0, Some(Conclusion::Unknown(error)));
        }
        let presence = self.former_ends(session).await;
        if self.read_again(session).await.is_err() {
            return (0, Some(Conclusion::Unknown(error)));
        }
        let done = self.known_of(message);
        let conclusion = match presence {
            _ if done == message.groups.len() => None,
            Presence::Gone => Some(Conclusion::Undone(error)),
            Presence::Idle | Presence::Busy | Presence::Unknown => Some(Conclusion::Unknown(error)),
        };
        (done, conclusion)
    }
}
