//! Answers what a migration that stopped half-way asks, or accepts a changed file.

use clap::Args;
use serde::Serialize;

use super::consent::Consent;
use super::shown::{Done, Explained};
use super::status::rows;
use super::work::at_work;
use crate::cli::call::Call;
use crate::cli::database::{Database, on};
use crate::cli::failure::{Ended, Exit, Failure};
use crate::cli::output::{Answer, DIM, Page, painted, table};
use crate::{Migrator, Repair, Standing, State, Status};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// The migration; without an answer, what it asks
    #[arg(value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    reply: Reply,
    /// Say what would be recorded, and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    consent: Consent,
}

/// One of the four answers.
#[derive(Debug, Args)]
#[group(id = "reply", multiple = false)]
#[command(next_help_heading = "Answers")]
struct Reply {
    /// The file was changed on purpose: what it says now is what was applied
    #[arg(long, requires = "id")]
    accept_checksum: bool,
    /// It is done up to and including statement N; 0: nothing is. Rust code has no N: all of it is done
    #[arg(long, value_name = "N", num_args = 0..=1, requires = "id")]
    applied: Option<Option<usize>>,
    /// The statement of which it is not known is not done; of Rust code, nothing is: go on from there
    #[arg(long, requires = "id")]
    retry: bool,
    /// It was taken back by hand, or never belonged here: remove it from the history
    #[arg(long, requires = "id")]
    forget: bool,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let migrator = call.migrator()?;
    let database = call.database()?.existing()?;
    let status = database.told(on!(database, pool => migrator.status(pool).await))?;
    let Some(repair) = repair(&typed, call, &migrator, &database, &status)? else {
        return questions(typed.id.as_deref(), call, &migrator, &database, &status).await;
    };
    let meaning = meaning(&repair);
    if typed.dry_run {
        call.output.answer("repair", &WouldRepair { dry_run: true, repair: &repair, meaning: &meaning }, Exit::Done);
        return Ok(Exit::Done);
    }
    call.output.note(&meaning);
    typed.consent.of(call, "`repair`", &format!("record that in {}?", database.place()))?;
    let done = on!(database, pool => at_work(call, &database, migrator, async |migrator| migrator.repair(pool, repair).await).await);
    let report = database.told(done)?;
    call.output.answer("repair", &Done::new(&report), Exit::Done);
    Ok(Exit::Done)
}

/// The library's word for what was typed; none where nothing was answered.
fn repair(
    typed: &Typed,
    call: &Call,
    migrator: &Migrator,
    database: &Database,
    status: &Status,
) -> Result<Option<Repair>, Failure> {
    let Some(id) = typed.id.clone() else { return Ok(None) };
    let Reply { accept_checksum, applied, retry, forget } = typed.reply;
    Ok(match applied {
        _ if accept_checksum => Some(Repair::AcceptChecksum(id)),
        _ if retry => Some(Repair::Retry { id }),
        _ if forget => Some(Repair::Forget { id }),
        Some(Some(statement)) => Some(Repair::Applied { id, statement }),
        Some(None) => {
            let standing = status.find(&id)?;
            let dialect = database.dialect();
            let migrations = migrator.migrations(dialect)?;
            let is_sql = migrations.iter().any(|migration| {
                let is_meant =
                    migration.namespace() == Some(&standing.namespace) && migration.info().id.as_str() == standing.id;
                is_meant && !migration.is_code()
            });
            if is_sql {
                let command = call.program.command(&format!("repair {id} --applied N"));
                return Err(Failure::usage(format!("how many statements of `{id}` are done?"))
                    .help(format!("say up to which one: `{command}`; `repair {id}` tells what is known")));
            }
            Some(Repair::applied(id))
        }
        None => None,
    })
}

/// What is recorded, said before it is.
fn meaning(repair: &Repair) -> String {
    match repair {
        Repair::AcceptChecksum(id) => format!(
            "`{id}` is applied, and its file has changed since: what the file says now is recorded as what was applied, and \
             nothing of it runs"
        ),
        Repair::Applied { id, statement: 0 } => {
            format!("`{id}` is recorded as you say: of SQL, nothing is done; Rust code is done; nothing of it runs now")
        }
        Repair::Applied { id, statement } => format!(
            "the statements of `{id}` up to and including number {statement} are recorded as done: the next run goes on \
             behind them, or is at its end if there are no more; nothing of it runs now"
        ),
        Repair::Retry { id } => format!(
            "the statement of `{id}` of which it was not known is recorded as not done: the next run goes on with it; if it \
             was done after all, it will be done twice"
        ),
        Repair::Forget { id } => format!(
            "`{id}` is removed from the history as if it had never been there: if it is still here, the next `migrate` \
             applies it; nothing in the database is undone"
        ),
    }
}

/// What there is to answer.
async fn questions(id: Option<&str>, call: &Call, migrator: &Migrator, database: &Database, status: &Status) -> Ended {
    let asks = |standing: &&Standing| matches!(standing.state, State::Running | State::Failed | State::Modified);
    let asking: Vec<Standing> = match id {
        Some(id) => vec![status.find(id)?.clone()],
        None => status.migrations.iter().filter(asks).cloned().collect(),
    };
    let said = on!(database, pool => migrator.validate(pool).await).err();
    let said = said.filter(|_| asking.iter().any(|standing| asks(&standing)));
    let is_half_way = |standing: &Standing| matches!(standing.state, State::Running | State::Failed);
    let answers = [
        ("--accept-checksum", "the file was changed on purpose"),
        ("--applied N", "it is done up to and including statement N; 0: nothing is"),
        ("--retry", "what is not known of is not done: go on with it"),
        ("--forget", "it was taken back by hand: as if it had never been there"),
    ];
    let fits = |standing: &Standing, answer: &str| match answer {
        "--accept-checksum" => standing.state == State::Modified,
        "--forget" => true,
        _ => is_half_way(standing),
    };
    let answers = asking.iter().flat_map(|standing| {
        let fitting = answers.iter().filter(|(answer, _)| fits(standing, answer));
        fitting.map(|(answer, meaning)| Way {
            command: call.program.command(&format!("repair {} {answer}", standing.id)),
            meaning,
        })
    });
    let answers = answers.collect();
    let questions = Questions { asking, said: said.map(|error| Explained::of(&error, call)), answers };
    call.output.answer("repair", &questions, Exit::Done);
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct WouldRepair<'a> {
    dry_run: bool,
    repair: &'a Repair,
    meaning: &'a str,
}

impl Answer for WouldRepair<'_> {
    fn text(&self, page: &mut Page) {
        page.line(self.meaning);
        page.line("nothing was changed");
    }
}

#[derive(Serialize)]
struct Questions {
    asking: Vec<Standing>,
    /// What is known of the first one that keeps `migrate` from running.
    said: Option<Explained>,
    answers: Vec<Way>,
}

/// One of the answers.
#[derive(Serialize)]
struct Way {
    command: String,
    meaning: &'static str,
}

impl Answer for Questions {
    fn text(&self, page: &mut Page) {
        if self.asking.is_empty() {
            page.line("nothing is half-way, and nothing has changed: there is nothing to repair");
            return;
        }
        page.line(table(&["migration", "state", "tags", "applied", "took", "by"], rows(&self.asking, true)));
        page.blank();
        if let Some(said) = &self.said {
            said.text(page);
            page.blank();
        }
        page.line("the answers that there are:");
        let width = self.answers.iter().map(|way| way.command.len()).max().unwrap_or_default();
        for Way { command, meaning } in &self.answers {
            page.line(format!("  {command:width$}  {}", painted(DIM, meaning)));
        }
    }
}
