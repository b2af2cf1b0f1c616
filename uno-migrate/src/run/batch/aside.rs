//! What is done beside a message that takes its time: whoever listens is told what is done by now, and a run that is asked
//! to stop does not wait for all of it.

use std::convert::Infallible;
use std::future::pending;
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};
use tokio::time::sleep;
use tracing::debug;

use super::Stride;
use super::message::Message;
use crate::dialect::{Presence, sql};
use crate::driver::Connection;
use crate::lease::liveness;
use crate::plan::Plan;
use crate::report::Outcome;
use crate::run::patience::LOOK_AGAIN;
use crate::run::scope::Scope;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long a message may go on after the run was asked to stop.
const GRACE: Duration = Duration::from_secs(1);

/// What it has come to so far.
#[derive(Default)]
pub(super) struct Beside<'p> {
    /// The message that follows, if all goes well.
    next: Option<Message<'p>>,
    connection: Option<Box<dyn Connection>>,
    /// The migrations of which whoever listens knows.
    pub(super) told: Vec<Outcome>,
}

impl<'p> Beside<'p> {
    /// Ends it before another connection is wanted: there may not be many.
    pub(super) async fn ended(self) -> (Vec<Outcome>, Option<Message<'p>>) {
        if let Some(connection) = self.connection {
            let _ = connection.close().await;
        }
        (self.told, self.next)
    }
}

impl Scope<'_> {
    /// Writes the message that follows, then looks from a second connection how far a message is and who keeps it waiting, and
    /// tells of both. Where the run is asked to stop, it ends what works on the message, and with it the migration in hand.
    pub(super) async fn look_on<'p>(
        &self,
        message: &Message<'_>,
        at: usize,
        plan: &'p Plan,
        stride: Stride,
        beside: &mut Beside<'p>,
    ) -> Infallible {
        let began = Instant::now();
        if stride.is_full() {
            let behind = &plan.steps[at + message.groups.len()..];
            // An error is one when its turn comes.
            beside.next = self.message_behind(message, behind, &stride).ok().flatten();
        }
        let cancelled = async {
            match self.options.cancel_on.clone() {
                Some(cancelled) => cancelled.await,
                None => pending().await,
            }
            sleep(GRACE).await;
        };
        let mut cancelled = Box::pin(cancelled);
        sleep(LOOK_EVERY).await;
        // Whoever reads SQLite's file is in the way of whoever writes it.
        let is_in_the_way = sql(self.dialect).session().is_empty();
        let (Some(opener), Some(lease), false) = (&self.opener, &self.lease, is_in_the_way) else {
            return pending().await;
        };
        let Beside { connection, told, .. } = beside;
        let connection = match opener().await {
            Ok(opened) => connection.insert(opened),
            Err(error) => {
                debug!("no second connection: {error}");
                return pending().await;
            }
        };
        let mut look_again = began;
        loop {
            if Instant::now() >= look_again && self.tell_holders(&mut **connection, began).await {
                look_again = Instant::now() + LOOK_AGAIN;
            }
            if let Ok(rows) = self.history.load(&mut **connection, &self.set.namespaces()).await {
                for (position, group) in (at..).zip(&message.groups).skip(told.len()) {
                    let is_so = |row: &&_| group.is_left_by(row);
                    let Some(row) = rows.iter().find(is_so) else { break };
                    let took = Duration::from_millis(row.execution_ms.try_into().unwrap_or_default());
                    told.push(self.tell_of(group, position, plan, took));
                }
                // Where it has a journal, that says which statement is next.
                if let Some(group) = message.groups.get(told.len())
                    && let Some(row) = rows.iter().find(|row| group.is_begun_by(row))
                {
                    self.tell_start(group, at + told.len(), plan, (row.done() + 1).min(group.script.total()));
                }
            }
            if let Either::Right(_) = select(Box::pin(sleep(LOOK_EVERY)), &mut cancelled).await {
                if let Some(session) = lease.session() {
                    let _ = liveness::stop(&mut **connection, session).await;
                }
                return pending().await;
            }
        }
    }

    /// Whether somebody keeps the run's session waiting, of which whoever listens is told.
    async fn tell_holders(&self, connection: &mut dyn Connection, began: Instant) -> bool {
        let session = self.lease.as_ref().and_then(|lease| lease.session());
        let Some((session, number)) = session.and_then(|session| Some((session, sql(self.dialect).number(session)?)))
        else {
            return false;
        };
        // Another server may have a session of that number as well.
        let is_at_work = liveness::presence(connection, session).await.is_ok_and(|presence| presence == Presence::Busy);
        is_at_work && self.tell_blockers(connection, number, began).await.is_ok_and(|found| found.is_some())
    }
}
