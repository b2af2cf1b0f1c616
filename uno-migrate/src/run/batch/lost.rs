//! The connection broke while a message was under way: the server may still be at work on it.

use super::message::Message;
use crate::dialect::Presence;
use crate::error::Error;
use crate::lease::liveness;
use crate::run::frame::conclusion::Conclusion;
use crate::run::scope::Scope;
use crate::run::session::Session;

impl Scope<'_> {
    /// How many migrations of the message are done, and what the error means for the next one, if any is not. The history
    /// tells, once the session that worked on the message has ended.
    pub(super) async fn look_after(
        &mut self,
        session: &mut Session<'_>,
        message: &Message<'_>,
        error: Error,
    ) -> (usize, Option<Conclusion>) {
        let former = self.lease.as_ref().and_then(|lease| lease.session().map(str::to_owned));
        if !session.reconnect().await {
            return (0, Some(Conclusion::Unknown(error)));
        }
        let presence = match former {
            Some(former) => liveness::end(session.connection(), &former).await.unwrap_or(Presence::Unknown),
            None => Presence::Unknown,
        };
        if self.read_again(session).await.is_err() {
            return (0, Some(Conclusion::Unknown(error)));
        }
        let done = message.groups.iter().take_while(|group| self.is_done(group.step)).count();
        let conclusion = match presence {
            _ if done == message.groups.len() => None,
            Presence::Gone => Some(Conclusion::Undone(error)),
            Presence::Idle | Presence::Busy | Presence::Unknown => Some(Conclusion::Unknown(error)),
        };
        (done, conclusion)
    }
}
