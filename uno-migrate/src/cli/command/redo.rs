//! Reverts the last migrations and applies them again, as while writing one.

use clap::Args;

use super::consent::Consent;
use super::shown::{Done, WouldDo, count};
use super::work::at_work;
use crate::cli::args::Limits;
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit};
use crate::{Policy, Report};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// The last so many
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    steps: u32,
    /// Show what would be reverted and applied again, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    limits: Limits,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    // A file that is being written differs from what was applied: that is what this is for.
    let migrator = typed.limits.apply(call.migrator()?.on_modified(Policy::Allow));
    let database = call.database()?.existing()?;
    let revert = migrator.clone().steps(typed.steps as usize);
    let plan = database.told(on!(database, pool => revert.plan_revert(pool).await))?;
    if typed.dry_run {
        call.output.warnings(&plan.warnings);
        call.output.answer("redo", &WouldDo::new(&plan), Exit::Done);
        return Ok(Exit::Done);
    }
    if plan.steps.len() > 1 && !database.is_local() {
        let what = "reverting several migrations of a database on another host";
        let question = format!("revert {} of {}?", count(plan.steps.len(), "migration"), database.place());
        typed.consent.of(call, what, &question)?;
    }
    let done =
        on!(database, pool => at_work(call, &database, revert, async |migrator| migrator.revert(pool).await).await);
    let mut whole = database.told(done)?;
    let reverted = whole.migrations.clone();
    // One after the other, so that nothing else that is pending comes along.
    for outcome in reverted.iter().rev() {
        let again = migrator.clone().only(format!("{}:{}", outcome.namespace, outcome.id));
        let done =
            on!(database, pool => at_work(call, &database, again, async |migrator| migrator.run(pool).await).await);
        let done = database.told(done);
        let report =
            done.inspect_err(|_| call.output.note(&format!("`{}` is reverted and not applied again", outcome.id)))?;
        merge(&mut whole, report);
    }
    call.output.warnings(&whole.warnings);
    call.output.answer("redo", &Done::new(&whole), Exit::Done);
    Ok(Exit::Done)
}

fn merge(whole: &mut Report, report: Report) {
    whole.migrations.extend(report.migrations);
    for warning in report.warnings {
        if !whole.warnings.contains(&warning) {
            whole.warnings.push(warning);
        }
    }
    whole.already_applied = report.already_applied;
    whole.elapsed += report.elapsed;
}
