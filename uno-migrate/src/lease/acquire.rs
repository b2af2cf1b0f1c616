//! Waiting for the lease, and taking it from a holder that no longer moves.

use std::cell::OnceCell;
use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use super::taker::Unheard;
use super::{Holder, Lease, Seat, Taker, Terms, liveness, table};
use crate::dialect::{HistoryTable, Presence};
use crate::driver::Connection;
use crate::error::{Error, ErrorKind};

/// Between two tries to raise the fence, each of which waits as long as the server lets it.
const PAUSE: Duration = Duration::from_millis(100);

/// The lease row as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// None if it is free.
    pub(crate) owner: Option<String>,
    pub(crate) epoch: i64,
    pub(crate) beat: i64,
    pub(crate) since: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) detail: Option<String>,
}

/// What somebody who waits has seen of the holder, by its own clock.
struct Watch {
    terms: Terms,
    last: Option<Seen>,
    /// Since when every look was answered at once, and showed the same.
    silent_since: Instant,
    /// How long a look or a write was held up since the holder last moved. What held it up may hold up the holder for as
    /// long again: each node of a cluster takes its own time for the same `ALTER`.
    allowance: Duration,
    /// When something could be written since then: whoever lives could have written as well.
    knocked: Option<Instant>,
    /// Since when the holder's session is seen to have ended.
    gone_since: Option<Instant>,
}

/// What to do about a holder.
enum Verdict {
    Wait,
    Knock,
    TakeOver,
}

impl Watch {
    fn new(terms: Terms) -> Self {
        Self {
            terms,
            last: None,
            silent_since: Instant::now(),
            allowance: Duration::ZERO,
            knocked: None,
            gone_since: None,
        }
    }

    /// A look that took its time says nothing about silence: what held it up may have held up the holder.
    fn look(&mut self, seen: &Seen, asked: Instant) {
        let moved = |last: &Seen| {
            (last.epoch, last.beat, &last.owner, &last.session) != (seen.epoch, seen.beat, &seen.owner, &seen.session)
        };
        if self.last.as_ref().is_none_or(moved) {
            self.allowance = Duration::ZERO;
            self.begin_anew();
        }
        self.was_prompt(asked);
        self.last = Some(seen.clone());
    }

    /// Whether an answer came at once; if not, the watch begins anew, and is a longer one.
    fn was_prompt(&mut self, asked: Instant) -> bool {
        let took = asked.elapsed();
        if took <= self.terms.beat() {
            return true;
        }
        self.allowance = self.allowance.max(took);
        self.begin_anew();
        false
    }

    fn begin_anew(&mut self) {
        self.silent_since = Instant::now();
        self.knocked = None;
        self.gone_since = None;
    }

    fn note(&mut self, presence: Presence) {
        match presence {
            Presence::Gone => {
                self.gone_since.get_or_insert_with(Instant::now);
            }
            // While its statement runs the holder is at work, beats or none.
            Presence::Busy => self.begin_anew(),
            Presence::Idle | Presence::Unknown => self.gone_since = None,
        }
    }

    fn verdict(&self) -> Verdict {
        let Terms { lease, .. } = self.terms;
        let beat = self.terms.beat();
        match (self.gone_since, self.knocked) {
            // A holder that has moved to another session, or whose pooler has, would have beaten by now: one beat may be late.
            (Some(since), _) if since.elapsed() >= 2 * beat => Verdict::TakeOver,
            (_, None) if self.silent_since.elapsed() >= lease + self.allowance => Verdict::Knock,
            (_, Some(knocked)) if knocked.elapsed() >= 2 * beat => Verdict::TakeOver,
            _ => Verdict::Wait,
        }
    }
}

impl Lease {
    /// Waits for the lease and takes it. `waiting` is told who holds it, each time that is looked at, or that others are
    /// at its row; its error ends the waiting.
    pub(crate) async fn acquire(
        connection: &mut dyn Connection,
        taker: Taker,
        mut waiting: impl FnMut(Option<&Seen>) -> Result<(), Error> + Send,
    ) -> Result<Self, Error> {
        let terms = taker.terms;
        let began = Instant::now();
        let mut watch = Watch::new(terms);
        let (mut looks, mut session) = (0, OnceCell::new());
        loop {
            let asked = Instant::now();
            let unheard = Unheard::new(&taker);
            match attempt(connection, &taker, &mut watch, &mut session).await {
                Ok(Some(epoch)) => {
                    unheard.answered();
                    let Taker { table, opener, owner, .. } = taker;
                    let holder = Holder { table, owner, epoch };
                    let left = terms.wait.saturating_sub(began.elapsed()).max(terms.lease);
                    // Held from here on: it beats while it waits, and whoever is dropped before the fence is raised releases it.
                    let lease = Self::hold(holder, Seat::Told(session.take().flatten()), terms, opener);
                    return match raise(connection, &lease.holder, left).await {
                        Ok(()) => Ok(lease),
                        Err(error) => Err(lease.cut_off(error).await),
                    };
                }
                Ok(None) => unheard.answered(),
                // Others are at the same row: look again.
                Err(error) if error.contention().is_some() && began.elapsed() < terms.wait => {
                    unheard.answered();
                    watch.begin_anew();
                }
                // What has become of it is found out in the background.
                Err(error) => return Err(error),
            }
            let holder = watch.last.as_ref().filter(|seen| seen.owner.is_some());
            if let Some(seen) = holder
                && began.elapsed() >= terms.wait
            {
                return Err(held_by(seen, terms.wait));
            }
            waiting(holder)?;
            // What took long has waited already.
            sleep(terms.poll(looks).saturating_sub(asked.elapsed())).await;
            looks = looks.saturating_add(1);
        }
    }
}

