//! Only one instance migrates at a time, and everybody can see which: run under the lease, released on every exit.
//!
//! The lease is a row that is taken by compare-and-swap and kept by a counter that moves. Whoever waits trusts only the
//! changes that it sees, timed by its own monotonic clock, so that no clock of anybody else matters. A lease alone cannot
//! stop a holder that slept through its end; the fence does, in the history's own writes: see
//! [`DatabaseTracker`](crate::tracker::DatabaseTracker).

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::dialect::{HistoryTable, Presence, SEATED};
use crate::driver::{self, Connection, Opener};
use crate::error::{Error, ErrorKind};

mod acquire;
mod found;
mod free;
pub(crate) mod liveness;
mod pulse;
mod table;
mod taker;

pub(crate) use acquire::Seen;
use pulse::Pulse;
pub(crate) use table::quiet;
pub(crate) use taker::{Taker, Told};

/// How long what lasts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// A holder that does not move for so long is taken for dead.
    pub(crate) lease: Duration,
    /// How long to wait for the lease.
    pub(crate) wait: Duration,
}

impl Terms {
    /// Six beats to a lease: five may be lost.
    fn beat(self) -> Duration {
        self.lease / 6
    }

    /// Without a beat for so long, the holder looks before it goes on: well before anybody may take over, even where
    /// clocks run at different rates.
    fn give_up(self) -> Duration {
        self.lease / 3 * 2
    }

    /// Waiters look often at first, since most migrations take no time, and then less and less; each at its own pace.
    fn poll(self, looks: u32) -> Duration {
        const FIRST: Duration = Duration::from_millis(50);
        let longest = (self.lease / 15).clamp(FIRST, Duration::from_secs(2));
        let pace = FIRST.mul_f64(1.3_f64.powi(looks.min(32).cast_signed())).min(longest);
        let part = RandomState::new().hash_one(looks) % 1000;
        pace.mul_f64(0.5 + part as f64 / 1000.0)
    }
}

/// Who holds the lease, for the database and for those who wait.
#[derive(Debug, Clone)]
struct Holder {
    table: HistoryTable,
    owner: String,
    epoch: i64,
}

/// The lease, held. Dropped without [`release`](Self::release), it is released in the background, or runs out.
pub(crate) struct Lease {
    holder: Holder,
    /// The session that it is held for, as others find it.
    session: Option<String>,
    /// The name of its connection, as long as nobody was told that.
    name: Option<String>,
    terms: Terms,
    pulse: Arc<Pulse>,
    beating: AbortHandle,
    opener: Opener,
    is_released: bool,
}

impl Lease {
    fn hold(holder: Holder, session: Option<String>, terms: Terms, opener: Opener) -> Self {
        let pulse = Arc::new(Pulse::new());
        let beating = tokio::spawn(pulse::beat(holder.clone(), terms, Arc::clone(&pulse), Arc::clone(&opener)));
        let beating = beating.abort_handle();
        Self { holder, session, name: None, terms, pulse, beating, opener, is_released: false }
    }

    /// The number that everything carries that is written under it.
    pub(crate) fn epoch(&self) -> i64 {
        self.holder.epoch
    }

    /// The session that it is held for, as others find it.
    pub(crate) fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// What the holder is at, for those who wait.
    pub(crate) fn at(&self, detail: String) {
        self.pulse.tell(detail);
    }

    /// Asked before anything new is started. Beats may be held up without anybody having taken over, by a pooler or by
    /// a cluster that is busy with one long statement: then the lease itself is asked.
    pub(crate) async fn check(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        if self.pulse.is_lost() {
            return Err(lost());
        }
        if self.pulse.last_beat().elapsed() < self.terms.give_up() {
            return Ok(());
        }
        self.confirm(connection).await?;
        if connection.in_transaction() {
            // A beat in here would be seen only at its end, and hold up the others until then.
            return Ok(());
        }
        let sent = Instant::now();
        let beat = self.holder.beat(&self.pulse.detail())?;
        match table::execute(connection, beat).await.map_err(table::unwritten)? {
            1 => self.pulse.beat_arrived(sent),
            _ => return Err(lost()),
        }
        Ok(())
    }

    /// Looks whether it is still held, whatever the heartbeat says.
    pub(crate) async fn confirm(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        let seen = table::read(connection, &self.holder.table).await?;
        let is_held = seen.epoch == self.epoch() && seen.owner.as_deref() == Some(&self.holder.owner);
        if is_held { Ok(()) } else { Err(lost()) }
    }

    /// Looks whether somebody else has taken it: where nobody holds it and none has since, it was given back.
    pub(crate) async fn is_taken(&self, connection: &mut dyn Connection) -> Result<bool, Error> {
        let seen = table::read(connection, &self.holder.table).await?;
        Ok(seen.epoch != self.epoch() || seen.owner.is_some_and(|owner| owner != self.holder.owner))
    }

