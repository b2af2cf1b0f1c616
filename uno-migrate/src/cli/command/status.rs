//! Where every migration stands.

use chrono::Utc;
use clap::Args;
use serde::Serialize;

use super::shown::{count, state};
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit};
use crate::cli::output::{Answer, DIM, Page, Row, ago, local, millis, painted, table};
use crate::{Standing, State, Status};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// End with 3 if anything is pending, modified or half-way
    #[arg(long)]
    check: bool,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let migrator = call.migrator()?;
    let database = call.database_to_look_at()?;
    let status = database.told(on!(database, pool => migrator.status(pool).await))?;
    let exit = if typed.check && !is_settled(&status) { Exit::Found } else { Exit::Done };
    call.output.answer("status", &Stands { database: database.place(), totals: Totals::of(&status), status }, exit);
    Ok(exit)
}

/// Whether the database is as the set wants it; what only the database knows is not the set's to judge.
pub(super) fn is_settled(status: &Status) -> bool {
    status.migrations.iter().all(|standing| matches!(standing.state, State::Applied | State::Ahead))
}

#[derive(Serialize)]
struct Stands {
    database: String,
    totals: Totals,
    #[serde(flatten)]
    status: Status,
}

/// How many there are of each.
#[derive(Serialize)]
pub(super) struct Totals {
    total: usize,
    applied: usize,
    pending: usize,
    modified: usize,
    unfinished: usize,
    ahead: usize,
}

impl Totals {
    pub(super) fn of(status: &Status) -> Self {
        let having = |wanted: fn(State) -> bool| status.migrations.iter().filter(|one| wanted(one.state)).count();
        Self {
            total: status.migrations.len(),
            applied: having(State::is_applied),
            pending: status.pending(),
            modified: having(|state| state == State::Modified),
            unfinished: having(|state| matches!(state, State::Running | State::Failed)),
            ahead: having(|state| state == State::Ahead),
        }
    }

    /// Whether nothing is wrong but that something is pending.
    pub(super) fn is_only_behind(&self) -> bool {
        self.modified == 0 && self.unfinished == 0 && self.pending > 0
    }

    pub(super) fn said(&self) -> String {
        let Self { total, applied, pending, modified, unfinished, ahead } = *self;
        if total == 0 {
            return "there are no migrations".to_owned();
        }
        let mut said = format!("{}: {applied} applied, {pending} pending", count(total, "migration"));
        for (number, what) in [(modified, "modified"), (unfinished, "half-way"), (ahead, "not here")] {
            if number > 0 {
                said.push_str(&format!(", {number} {what}"));
            }
        }
        said
    }
}

impl Answer for Stands {
    fn text(&self, page: &mut Page) {
        if !self.status.migrations.is_empty() {
            page.line(table(
                &["migration", "state", "tags", "applied", "took", "by"],
                rows(&self.status.migrations, page.is_verbose()),
            ));
            page.blank();
        }
        page.line(self.totals.said());
    }
}

/// By directory, in plan order within each; notes under the migration that they are about.
pub(super) fn rows(migrations: &[Standing], in_detail: bool) -> Vec<Row> {
    let mut groups: Vec<(String, Vec<&Standing>)> = Vec::new();
    for standing in migrations {
        let group = group(standing);
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, members)) => members.push(standing),
            None => groups.push((group, vec![standing])),
        }
    }
    let mut rows = Vec::new();
    for (group, members) in groups {
        rows.push(Row::Line(painted(DIM, group)));
        for standing in members {
            rows.push(Row::Cells(cells(standing)));
            if let Some(note) = &standing.note {
                let lines = if in_detail { usize::MAX } else { 1 };
                rows.extend(note.lines().take(lines).map(|line| Row::Line(format!("    {}", painted(DIM, line)))));
            }
        }
    }
    rows
}

/// The directory, behind the namespace where that is another than most have.
fn group(standing: &Standing) -> String {
    let Some(path) = &standing.path else { return format!("only in the database ({})", standing.namespace) };
    let directory = path.rsplit_once('/').map_or(".", |(directory, _)| directory);
    match standing.namespace.as_str() {
        "default" => directory.to_owned(),
        namespace => format!("{namespace}: {directory}"),
    }
}

fn cells(standing: &Standing) -> Vec<String> {
    let at = standing.applied_at.map(|at| {
        let ago = painted(DIM, format!("({})", ago(at, Utc::now())));
        format!("{} {ago}", local(at))
    });
    let took = standing.execution_ms.map(millis);
    vec![
        format!("  {}", standing.id),
        state(standing.state),
        standing.tags.join(", "),
        at.unwrap_or_default(),
        took.unwrap_or_default(),
        standing.applied_by.clone().unwrap_or_default(),
    ]
}
