//! Everything in one transaction: the plan has refused what cannot be part of one.

use std::time::{Duration, Instant};

use tracing::Instrument;

use super::failure;
use super::frame::conclusion::Conclusion;
use super::patience::Patience;
use super::scope::Scope;
use super::session::transaction::{Bracket, Ended, left_open};
use super::session::{Session, settings};
use super::step::span;
use super::work::Work;
use crate::driver::Connection;
use crate::error::Error;
use crate::plan::{Act, Plan, Step};
use crate::report::Report;

impl Scope<'_> {
    pub(super) async fn whole(&self, session: &mut Session<'_>, plan: &Plan, report: &mut Report) -> Result<(), Error> {
        let (lent, inside) = (session.is_lent(), session.is_inside());
        let mut times = Vec::with_capacity(plan.steps.len());
        let mut patience = Patience::new(!inside && self.is_only_sql(plan)?);
        let conclusion = loop {
            times.clear();
            let mut failed = None;
            let mut bracket = Bracket::open(session.connection(), inside, &self.settings).await?;
            let done = self.parts(bracket.connection(), lent, plan, &mut times, &mut failed).await;
            if done.is_err() && !lent {
                settings::undo(bracket.connection()).await;
            }
            let conclusion = match bracket.close(done).await {
                Ended::Committed if inside => Conclusion::Done,
                Ended::Committed => left_open(session.connection()).await.map_or(Conclusion::Done, Conclusion::Undone),
                Ended::Undone(error) => Conclusion::Undone(error),
                Ended::Unknown(error) => match plan.steps.last() {
                    Some(last) => self.looked_up(session, last, error).await,
                    None => Conclusion::Unknown(error),
                },
            };
            let Conclusion::Undone(error) = conclusion else { break conclusion };
            if let Err(error) = patience.again(self, session.connection(), error).await {
                failed.inspect(|step| self.failed(step, &error));
                break Conclusion::Undone(error);
            }
            if !settings::are_reset_in_transaction(self.dialect) {
                session.leave_trace(true);
            }
            session.reset().await?;
        };
        match conclusion {
            Conclusion::Done | Conclusion::Recorded => {}
            Conclusion::Unknown(error) => {
                return Err(error.done("it is not known whether everything was committed: look at `status`"));
            }
            Conclusion::Untouched(error) | Conclusion::Undone(error) | Conclusion::HalfWay(error) => {
                return Err(error.done("everything was rolled back").explained(self.dialect));
            }
        }
        report.migrations.extend(plan.steps.iter().zip(times).map(|(step, time)| self.ended(step, time)));
        Ok(())
    }

    fn is_only_sql(&self, plan: &Plan) -> Result<bool, Error> {
        for step in &plan.steps {
            let is_recorded = matches!(step.act, Act::Record { .. });
            if !is_recorded && !Work::of(step, self.dialect)?.is_only_sql(self) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn parts<'p>(
        &self,
        connection: &mut dyn Connection,
        lent: bool,
        plan: &'p Plan,
        times: &mut Vec<Duration>,
        failed: &mut Option<&'p Step>,
    ) -> Result<(), Error> {
        for (index, step) in plan.steps.iter().enumerate() {
            if index == 0 {
                self.is_quiet_still(connection, step).await?;
            }
            self.go_on(connection).await?;
            self.started(step, index + 1, plan.steps.len());
            let began = Instant::now();
            let done = match &step.act {
                Act::Record { .. } => self.write_ended(connection, step, began).await,
                Act::Run(_) | Act::Stored { .. } => {
                    self.part(connection, lent, step, began).instrument(span(step)).await
                }
            };
            if let Err(error) = done {
                *failed = Some(step);
                return Err(failure::in_step(step, error));
            }
            times.push(began.elapsed());
        }
        Ok(())
    }

    async fn part(
        &self,
        connection: &mut dyn Connection,
        lent: bool,
        step: &Step,
        began: Instant,
    ) -> Result<(), Error> {
        let work = Work::of(step, self.dialect)?;
        self.inside(connection, lent, &work, None).await?;
        self.write_ended(connection, step, began).await
    }
}