    /// What an error of its own connection means: whoever takes over ends the session of the one before.
    async fn cut_off(self, error: Error) -> Error {
        let Ok(mut connection) = (self.opener)().await else { return error };
        let confirmed = self.confirm(&mut *connection).await;
        let _ = connection.close().await;
        confirmed.err().filter(|lost| lost.kind() == ErrorKind::LeaseLost).unwrap_or(error)
    }

    /// The run goes on in another session.
    pub(crate) async fn moved(
        &mut self,
        connection: &mut dyn Connection,
        session: Option<String>,
    ) -> Result<(), Error> {
        if self.session == session {
            return Ok(());
        }
        let text = self.holder.moved(session.as_deref())?;
        self.is_seated(session);
        match table::execute(connection, text).await.map_err(table::unwritten)? {
            1 => Ok(()),
            _ => Err(lost()),
        }
    }

    /// It is held for the connection of that name, which tells in which session it is.
    fn for_one_named(mut self, name: Option<String>) -> Self {
        self.name = name;
        self
    }

    /// What tells in which session it is held, in front of whatever else is sent; none where that was told.
    pub(crate) fn seating(&self) -> Result<Option<String>, Error> {
        match &self.name {
            Some(_) => self.holder.seat(),
            None => Ok(None),
        }
    }

    /// Tells it by itself, where it was not told yet.
    pub(crate) async fn seat(&mut self, connection: &mut dyn Connection) -> Result<(), Error> {
        let Some(text) = self.seating()? else { return Ok(()) };
        let rows = driver::rows(connection, text).await.map_err(table::unwritten)?;
        let row = rows.first().ok_or_else(lost)?;
        self.is_seated(row.get(SEATED).map_err(table::unwritable)?);
        Ok(())
    }

    /// That was told.
    pub(crate) fn is_seated(&mut self, session: Option<String>) {
        (self.session, self.name) = (session, None);
    }

    /// The session, as others are told of it by now.
    pub(crate) async fn seen_in(&self, connection: &mut dyn Connection) -> Result<Option<String>, Error> {
        match &self.session {
            Some(session) => Ok(Some(session.clone())),
            None => self.holder.seen_in(connection).await,
        }
    }

    /// Has the session end that it is held for, and what that is doing then.
    pub(crate) async fn end_session(&self, connection: &mut dyn Connection) -> Result<Presence, Error> {
        end_session(&self.holder, self.session.as_deref(), self.name.as_deref(), connection).await
    }

    /// What gives it back, for the end of a message behind which there is nothing left to do.
    pub(crate) fn farewell(&self) -> Result<String, Error> {
        self.holder.release()
    }

    /// That message has come to its end.
    pub(crate) fn has_ended(&mut self) {
        self.beating.abort();
        self.is_released = true;
    }

    /// Gives it back, where that is not done yet. That this fails changes nothing: it runs out.
    pub(crate) async fn release(mut self, connection: &mut dyn Connection) {
        if self.is_released {
            return;
        }
        self.beating.abort();
        if let Ok(text) = self.holder.release() {
            // The connection may be what has failed, or the run is dropped meanwhile: then it is done in the background.
            self.is_released = table::execute(connection, text).await.is_ok();
        }
    }
}

/// A run that is dropped leaves a session that may still work off its statement: the server is to end that before the
/// next one begins.
impl Drop for Lease {
    fn drop(&mut self) {
        self.beating.abort();
        if self.is_released {
            return;
        }
        let Ok(runtime) = Handle::try_current() else { return };
        let (session, name) = (self.session.take(), self.name.take());
        runtime.spawn(give_back(Arc::clone(&self.opener), self.holder.clone(), session, name));
    }
}

/// Gives back what was taken for a session, or for a connection of that name, once what that is at has ended.
async fn give_back(opener: Opener, holder: Holder, session: Option<String>, name: Option<String>) {
    let (Ok(text), Ok(mut connection)) = (holder.release(), opener().await) else { return };
    let left = end_session(&holder, session.as_deref(), name.as_deref(), &mut *connection).await.ok();
    // What is still at work keeps the others waiting, and they see when it has ended.
    if left != Some(Presence::Busy) {
        let _ = table::execute(&mut *connection, text).await;
    }
    let _ = connection.close().await;
}

/// Has the session end that the lease is held for, if it can be found.
async fn end_session(
    holder: &Holder,
    session: Option<&str>,
    name: Option<&str>,
    connection: &mut dyn Connection,
) -> Result<Presence, Error> {
    let seen = match session {
        Some(session) => Some(session.to_owned()),
        None => holder.seen_in(connection).await?,
    };
    match (seen, name) {
        (Some(session), _) => liveness::end(connection, &session).await,
        // It has not come so far as to tell in which session it is.
        (None, Some(name)) => liveness::end_named(connection, name).await,
        (None, None) => Ok(Presence::Unknown),
    }
}

pub(crate) fn lost() -> Error {
    Error::new(ErrorKind::LeaseLost, "another instance has taken over")
        .help("this one did not move for longer than the lease, or was cut off: look at `status`, and run again")
}
