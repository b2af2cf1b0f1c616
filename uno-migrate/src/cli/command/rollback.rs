//! Reverts migrations.

use clap::Args;

use super::consent::Consent;
use super::shown::{Done, WouldDo, count};
use super::work::at_work;
use crate::cli::args::Limits;
use crate::cli::call::Call;
use crate::cli::database::{Database, on};
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::output::{SOON, painted};
use crate::{Migrator, Plan, Policy, Step};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// The last so many [default: 1]
    #[arg(long, value_name = "N", group = "chosen", value_parser = clap::value_parser!(u32).range(1..))]
    steps: Option<u32>,
    /// Everything after this one, which stays
    #[arg(long, value_name = "ID", group = "chosen")]
    target: Option<String>,
    /// This one and what depends on it
    #[arg(long, value_name = "ID", group = "chosen")]
    only: Option<String>,
    /// Everything
    #[arg(long, group = "chosen")]
    all: bool,
    /// Those with one of these tags, and what depends on them
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    tags: Vec<String>,
    /// Record them as reverted and run nothing
    #[arg(long)]
    fake: bool,
    /// Show what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    limits: Limits,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let migrator = chosen(&typed, typed.limits.apply(call.migrator()?)).fake(typed.fake);
    let database = call.database()?.existing()?;
    // What is stored is shown, and asked about, before any of it runs.
    let looking = migrator.clone().on_stored_down(Policy::Allow);
    let plan = database.told(on!(database, pool => looking.plan_revert(pool).await))?;
    if typed.dry_run {
        call.output.warnings(&plan.warnings);
        call.output.answer("rollback", &WouldDo::new(&plan), Exit::Done);
        return Ok(Exit::Done);
    }
    agree(&typed, call, &database, &plan)?;
    let stored = plan.steps.iter().any(Step::is_stored);
    let migrator = if stored { looking } else { migrator };
    let done =
        on!(database, pool => at_work(call, &database, migrator, async |migrator| migrator.revert(pool).await).await);
    let report = database.told(done)?;
    call.output.warnings(&report.warnings);
    call.output.answer("rollback", &Done::new(&report), Exit::Done);
    Ok(Exit::Done)
}

fn chosen(typed: &Typed, mut migrator: Migrator) -> Migrator {
    if let Some(steps) = typed.steps {
        migrator = migrator.steps(steps as usize);
    }
    if let Some(id) = &typed.target {
        migrator = migrator.target(id);
    }
    if let Some(id) = &typed.only {
        migrator = migrator.only(id);
    }
    if typed.all {
        migrator = migrator.all();
    }
    migrator.tags(&typed.tags)
}

/// Asks where what would be done is dangerous; the stored SQL first, since it is as trusted as whoever wrote it there.
fn agree(typed: &Typed, call: &Call, database: &Database, plan: &Plan) -> Result<(), Failure> {
    let stored: Vec<&Step> = plan.steps.iter().filter(|step| step.is_stored()).collect();
    if !stored.is_empty() {
        call.output.note(&Stored(&stored).shown());
        let question = format!("run this SQL, which was stored in {}?", database.place());
        typed.consent.of(call, "a revert by the SQL that is stored in the database", &question)?;
    }
    let steps = plan.steps.len();
    let what = match typed.all {
        _ if steps == 0 || typed.fake => return Ok(()),
        true => "`rollback --all`",
        false if steps > 1 && !database.is_local() => "reverting several migrations of a database on another host",
        false => return Ok(()),
    };
    if call.output.can_ask() && !typed.consent.is_given() {
        call.output.note(&listed(plan));
    }
    typed.consent.of(call, what, &format!("revert {} of {}?", count(steps, "migration"), database.place()))
}

fn listed(plan: &Plan) -> String {
    let ids = plan.ids().map(|id| format!("  {id}"));
    format!("these would be reverted, in this order:\n{}", ids.collect::<Vec<_>>().join("\n"))
}

/// The SQL that is stored in the database.
struct Stored<'a>(&'a [&'a Step]);

impl Stored<'_> {
    fn shown(&self) -> String {
        let sections = self.0.iter().map(|step| {
            let statements = step.statements();
            let statements: Vec<_> = statements.iter().map(|statement| format!("  {statement};")).collect();
            format!("{} {}:\n{}", painted(SOON, "stored way down of"), step.id(), statements.join("\n"))
        });
        sections.collect::<Vec<_>>().join("\n")
    }
}
