//! A verb at work: read the history, plan, act, record, report.
//!
//! From the verb down to the connection:
//!
//! * this file: each verb, to its report; [`repair`] beside it
//! * [`start`]: its set, its connection, and its history as it is read; [`glance`]: whether that is worth it
//! * [`turns`]: instances take turns
//! * [`step`], [`whole`]: one migration after the other, or all of them in one transaction
//! * [`batch`]: several in one message, or one; [`bunch`]: several statements of one
//! * [`frame`]: what shares a fate with what, and what has become of it
//! * [`work`]: what a migration does, between its [`hooks`]; [`script`]: its SQL
//! * [`journal`]: how far a migration is that is not one transaction, and going on where it stopped
//! * [`patience`]: waiting for others, and trying again
//! * [`history`]: one way to it, wherever it is kept; [`record`]: the row that a step leaves
//! * [`scope`]: what everything above has in common
//! * [`session`]: the connection, and the second one
//! * [`failure`]: what an error says

use sqlx::Pool;
use tracing::warn;

use crate::applied::AppliedMigration;
use crate::context::Context;
use crate::driver::Driver;
use crate::error::{Error, ErrorKind};
use crate::event::{Direction, Event};
use crate::options::{Options, TransactionMode};
use crate::plan::{Plan, validate};
use crate::report::Report;
use crate::status::Status;
use crate::tracker::TrackerGuard;

mod batch;
mod bunch;
mod failure;
mod frame;
mod glance;
mod history;
mod hooks;
mod journal;
mod patience;
mod record;
mod repair;
mod scope;
mod script;
mod session;
mod start;
mod step;
mod turns;
mod whole;
mod work;

use scope::Scope;
use session::Session;
pub(crate) use start::assemble;

/// One verb, from its connection to its report.
pub(crate) struct Run<'a> {
    scope: Scope<'a>,
    session: Session<'a>,
    /// Keeps others out of a history that is kept elsewhere, once there is something to do.
    guard: Option<TrackerGuard>,
}

