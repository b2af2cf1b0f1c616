//! What is done beside a message that takes its time: whoever listens is told what is done by now, and a run that is asked
//! to stop does not wait for all of it.

use std::convert::Infallible;
use std::future::pending;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
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
    /// tells of both. Where the run is asked to stop, it ends what works on the message, and with it the migration in hand; one
    /// that has it for itself ends behind the statement in hand.
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
        let mut cancelled = Box::pin(cancelled.fuse());
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
        let mut holders = Holders::new(began);
        // How many statements of the one that has the message for itself were done when the run was asked to stop.
        let mut done_then = None;
        loop {
            holders.look(self, &mut **connection).await;
            let done = self.look_how_far(&mut **connection, message, at, plan, told).await;
            if done_then.is_some_and(|then| done > then) {
                let _ = liveness::stop(&mut **connection, lease.session().unwrap_or_default()).await;
                return pending().await;
            }
            let Either::Right(_) = select(Box::pin(sleep(LOOK_EVERY)), &mut cancelled).await else { continue };
            match message.only() {
                Some(only) if message.is_journalled || only.script.total() == 1 => done_then = Some(done),
                _ => {
                    let _ = liveness::stop(&mut **connection, lease.session().unwrap_or_default()).await;
                    return pending().await;
                }
            }
        }
    }

    /// Tells of what is done by now; how many statements are of the one that has the message for itself.
    async fn look_how_far(
        &self,
        connection: &mut dyn Connection,
        message: &Message<'_>,
        at: usize,
        plan: &Plan,
        told: &mut Vec<Outcome>,
    ) -> usize {
        // Of one transaction nothing is seen before its end.
        if message.only().is_some() && !message.is_journalled {
            return 0;
        }
        let Ok(rows) = self.history.load(connection, &self.set.namespaces()).await else { return 0 };
        for (position, group) in (at..).zip(&message.groups).skip(told.len()) {
            let is_so = |row: &&_| group.is_left_by(row);
            let Some(row) = rows.iter().find(is_so) else { break };
            let took = Duration::from_millis(row.execution_ms.try_into().unwrap_or_default());
            told.push(self.tell_of(group, position, plan, took));
        }
        let in_hand = message.only().and_then(|group| Some((group, rows.iter().find(|row| group.is_begun_by(row))?)));
        let Some((group, row)) = in_hand else { return 0 };
        self.tell_start(group, at, plan, (row.done() + 1).min(group.script.total()));
        row.done()
    }
}

/// Who keeps the run's session waiting.
struct Holders {
    /// When it was not yet kept.
    since: Instant,
    look_again: Instant,
}

impl Holders {
    fn new(began: Instant) -> Self {
        Self { since: began, look_again: began }
    }

    /// Tells whoever listens, unless that was done a moment ago.
    async fn look(&mut self, scope: &Scope<'_>, connection: &mut dyn Connection) {
        let session = scope.lease.as_ref().and_then(|lease| lease.session());
        let Some((session, number)) = session.and_then(|session| Some((session, sql(scope.dialect).number(session)?)))
        else {
            return;
        };
        let now = Instant::now();
        if now < self.look_again {
            return;
        }
        // Another server may have a session of that number as well.
        let is_at_work = liveness::presence(connection, session).await.is_ok_and(|presence| presence == Presence::Busy);
        match is_at_work && scope.tell_blockers(connection, number, self.since).await.is_ok_and(|found| found.is_some())
        {
            true => self.look_again = now + LOOK_AGAIN,
            false => self.since = now,
        }
    }
}
