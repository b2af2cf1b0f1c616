//! Instances take turns: the lease around what a run changes, or the lock of a history that is kept elsewhere.
//!
//! * [`at_once`]: the lease, where nobody is in the way
//! * [`elsewhere`]: that lock
//! * [`quiet`]: SQLite without a lease

use std::pin::pin;

use futures_util::future::{Either, select};
use uno_migrate_core::Dialect;

use super::patience::waiting::Waiting;
use super::scope::Scope;
use super::session::Session;
use super::{Run, record};
use crate::dialect::{NOBODY, sql};
use crate::driver::send;
use crate::error::{Error, ErrorKind};
use crate::event::Direction;
use crate::lease::{self, Lease, Seen, liveness};
use crate::plan::{Act, Plan, Step};
use crate::tracker::History;

mod at_once;
mod elsewhere;
mod quiet;

impl Run<'_> {
    /// Waits for this run's turn, and reads again what may have changed before; false where there is nothing to wait for.
    /// Without a plan, whatever is to be done takes its turn.
    pub(super) async fn take_turn(&mut self, plan: Option<&Plan>) -> Result<bool, Error> {
        let Self { scope, session, guard } = self;
        // The same whichever way it is taken: the answer to the first try may be lost.
        let owner = record::instance();
        if scope.found(session, plan, &owner).await? {
            return Ok(false);
        }
        scope.settle(session).await?;
        let is_clear = matches!(&scope.history, History::Table(table) if table.is_clear());
        let is_made = scope.history.create(session.connection()).await?;
        match &scope.history {
            History::Elsewhere(_) if guard.is_none() => *guard = scope.turn().await?,
            History::Table(_) if scope.lease.is_none() && is_needed(scope, session, plan) => {
                if scope.take_free_lease(session, &owner).await? {
                    return Ok(true);
                }
                scope.take_lease(session, &owner).await?;
            }
            // Nobody was there before, so that nothing has to be read again.
            History::Table(_) if scope.may_be_quiet(session) && is_clear && is_made => {
                scope.quiet = Some(NOBODY);
                return Ok(false);
            }
            History::Table(table) if scope.may_be_quiet(session) => {
                scope.quiet = scope.left_at.take();
                if scope.quiet.is_some() {
                    // Nobody held the lease before it was read, which is all that would be asked.
                    return Ok(false);
                }
                scope.quiet = lease::quiet(session.connection(), table.table()).await?;
                if scope.quiet.is_none() {
                    scope.take_lease(session, &owner).await?;
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
            Err(error) if is_cut_off(&error) && is_taken(&lease, session).await => Err(error.overtaken()),
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
        let is_one_each = |step: &Step| !step.resumes() && is_one_transaction(&step.act, plan.direction);
        plan.direction == Direction::Up && plan.steps.iter().all(is_one_each)
    });
    session.opener().is_some() && !(scope.dialect == Dialect::Sqlite && is_one_each)
}

/// Whether another instance has the lease, or had it. A message whose end nobody has heard may have given it back.
async fn is_taken(lease: &Lease, session: &mut Session<'_>) -> bool {
    match lease.is_taken(session.connection()).await {
        Ok(is_taken) => is_taken,
        Err(_) => session.reconnect().await && lease.is_taken(session.connection()).await.unwrap_or(false),
    }
}

impl Scope<'_> {
    /// From now on it is written under this lease.
    fn hold(&mut self, lease: Lease) {
        self.history.hold(lease.epoch());
        self.lease = Some(lease);
    }

    async fn take_lease(&mut self, session: &mut Session<'_>, owner: &str) -> Result<(), Error> {
        let Some(taker) = self.taker(session, owner) else { return Ok(()) };
        let mut waiting = Waiting::new();
        let waiting = |seen: Option<&Seen>| {
            self.check_cancelled()?;
            if let Some(Seen { owner: Some(holder), since, detail, .. }) = seen {
                waiting.tell(self, holder, since.as_deref(), detail.as_deref());
            }
            Ok(())
        };
        let lease = Lease::acquire(session.connection(), taker, waiting).await?;
        self.hold(lease);
        Ok(())
    }

    /// The history as it is now.
    pub(super) async fn read_again(&mut self, session: &mut Session<'_>) -> Result<(), Error> {
        self.rows = self.history.load(session.connection(), &self.set.namespaces()).await?;
        (self.agreed, self.left_at) = (None, None);
        Ok(())
    }

    /// Waits for the run's own connection, as long as the run is not asked to stop.
    pub(super) async fn settle(&self, session: &mut Session<'_>) -> Result<(), Error> {
        if !session.is_early() {
            return Ok(());
        }
        let settled = match select(pin!(session.settle()), self.cancelled()).await {
            Either::Left((settled, _)) => Some(settled),
            Either::Right(((), _)) => None,
        };
        settled.unwrap_or_else(|| self.check_cancelled())
    }

    /// Goes on with the run's own connection, and says which session that is: where it is another one by now, before those who
    /// wait see that the former has ended.
    pub(super) async fn seat(&mut self, session: &mut Session<'_>) -> Result<(), Error> {
        let (is_new, has_moved) = (session.is_early(), session.has_moved());
        self.settle(session).await?;
        session.is_told();
        let Some(lease) = &mut self.lease else { return Ok(()) };
        let catch_up = sql(self.dialect).catch_up();
        if is_new && !catch_up.is_empty() && self.settings.known_server().is_none_or(|server| server.is_cluster) {
            // It may lead to another node than the one on which the history was made.
            let _ = send(session.connection(), catch_up).await;
        }
        if has_moved {
            let now = liveness::session(session.connection()).await?;
            lease.moved(session.connection(), now).await?;
        }
        lease.seat(session.connection()).await
    }

    /// What says so in front of other things, where it was not said yet.
    pub(super) fn seating(&self, session: &Session<'_>) -> Result<Option<Vec<String>>, Error> {
        match &self.lease {
            Some(lease) if !session.has_moved() => lease.seating(),
            Some(_) | None => Ok(None),
        }
    }
}
