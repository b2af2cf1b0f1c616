//! What `migrate` would do, statement by statement.

use clap::Args;
use serde::Serialize;

use super::shown::count;
use crate::cli::args::{Chosen, Limits};
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit};
use crate::cli::output::{Answer, DIM, HEAD, NAME, Page, painted};
use crate::{Statement, Step};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    limits: Limits,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let migrator = typed.limits.apply(typed.chosen.apply(call.migrator()?));
    let database = call.database_to_look_at()?;
    let plan = database.told(on!(database, pool => migrator.plan(pool).await))?;
    call.output.warnings(&plan.warnings);
    let steps = plan.steps.iter().map(|step| Planned {
        step,
        language: if step.is_code() { "rust" } else { "sql" },
        statements: step.statements().iter().map(Shown::of).collect(),
    });
    let answer = Planning { database: database.place(), steps: steps.collect(), warnings: &plan.warnings };
    call.output.answer("plan", &answer, Exit::Done);
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Planning<'a> {
    database: String,
    steps: Vec<Planned<'a>>,
    warnings: &'a [String],
}

/// A step with what it runs.
#[derive(Serialize)]
struct Planned<'a> {
    #[serde(flatten)]
    step: &'a Step,
    language: &'static str,
    statements: Vec<Shown>,
}

/// A statement as it may be shown.
#[derive(Serialize)]
struct Shown {
    path: String,
    line: u32,
    column: u32,
    sql: String,
}

impl Shown {
    fn of(statement: &Statement<'_>) -> Self {
        let Statement { path, location, .. } = *statement;
        Self { path: path.to_owned(), line: location.line, column: location.column, sql: statement.to_string() }
    }
}

impl Answer for Planning<'_> {
    fn text(&self, page: &mut Page) {
        for (number, Planned { step, statements, .. }) in self.steps.iter().enumerate() {
            let action = painted(HEAD, format!("{}. {} {}", number + 1, step.action(), step.id()));
            page.line(format!("{action}  {}", painted(DIM, step.path().unwrap_or_default())));
            if step.is_code() {
                page.line(format!("   {}", painted(DIM, "Rust code: what it runs is not known before it does")));
            }
            for statement in statements {
                page.line(format!("   {}", painted(NAME, format!("{}:{}", statement.path, statement.line))));
                for line in statement.sql.lines() {
                    page.line(format!("     {line}"));
                }
            }
            page.blank();
        }
        let statements: usize = self.steps.iter().map(|step| step.statements.len()).sum();
        page.line(match self.steps.len() {
            0 => "nothing to do".to_owned(),
            steps => format!("{} to apply, {}", count(steps, "migration"), count(statements, "statement")),
        });
    }
}
