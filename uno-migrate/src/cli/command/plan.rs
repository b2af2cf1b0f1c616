//! What `migrate` would do, statement by statement.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use clap::Args;
use serde::Serialize;

use super::shown::count;
use crate::cli::args::{Chosen, Limits};
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit};
use crate::cli::live::{self, Oldest, Size};
use crate::cli::output::{Answer, DIM, HEAD, NAME, Page, painted};
use crate::{Impact, Lock, Statement, Step, Work};

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
    let mut sizes = HashMap::new();
    let mut steps = Vec::with_capacity(plan.steps.len());
    for step in &plan.steps {
        let mut statements = Vec::new();
        for statement in step.statements() {
            let impact = statement.impact();
            for table in &impact.tables {
                if let Entry::Vacant(unknown) = sizes.entry(table.to_string()) {
                    unknown.insert(live::size(&database, table).await);
                }
            }
            statements.push(Shown::of(&statement, &impact, &sizes));
        }
        steps.push(Planned { step, language: if step.is_code() { "rust" } else { "sql" }, statements });
    }
    let oldest = if steps.is_empty() { None } else { live::oldest(&database).await };
    let answer = Planning { database: database.place(), steps, warnings: &plan.warnings, oldest };
    call.output.answer("plan", &answer, Exit::Done);
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Planning<'a> {
    database: String,
    steps: Vec<Planned<'a>>,
    warnings: &'a [String],
    /// What everything waits for that needs a strong lock on what it has touched.
    oldest: Option<Oldest>,
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
    lock: &'static str,
    waits: &'static str,
    work: &'static str,
    tables: Vec<Touched>,
    #[serde(skip)]
    said: String,
}

/// A table that a statement is about.
#[derive(Serialize)]
struct Touched {
    name: String,
    /// None where it is not there yet, or where the database does not tell.
    size: Option<Size>,
}

impl Shown {
    fn of(statement: &Statement<'_>, impact: &Impact, sizes: &HashMap<String, Option<Size>>) -> Self {
        let Statement { path, location, .. } = *statement;
        let Impact { tables, lock, work } = impact;
        let touched = tables.iter().map(|table| {
            let name = table.to_string();
            Touched { size: sizes.get(&name).cloned().flatten(), name }
        });
        Self {
            path: path.to_owned(),
            line: location.line,
            column: location.column,
            sql: statement.to_string(),
            lock: lock.name(),
            waits: lock.waits(),
            work: work.name(),
            tables: touched.collect(),
            said: said(*lock, *work),
        }
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
                page.line(format!("     {}", painted(DIM, &statement.said)));
                for Touched { name, size } in &statement.tables {
                    if let Some(size) = size {
                        page.line(format!("     {}", painted(DIM, format!("`{name}`: {}", size.said()))));
                    }
                }
            }
            page.blank();
        }
        if let Some(oldest) = &self.oldest {
            page.line(oldest.said());
        }
        let statements: usize = self.steps.iter().map(|step| step.statements.len()).sum();
        page.line(match self.steps.len() {
            0 => "nothing to do".to_owned(),
            steps => format!("{} to apply, {}", count(steps, "migration"), count(statements, "statement")),
        });
    }
}

/// What a statement means for others, in a line.
fn said(lock: Lock, work: Work) -> String {
    match (lock, work) {
        (Lock::None, Work::Catalogue) => "nobody waits".to_owned(),
        (Lock::Unknown, Work::Unknown) => "its lock and its work are not known".to_owned(),
        _ => format!("{}: {}; {}", lock.name(), lock.waits(), work.said()),
    }
}
