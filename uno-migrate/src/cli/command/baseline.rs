//! Adopts a database that was built by other means.

use clap::Args;

use super::shown::{Done, WouldDo};
use super::work::at_work;
use crate::cli::args::Limits;
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// Up to and including this one, in plan order, everything is there already
    #[arg(value_name = "ID")]
    id: String,
    /// Show what would be recorded, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    limits: Limits,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let migrator = typed.limits.apply(call.migrator()?);
    if typed.dry_run {
        let migrator = migrator.target(&typed.id).fake(true);
        let database = call.database_to_look_at()?;
        let plan = database.told(on!(database, pool => migrator.plan(pool).await))?;
        call.output.warnings(&plan.warnings);
        call.output.answer("baseline", &WouldDo::new(&plan), Exit::Done);
        return Ok(Exit::Done);
    }
    let database = call.database()?.existing()?;
    let id = typed.id;
    let done = on!(database, pool => at_work(call, &database, migrator, async |migrator| migrator.baseline(pool, id).await).await);
    let report = database.told(done)?;
    call.output.warnings(&report.warnings);
    call.output.answer("baseline", &Done::new(&report), Exit::Done);
    Ok(Exit::Done)
}
