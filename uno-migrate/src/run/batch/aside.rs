//! What is done beside a message that takes its time: whoever listens is told what is done by now and who keeps it waiting, and a
//! run that is asked to stop ends it.

use std::convert::Infallible;
use std::future::pending;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{Either, select};
use tokio::time::{sleep, timeout};
use tracing::debug;
use uno_migrate_core::Dialect;

use super::Stride;
use super::message::Message;
use crate::dialect::{Presence, sql};
use crate::driver::{Checkpoints, Connection, Opener};
use crate::error::Error;
use crate::lease::liveness;
use crate::plan::Plan;
use crate::report::Outcome;
use crate::run::patience::{LOOK_AGAIN, UNHEARD};
use crate::run::scope::Scope;
use crate::run::session::opener::commit_each;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long a message may go on after the run was asked to stop: not shorter, so that it was looked how far it was by then.
const GRACE: Duration = LOOK_EVERY;

/// How long a look may take, with the connection that it is for.
const LOOKING: Duration = Duration::from_secs(5);

/// How long a byte of a message may take to arrive: until all have, the session waits for it.
const ON_ITS_WAY: Duration = Duration::from_micros(100);

/// What it has come to so far.
#[derive(Default)]
pub(super) struct Beside<'p> {
    /// The message that follows, if all goes well.
    next: Option<Message<'p>>,
    connection: Option<Box<dyn Connection>>,
    /// The session that works on the message, once it is known.
    session: Option<String>,
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
    /// tells of both. Where the run is asked to stop, it ends what works on the message, and with it the migration in hand, at
    /// once or [behind a statement](Message::stops_behind_statement).
    pub(super) async fn look_on<'p>(
        &self,
        message: &Message<'_>,
        checkpoints: &Checkpoints,
        at: usize,
        plan: &'p Plan,
        stride: Stride,
        beside: &mut Beside<'p>,
    ) -> Infallible {
        let mut holders = Holders::new();
        if stride.is_full() {
            let behind = &plan.steps[at + message.groups.len()..];
            // An error is one when its turn comes.
            beside.next = self.message_behind(message, behind, &stride).ok().flatten();
        }
        if self.dialect == Dialect::Sqlite {
            self.look_at(checkpoints, message, at, plan, &mut beside.told).await;
            return pending().await;
        }
        let mut cancelled = self.cancelled().then(|()| sleep(GRACE)).fuse().boxed();
        sleep(LOOK_EVERY).await;
        let (Some(opener), Some(_)) = (&self.opener, &self.lease) else { return pending().await };
        // How many statements are done of the one that has the message for itself, as was seen last, and when it was asked.
        let (mut is_asked, mut seen, mut then) = (false, None, None);
        loop {
            seen = self.look(beside, opener, &mut holders, message, at, plan).await.or(seen);
            if is_asked && message.stops_behind_statement() {
                then = then.or(seen);
            }
            if is_asked
                && (!message.stops_behind_statement() || seen > then)
                && let (Some(connection), Some(session)) = (&mut beside.connection, &beside.session)
            {
                let _ = liveness::stop(&mut **connection, session).await;
                return pending().await;
            }
            if let Either::Right(_) = select(Box::pin(sleep(LOOK_EVERY)), &mut cancelled).await {
                (is_asked, then) = (true, seen);
            }
        }
    }

    /// The same where nobody else may look, since whoever reads SQLite's file is in the way of whoever writes it.
    async fn look_at(
        &self,
        checkpoints: &Checkpoints,
        message: &Message<'_>,
        at: usize,
        plan: &Plan,
        told: &mut Vec<Outcome>,
    ) {
        let mut cancelled = pin!(self.cancelled());
        while let Either::Left(_) = select(pin!(sleep(LOOK_EVERY)), &mut cancelled).await {
            let passed = checkpoints.passed();
            let times = passed.times();
            let done = times.len();
            for (position, (group, took)) in (at..).zip(message.groups.iter().zip(times)).skip(told.len()) {
                told.push(self.tell_of(group, position, plan, took));
            }
            if let Some(group) = message.groups.get(done).filter(|_| !passed.begun.is_empty()) {
                self.tell_start(group, at + done, plan, message.begun(&passed));
            }
        }
        checkpoints.end();
    }

    /// Tells of what is done by now, and who keeps the rest waiting; how many statements are done of the one that has the message
    /// for itself, where that can be seen.
    async fn look(
        &self,
        beside: &mut Beside<'_>,
        opener: &Opener,
        holders: &mut Holders,
        message: &Message<'_>,
        at: usize,
        plan: &Plan,
    ) -> Option<usize> {
        let Beside { connection, session, told, .. } = beside;
        let looking = async {
            if connection.is_none() {
                let mut opened = opener().await?;
                commit_each(&mut *opened).await?;
                *connection = Some(opened);
            }
            let (Some(connection), Some(lease)) = (&mut *connection, &self.lease) else { return Ok(None) };
            if session.is_none() {
                *session = lease.seen_in(&mut **connection).await?;
            }
            let done = self.look_how_far(&mut **connection, message, at, plan, told).await?;
            if let Some(session) = session {
                holders.look(self, &mut **connection, session, message.text().len()).await?;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(done)
        };
        let error = match timeout(LOOKING, looking).await {
            Ok(Ok(done)) => return done,
            Ok(Err(error)) => error,
            Err(elapsed) => elapsed.into(),
        };
        debug!("it could not be looked how far the message is: {error}");
        *connection = None;
        None
    }

    /// Tells of what is done by now; how many statements are of the one that has the message for itself.
    async fn look_how_far(
        &self,
        connection: &mut dyn Connection,
        message: &Message<'_>,
        at: usize,
        plan: &Plan,
        told: &mut Vec<Outcome>,
    ) -> Result<Option<usize>, Error> {
        // Of one transaction nothing is seen before its end.
        if message.only().is_some() && !message.is_journalled {
            return Ok(None);
        }
        let rows = self.history.load(connection, &self.set.namespaces()).await?;
        for (position, group) in (at..).zip(&message.groups).skip(told.len()) {
            let is_so = |row: &&_| group.is_left_by(row);
            let Some(row) = rows.iter().find(is_so) else { break };
            let took = Duration::from_millis(row.execution_ms.try_into().unwrap_or_default());
            told.push(self.tell_of(group, position, plan, took));
        }
        let Some(group) = message.only() else { return Ok(None) };
        let Some(row) = rows.iter().find(|row| group.is_begun_by(row)) else { return Ok(None) };
        self.tell_start(group, at, plan, (row.done() + 1).min(group.script.total()));
        Ok(Some(row.done()))
    }
}

