//! Applies what is pending.

use clap::Args;

use super::shown::{Done, WouldDo};
use super::work::at_work;
use crate::TransactionMode;
use crate::cli::args::{Chosen, Limits};
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    #[command(flatten)]
    chosen: Chosen,
    /// Record them as applied and run nothing
    #[arg(long)]
    fake: bool,
    /// Show what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Everything in one transaction: all or nothing
    #[arg(long)]
    whole: bool,
    /// Let files lack a way down without saying `Irreversible`
    #[arg(long)]
    allow_missing_down: bool,
    #[command(flatten)]
    limits: Limits,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let migrator = typed.limits.apply(typed.chosen.apply(call.migrator()?)).fake(typed.fake);
    let migrator = if typed.whole { migrator.transaction(TransactionMode::Whole) } else { migrator };
    let migrator = if typed.allow_missing_down { migrator.allow_missing_down(true) } else { migrator };
    if typed.dry_run {
        let database = call.database_to_look_at()?;
        let plan = database.told(on!(database, pool => migrator.plan(pool).await))?;
        call.output.warnings(&plan.warnings);
        call.output.answer("migrate", &WouldDo::new(&plan), Exit::Done);
        return Ok(Exit::Done);
    }
    let database = call.database()?;
    let done =
        on!(database, pool => at_work(call, &database, migrator, async |migrator| migrator.run(pool).await).await);
    let report = database.told(done)?;
    call.output.warnings(&report.warnings);
    call.output.answer("migrate", &Done::new(&report), Exit::Done);
    Ok(Exit::Done)
}
