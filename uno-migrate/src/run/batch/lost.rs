//! The connection broke while a message was under way: the server may still be at work on it.

use std::time::Duration;

use tracing::debug;

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

    /// The same after an error of a message that does not tell what is committed: the last of those that may be done is not where the
    /// history does not say so, and no statement has failed whose migration somebody else may have done by then.
    pub(super) async fn confirmed(
        &mut self,
        session: &mut Session<'_>,
        message: &Message<'_>,
        mut times: Vec<Duration>,
        stop: Stop,
    ) -> (Vec<Duration>, Option<Stop>) {
        let may_be_done = times.len();
        let next = message.groups.get(may_be_done).filter(|_| matches!(stop, Stop::Statement { .. }));
        let next = next.map(|group| (group.step, self.standing(group.step)));
        if let Err(error) = self.read_again(session).await {
            return (Vec::new(), Some(Stop::Failed(Conclusion::Unknown(error))));
        }
        times.truncate(self.known_of(message));
        let is_as_before = match next {
            Some((step, before)) => {
                self.standing(step) == before && self.is_quiet_still(session.connection(), step).await.is_ok()
            }
            None => true,
        };
        if times.len() == may_be_done && is_as_before {
            return (times, Some(stop));
        }
        debug!("what failed in {message} is done by itself: the history is not as it was");
        (times, Some(Stop::Alone))
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
