//! What a run knows and does not change while it acts.

use std::time::Instant;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};
use uno_migrate_core::Dialect;

use super::record;
use super::session::settings::Settings;
use crate::applied::{AppliedMigration, Dependent, HistoryStatus};
use crate::driver::{Connection, Opener};
use crate::error::{Error, ErrorKind};
use crate::event::{Direction, Event};
use crate::lease::Lease;
use crate::options::Options;
use crate::plan::{Plan, Step};
use crate::set::Set;
use crate::status::Comparison;
use crate::tracker::History;

pub(super) struct Scope<'a> {
    pub(super) options: &'a Options,
    pub(super) dialect: Dialect,
    /// How a connection is opened beside the one that migrations run on, where the run has a connection of its own.
    pub(super) opener: Option<Opener>,
    pub(super) set: Set,
    pub(super) history: History,
    /// The history as it was read.
    pub(super) rows: Vec<AppliedMigration>,
    /// It was not: it agrees with the set, of so many migrations. Those are not all put together where it does not matter
    /// what they are.
    pub(super) agreed: Option<usize>,
    /// The number at which the lease was left before they were read, until that was made use of.
    pub(super) left_at: Option<i64>,
    /// What a revert has to leave standing: the applied ones of other namespaces, as far as they were asked for.
    pub(super) outside: Vec<Dependent>,
    /// What transactions on a connection of our own have around them.
    pub(super) settings: Settings,
    pub(super) began: Instant,
    /// Held while something is changed, where instances take turns.
    pub(super) lease: Option<Lease>,
    /// Where there is no need of it: the epoch of the last one that held it before the history was read.
    pub(super) quiet: Option<i64>,
}

impl Scope<'_> {
    pub(super) fn comparison(&self) -> Comparison<'_> {
        match self.agreed {
            Some(_) => Comparison::agreeing(&self.set, self.dialect),
            None => Comparison::new(&self.set, &self.rows, self.dialect),
        }
    }

    pub(super) fn plan(&self, direction: Direction) -> Result<Plan, Error> {
        match direction {
            Direction::Up => Plan::up(&self.comparison(), self.options, self.dialect),
            Direction::Down => Plan::down(&self.comparison(), &self.outside, self.options, self.dialect),
        }
    }

    pub(super) fn emit(&self, event: &Event) {
        self.options.on_event.iter().for_each(|listener| listener(event));
    }

    /// The row of a step's migration, where it has one.
    pub(super) fn row(&self, step: &Step) -> Option<&AppliedMigration> {
        self.rows.iter().find(|row| row.namespace == step.namespace() && row.id == step.id())
    }

    /// How that row stands.
    pub(super) fn standing(&self, step: &Step) -> Option<HistoryStatus> {
        self.row(step).map(|row| row.status)
    }

    /// A step's row as it is when the step begins.
    pub(super) fn begun(&self, step: &Step) -> AppliedMigration {
        AppliedMigration { epoch: self.history.epoch(), ..record::begun(step, self.dialect, self.row(step)) }
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

    /// Ready once the run is asked to stop.
    pub(super) fn cancelled(&self) -> BoxFuture<'static, ()> {
        match self.options.cancel_on.clone() {
            Some(cancelled) => cancelled.boxed(),
            None => pending().boxed(),
        }
    }

    pub(super) fn check_cancelled(&self) -> Result<(), Error> {
        check_cancelled(self.options)
    }
}

pub(super) fn check_cancelled(options: &Options) -> Result<(), Error> {
    match options.cancel_on.clone().and_then(FutureExt::now_or_never) {
        Some(()) => {
            Err(Error::new(ErrorKind::Cancelled, "the run was asked to stop").help("run again to go on from here"))
        }
        None => Ok(()),
    }
}