/// Lends a connection to a function that looks at the database.
pub(crate) async fn inspect<DB, T, F>(pool: &Pool<DB>, options: &Options, look: F) -> Result<T, Error>
where
    DB: Driver,
    F: AsyncFnOnce(&mut Context<'_>) -> crate::error::Result<T>,
{
    let mut session = Session::open(pool, options).await?;
    let looked = session.lend(look).await;
    session.close().await;
    looked
}

impl Run<'_> {
    pub(crate) async fn status(self) -> Result<Status, Error> {
        let status = self.scope.comparison().status();
        self.session.close().await;
        Ok(status)
    }

    pub(crate) async fn history(mut self) -> Vec<AppliedMigration> {
        let mut rows = std::mem::take(&mut self.scope.rows);
        rows.sort_by_key(|row| row.seq);
        self.session.close().await;
        rows
    }

    pub(crate) async fn validate(self) -> Result<Status, Error> {
        let comparison = self.scope.comparison();
        let validated = validate(&comparison, self.scope.options).map(|()| comparison.status());
        drop(comparison);
        self.session.close().await;
        validated
    }

    pub(crate) async fn plan_up(self) -> Result<Plan, Error> {
        let plan = self.scope.plan(Direction::Up);
        self.session.close().await;
        plan
    }

    pub(crate) async fn plan_down(mut self) -> Result<Plan, Error> {
        let plan = self.plan(Direction::Down).await;
        self.session.close().await;
        plan
    }

    pub(crate) async fn up(mut self) -> Result<Report, Error> {
        let done = self.migrate(Direction::Up).await;
        self.session.close().await;
        done
    }

    pub(crate) async fn down(mut self) -> Result<Report, Error> {
        let done = self.migrate(Direction::Down).await;
        self.session.close().await;
        done
    }

    pub(crate) async fn baseline(mut self) -> Result<Report, Error> {
        let begun = self.begin_baseline().await;
        if let Err(error) = begun {
            let done = self.end_turn(Err(error)).await;
            self.session.close().await;
            return done;
        }
        self.up().await
    }

    async fn begin_baseline(&mut self) -> Result<(), Error> {
        self.scope.refuse_history()?;
        let plan = self.scope.plan(Direction::Up)?;
        self.take_turn(Some(&plan)).await?;
        self.scope.refuse_history()
    }

    /// What is to be done, by what was read. Only a revert has to know what else is applied, and by other sets.
    async fn plan(&mut self, direction: Direction) -> Result<Plan, Error> {
        let Self { scope, session, .. } = self;
        if direction == Direction::Down {
            scope.outside = scope.history.load_outside(session.connection(), &scope.set.namespaces()).await?;
        }
        scope.plan(direction)
    }

    /// Plans, acts, and reports, in this run's turn if there is anything to do.
    async fn migrate(&mut self, direction: Direction) -> Result<Report, Error> {
        let done = self.reported(direction).await;
        let done = self.end_turn(done).await;
        done.map_err(|error| failure::remedied(error, Some(&self.scope.history)))
    }

    /// What is to be done by now may want a lease.
    async fn plan_again(&mut self, plan: &mut Plan, direction: Direction) -> Result<(), Error> {
        self.scope.quiet = None;
        while self.take_turn(Some(plan)).await? {
            *plan = self.plan(direction).await?;
        }
        Ok(())
    }

    /// On failure the error carries the report of what was done.
    async fn reported(&mut self, direction: Direction) -> Result<Report, Error> {
        let mut plan = self.plan(direction).await;
        // What is half-way may be another process at work.
        let is_settled = match &plan {
            Ok(plan) => plan.is_empty(),
            Err(error) => error.kind() != ErrorKind::Interrupted,
        };
        if !is_settled {
            if let Ok(plan) = &plan {
                self.scope.check_hooks(plan)?;
            }
            self.session.look_around().await?;
            while self.take_turn(plan.as_ref().ok()).await? {
                self.scope.take_out_unbegun(&mut self.session).await?;
                plan = self.plan(direction).await;
            }
        }
        let mut plan = plan?;
        for warning in &plan.warnings {
            warn!("{warning}");
            self.scope.emit(&Event::Warning { message: warning.clone() });
        }
        let mut report = Report { warnings: plan.warnings.clone(), ..Report::default() };
        let done = loop {
            match self.scope.act(&mut self.session, &plan, &mut report).await {
                Err(error) if error.is_superseded() && self.scope.plans_anew() => {
                    if let Err(error) = self.plan_again(&mut plan, direction).await {
                        break Err(error);
                    }
                }
                done => break done,
            }
        };
        let scope = &self.scope;
        let count = || scope.comparison().known.iter().filter(|known| known.state.is_applied()).count();
        report.already_applied = scope.agreed.unwrap_or_else(count);
        report.elapsed = scope.began.elapsed();
        match done {
            Ok(()) => Ok(report),
            Err(error) => Err(failure::with_report(error, report, &plan)),
        }
    }
}

impl Scope<'_> {
    fn refuse_history(&self) -> Result<(), Error> {
        let Some(row) = self.rows.first() else { return Ok(()) };
        let message = format!("this history is not empty: `{}` is {}", row.id, row.status.name());
        Err(Error::usage(message).help(
            "a baseline is for a database without a history; to record single migrations, `fake(true)` and `run`",
        ))
    }

    /// Nothing to do takes no turn and writes nothing.
    async fn act(&mut self, session: &mut Session<'_>, plan: &Plan, report: &mut Report) -> Result<(), Error> {
        if plan.is_empty() {
            return Ok(());
        }
        if !session.is_lent() && !self.settings.are_read(self.dialect) {
            self.settle(session).await?;
            self.settings.read(session.connection()).await?;
        }
        match self.options.transaction {
            TransactionMode::PerMigration => self.one_by_one(session, plan, report).await,
            TransactionMode::Whole => {
                self.seat(session).await?;
                self.whole(session, plan, report).await
            }
        }
    }
}