/// Who keeps the run's session waiting.
struct Holders {
    /// When it was not yet kept.
    since: Instant,
    look_again: Instant,
    /// Since when it waits for the run, while that waits for it.
    unheard: Option<Instant>,
}

impl Holders {
    fn new() -> Self {
        let now = Instant::now();
        Self { since: now, look_again: now, unheard: None }
    }

    /// Tells whoever listens, unless that was done a moment ago.
    async fn look(
        &mut self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        session: &str,
        bytes: usize,
    ) -> Result<(), Error> {
        let (Some(number), now) = (sql(scope.dialect).number(session), Instant::now()) else { return Ok(()) };
        // Another server may have a session of that number as well.
        let presence = liveness::presence(connection, session).await?;
        if presence != Presence::Idle || sql(scope.dialect).idle(number).is_none() {
            self.unheard = None;
        } else if self.unheard.get_or_insert(now).elapsed()
            > UNHEARD + ON_ITS_WAY * u32::try_from(bytes).unwrap_or(u32::MAX)
        {
            liveness::end(connection, session).await?;
        }
        if now < self.look_again {
            return Ok(());
        }
        let is_kept = presence == Presence::Busy
            && scope.tell_blockers(connection, number, self.since).await.is_ok_and(|by| by.is_some());
        match is_kept {
            true => self.look_again = now + LOOK_AGAIN,
            false => self.since = now,
        }
        Ok(())
    }
}
