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

use crate::dialect::{HistoryTable, Presence};
use crate::driver::{Connection, Opener};
use crate::error::{Error, ErrorKind};

mod acquire;
mod found;
mod free;
pub(crate) mod liveness;
mod pulse;
mod seat;
mod table;
mod taker;

pub(crate) use acquire::Seen;
use pulse::Pulse;
pub(crate) use seat::Seat;
pub(crate) use table::{left_at, quiet};
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
    seat: Seat,
    terms: Terms,
    pulse: Arc<Pulse>,
    beating: AbortHandle,
    opener: Opener,
    is_released: bool,
}

impl Lease {
    fn hold(holder: Holder, seat: Seat, terms: Terms, opener: Opener) -> Self {
        let pulse = Arc::new(Pulse::new());
        let beating = tokio::spawn(pulse::beat(holder.clone(), terms, Arc::clone(&pulse), Arc::clone(&opener)));
        let beating = beating.abort_handle();
        Self { holder, seat, terms, pulse, beating, opener, is_released: false }
    }

    /// The number that everything carries that is written under it.
    pub(crate) fn epoch(&self) -> i64 {
        self.holder.epoch
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
        if matches!(&self.seat, Seat::Told(told) if *told == session) {
            return Ok(());
        }
        let text = self.holder.moved(session.as_deref())?;
        self.is_seated(session);
        match table::execute(connection, text).await.map_err(table::unwritten)? {
            1 => Ok(()),
            _ => Err(lost()),
        }
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
        runtime.spawn(give_back(Arc::clone(&self.opener), self.holder.clone(), self.seat.clone()));
    }
}

/// Gives back what was taken, once what the session is at has ended that it was taken for.
async fn give_back(opener: Opener, holder: Holder, seat: Seat) {
    let (Ok(text), Ok(mut connection)) = (holder.release(), opener().await) else { return };
    let left = seat.end(&holder, &mut *connection).await.ok();
    // What is still at work keeps the others waiting, and they see when it has ended.
    if left != Some(Presence::Busy) {
        let _ = table::execute(&mut *connection, text).await;
    }
    let _ = connection.close().await;
}

pub(crate) fn lost() -> Error {
    Error::new(ErrorKind::LeaseLost, "another instance has taken over")
        .help("this one did not move for longer than the lease, or was cut off: look at `status`, and run again")
}
