//! Instances take turns: the lease around what a run changes, or the lock of a history that is kept elsewhere.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use uno_migrate_core::Dialect;

use super::scope::{Scope, check_cancelled};
use super::session::Session;
use super::{Run, hooks, record};
use crate::dialect::Presence;
use crate::driver::{Connection, Opener};
use crate::error::{Error, ErrorKind};
use crate::event::{Direction, Event};
use crate::lease::{self, Lease, Seen, Terms};
use crate::liveness;
use crate::options::{Options, SharedHook};
use crate::plan::{Act, Plan, Step};
use crate::tracker::History;

/// How long it is waited before whoever watches is told, and again each time.
const TELL_AFTER: Duration = Duration::from_secs(1);
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Between two tries where nobody says when to try again.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits, and says so from time to time.
pub(super) struct Waiting {
    began: Instant,
    tell_at: Duration,
}

impl Waiting {
    pub(super) fn new() -> Self {
        Self { began: Instant::now(), tell_at: TELL_AFTER }
    }

    pub(super) fn waited(&self) -> Duration {
        self.began.elapsed()
    }

    /// Waits a little for somebody of whom nothing else is known.
    pub(super) async fn again(&mut self, scope: &Scope<'_>, holder: &str) -> Result<(), Error> {
        self.tell(scope, holder, None, None);
        pause(scope.options).await
    }

    /// Tells who is waited for, if it is time for that.
    pub(super) fn tell(&mut self, scope: &Scope<'_>, holder: &str, since: Option<&str>, detail: Option<&str>) {
        let waited = self.waited();
        if waited >= self.tell_at {
            self.tell_at = waited + TELL_EVERY;
            let (since, detail) = (since.map(str::to_owned), detail.map(str::to_owned));
            scope.emit(&Event::Waiting { holder: holder.to_owned(), since, detail, waited });
        }
    }
}

/// Lets somebody else go on, unless this run is not to wait any longer.
pub(super) async fn pause(options: &Options) -> Result<(), Error> {
    check_cancelled(options)?;
    sleep(PAUSE).await;
    Ok(())
}

impl Run<'_> {
    /// Waits for this run's turn, and reads again what may have changed before; false where there is nothing to wait for.
    /// Without a plan, whatever is to be done takes its turn.
    pub(super) async fn take_turn(&mut self, plan: Option<&Plan>) -> Result<bool, Error> {
        let Self { scope, session, guard } = self;
        scope.history.create(session.connection()).await?;
        match &scope.history {
            History::Elsewhere(_) if guard.is_none() => *guard = scope.turn().await?,
            History::Table(_) if scope.lease.is_none() && is_needed(scope, session, plan) => {
                scope.take_lease(session).await?;
            }
            History::Table(table) if scope.may_be_quiet(session) => {
                scope.quiet = lease::quiet(session.connection(), table.table()).await?;
                if scope.quiet.is_none() {
                    scope.take_lease(session).await?;
                }
            }
            History::Elsewhere(_) | History::Table(_) => return Ok(false),
        }
        scope.read_again(session).await?;
        Ok(true)
    }

    /// Ends the turn, however the run ended. What was told of an error is not the whole truth where somebody else has
    /// gone on in this run's place.
    pub(super) async fn end_turn<T>(&mut self, done: Result<T, Error>) -> Result<T, Error> {
        let Self { scope, session, .. } = self;
        let Some(lease) = scope.lease.take() else { return done };
        let is_cut_off = |error: &Error| !matches!(error.kind(), ErrorKind::LeaseLost | ErrorKind::Cancelled);
        let done = match done {
            Err(error) if is_cut_off(&error) && is_lost(&lease, session).await => Err(error.overtaken()),
            done => done,
        };
        lease.release(session.connection()).await;
        done
    }
}

/// Whether there is a lease to take, and it has to be taken. A connection of the caller's comes without; on SQLite its
/// own lock on the file is enough to apply what is one transaction, as long as nobody else holds the lease.
fn is_needed(scope: &Scope<'_>, session: &Session<'_>, plan: Option<&Plan>) -> bool {
    let is_one_transaction = |act: &Act, direction: Direction| match act {
        Act::Run(migration) => migration.transactional(direction, scope.dialect),
        Act::Stored { down, .. } => !down.section.no_transaction,
        Act::Record { .. } => true,
    };
    let is_one_each = plan.is_some_and(|plan| {
        let is_one_each = |step: &Step| !step.resumes && is_one_transaction(&step.act, plan.direction);
        plan.direction == Direction::Up && plan.steps.iter().all(is_one_each)
    });
    session.opener().is_some() && !(scope.dialect == Dialect::Sqlite && is_one_each)
}