/// One look; the epoch under which the lease was taken, if it was. The first one also tells what others find this session by.
async fn attempt(
    connection: &mut dyn Connection,
    taker: &Taker,
    watch: &mut Watch,
    own: &mut OnceCell<Option<String>>,
) -> Result<Option<i64>, Error> {
    let Taker { table, owner, .. } = taker;
    let mut asked = Instant::now();
    let seen = match own.get() {
        Some(_) => table::read(connection, table).await?,
        None => {
            let arrived = table::arrive(connection, table).await?;
            asked = arrived.asked;
            let _ = own.set(arrived.session);
            arrived.seen
        }
    };
    let own = own.get().and_then(Option::as_deref);
    if seen.owner.as_ref() == Some(owner) {
        // It was taken, and the answer was lost.
        return Ok(Some(seen.epoch));
    }
    watch.look(&seen, asked);
    let swap = match &seen.owner {
        None => table.acquire_lease(owner, own, seen.epoch),
        Some(holder) => {
            if let Some(session) = &seen.session {
                watch.note(liveness::presence(connection, session).await?);
            }
            match watch.verdict() {
                Verdict::Wait => return Ok(None),
                Verdict::Knock => {
                    let asked = Instant::now();
                    table::execute(connection, table.knock()).await.map_err(table::unwritten)?;
                    if watch.was_prompt(asked) {
                        watch.knocked = Some(Instant::now());
                    }
                    return Ok(None);
                }
                Verdict::TakeOver => {
                    // It may only sleep: what it has begun must not go on once it wakes up.
                    if let Some(session) = &seen.session
                        && liveness::end(connection, session).await? == Presence::Busy
                    {
                        watch.begin_anew();
                        return Ok(None);
                    }
                    table.take_over_lease(owner, own, seen.epoch, holder, seen.beat)
                }
            }
        }
    };
    let swap = swap.map_err(table::unwritable)?;
    // Losing the race to another one is no failure.
    let swapped = table::execute(connection, swap).await.map_err(table::unwritten)?;
    Ok((swapped == 1).then_some(seen.epoch + 1))
}

/// A transaction of an earlier holder that stands between its last write and its end holds the fence's row.
async fn raise(connection: &mut dyn Connection, holder: &Holder, wait: Duration) -> Result<(), Error> {
    let began = Instant::now();
    loop {
        let left = wait.saturating_sub(began.elapsed());
        match timeout(left, table::raise(connection, &holder.table, holder.epoch)).await {
            // The server's own limit for locks may be shorter.
            Ok(Err(error)) if error.contention().is_some() && began.elapsed() < wait => sleep(PAUSE.min(left)).await,
            Ok(raised) => return raised,
            Err(_) => return Err(does_not_end(&holder.table)),
        }
    }
}

pub(super) fn does_not_answer(table: &HistoryTable, waited: Duration) -> Error {
    let message = format!("the lease could not be had: the database has not answered for {} s", waited.as_secs());
    Error::new(ErrorKind::LockTimeout, message)
        .done(format!("nothing was changed; {} or the history may be locked", table.lease()))
        .help("end the session on the server that holds it, and run again")
}

pub(super) fn does_not_end(table: &HistoryTable) -> Error {
    Error::new(ErrorKind::LockTimeout, "the transaction of an earlier instance does not end")
        .done(format!("nothing was changed; it holds a row of {}", table.lease()))
        .help("end its session on the server, and run again")
}

fn held_by(seen: &Seen, waited: Duration) -> Error {
    let Seen { owner, since, detail, session, .. } = seen;
    let owner = owner.as_deref().unwrap_or("somebody");
    let since = since.as_deref().unwrap_or("an unknown time");
    let detail = detail.as_deref().filter(|detail| !detail.is_empty());
    let at = detail.map(|detail| format!(" and is at {detail}")).unwrap_or_default();
    let session = session.as_deref().map(|session| format!(", in the database session {session}")).unwrap_or_default();
    let message = format!("another instance is still migrating after {} s", waited.as_secs());
    Error::new(ErrorKind::LockTimeout, message)
        .done(format!("nothing was changed; {owner} holds the lease since {since}{at}{session}"))
        .help("wait for it and run again, or wait longer with `lock_wait`; an instance that died is replaced by itself")
}
