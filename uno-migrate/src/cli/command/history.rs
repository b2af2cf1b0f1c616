//! What happened, in the order in which it happened.

use clap::Args;
use serde::Serialize;

use super::shown::count;
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit};
use crate::cli::output::{Answer, BAD, DIM, GOOD, NAME, Page, Row, SOON, local, millis, painted, table};
use crate::{AppliedMigration, HistoryStatus};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    /// Only the last so many
    #[arg(long, short = 'n', value_name = "N")]
    last: Option<usize>,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let migrator = call.migrator()?;
    let database = call.database_to_look_at()?;
    let mut history = database.told(on!(database, pool => migrator.history(pool).await))?;
    let surplus = typed.last.map_or(0, |last| history.len().saturating_sub(last));
    history.drain(..surplus);
    let history = history.into_iter().map(AppliedMigration::without_secrets).collect();
    call.output.answer("history", &Happened { database: database.place(), history }, Exit::Done);
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Happened {
    database: String,
    history: Vec<AppliedMigration>,
}

impl Answer for Happened {
    fn text(&self, page: &mut Page) {
        if !self.history.is_empty() {
            let rows = self.history.iter().map(row).collect();
            page.line(table(&["#", "migration", "status", "applied", "took", "reverted", "by"], rows));
            page.blank();
        }
        page.line(match self.history.len() {
            0 => "nothing happened yet".to_owned(),
            rows => format!("{} in the history", count(rows, "migration")),
        });
    }
}

fn row(row: &AppliedMigration) -> Row {
    let style = match row.status {
        HistoryStatus::Applied => GOOD,
        HistoryStatus::Failed => BAD,
        HistoryStatus::Reverted => SOON,
        _ => NAME,
    };
    Row::Cells(vec![
        painted(DIM, row.seq),
        if row.namespace == "default" { row.id.clone() } else { format!("{}:{}", row.namespace, row.id) },
        painted(style, row.status.name()),
        row.applied_at.map(local).unwrap_or_default(),
        millis(row.execution_ms),
        row.reverted_at.map(local).unwrap_or_default(),
        row.applied_by.clone(),
    ])
}