/// Connections for the lease are set up as those that migrations run on: without the role that `on_connect` takes they may
/// not be allowed to write.
fn set_up(opener: Opener, hook: Option<SharedHook>) -> Opener {
    let Some(hook) = hook else { return opener };
    Arc::new(move || {
        let (opening, hook) = (opener(), hook.clone());
        Box::pin(async move {
            let mut connection = opening.await?;
            let called = hooks::on_connect(&mut *connection, &hook).await;
            called.map(|()| connection).map_err(|error| sqlx::Error::Configuration(error.into()))
        })
    })
}

async fn is_lost(lease: &Lease, session: &mut Session<'_>) -> bool {
    let lost = |done: Result<(), Error>| done.is_err_and(|error| error.kind() == ErrorKind::LeaseLost);
    match lease.confirm(session.connection()).await {
        Err(error) if error.kind() != ErrorKind::LeaseLost => {
            session.reconnect().await && lost(lease.confirm(session.connection()).await)
        }
        confirmed => lost(confirmed),
    }
}

impl Scope<'_> {
    async fn take_lease(&mut self, session: &mut Session<'_>) -> Result<(), Error> {
        let (History::Table(table), Some(opener)) = (&self.history, session.opener()) else { return Ok(()) };
        let opener = set_up(opener, self.options.on_connect.clone());
        let terms = Terms { lease: self.options.lease, wait: self.options.lock_wait };
        let (mut waiting, owner) = (Waiting::new(), record::instance());
        let waiting = |seen: Option<&Seen>| {
            self.check_cancelled()?;
            if let Some(Seen { owner: Some(holder), since, detail, .. }) = seen {
                waiting.tell(self, holder, since.as_deref(), detail.as_deref());
            }
            Ok(())
        };
        let lease = Lease::acquire(session.connection(), table.table(), opener, terms, owner, waiting).await?;
        self.history.hold(Some(lease.epoch()));
        self.lease = Some(lease);
        Ok(())
    }

    /// The history as it is now.
    pub(super) async fn read_again(&mut self, session: &mut Session<'_>) -> Result<(), Error> {
        self.rows = self.history.load(session.connection(), &self.set.namespaces()).await?;
        Ok(())
    }

    /// Asked before anything new is started: whether it still may be.
    pub(super) async fn go_on(&self, connection: &mut dyn Connection) -> Result<(), Error> {
        self.check_cancelled()?;
        match &self.lease {
            Some(lease) => lease.check(connection).await,
            None => Ok(()),
        }
    }

    /// Shows those who wait what this run is at.
    pub(super) fn at(&self, what: impl FnOnce() -> String) {
        if let Some(lease) = &self.lease {
            lease.at(what());
        }
    }

    /// Whether a session that was at work before has ended, so that what it was told to do is done or never will be. One
    /// that runs a statement still is waited for, and one that only waits for its client is ended; false where this one
    /// cannot see it, or may not end it.
    pub(super) async fn has_ended(&self, connection: &mut dyn Connection, former: &str) -> Result<bool, Error> {
        let mut waiting = Waiting::new();
        loop {
            match liveness::presence(connection, former).await? {
                Presence::Gone => return Ok(true),
                Presence::Unknown => return Ok(false),
                Presence::Idle => return Ok(liveness::end(connection, former).await? == Presence::Gone),
                Presence::Busy if waiting.waited() >= self.options.lock_wait => {
                    return Err(Error::new(ErrorKind::LockTimeout, "an earlier instance's statement still runs")
                        .done(format!("the database session `{former}` runs it"))
                        .help("wait for it and run again, or end that session on the server"));
                }
                Presence::Busy => waiting.again(self, "an earlier instance's statement").await?,
            }
        }
    }

    /// Says in which session the run goes on, before those who wait see that the former one has ended.
    pub(super) async fn seat(&mut self, session: &mut Session<'_>) -> Result<(), Error> {
        if let Some(lease) = &mut self.lease
            && session.has_moved()
        {
            let now = liveness::session(session.connection()).await?;
            lease.moved(session.connection(), now).await?;
        }
        Ok(())
    }
}
