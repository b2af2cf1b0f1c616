//! Compares the migrations with the history.

use clap::Args;
use serde::Serialize;

use super::shown::Explained;
use super::status::{Totals, is_settled, rows};
use crate::cli::args::Limits;
use crate::cli::call::Call;
use crate::cli::database::on;
use crate::cli::failure::{Ended, Exit};
use crate::cli::output::{Answer, BAD, GOOD, Page, SOON, painted, table};
use crate::{Error, ErrorKind, Standing, State};

#[derive(Debug, Args)]
pub(in crate::cli) struct Typed {
    #[command(flatten)]
    limits: Limits,
}

pub(super) async fn run(typed: Typed, call: &Call) -> Ended {
    let migrator = typed.limits.apply(call.migrator()?);
    let database = call.database_to_look_at()?;
    let status = database.told(on!(database, pool => migrator.status(pool).await))?;
    let verdict = match on!(database, pool => migrator.validate(pool).await) {
        Ok(_) => None,
        Err(error) if is_finding(&error) => Some(error),
        Err(error) => return database.told(Err(error)),
    };
    let exit = if is_settled(&status) && verdict.is_none() { Exit::Done } else { Exit::Found };
    let findings = status.migrations.iter().filter(|standing| standing.state != State::Applied).cloned().collect();
    let valid = exit == Exit::Done;
    let reason = verdict.map(|error| Explained::of(&error, call));
    let found = Validated { valid, database: database.place(), totals: Totals::of(&status), findings, reason };
    call.output.answer("validate", &found, exit);
    Ok(exit)
}

/// What is wrong with the history, and not with asking it.
fn is_finding(error: &Error) -> bool {
    use ErrorKind::{Ahead, Breaking, Interrupted, Modified, OutOfOrder};
    matches!(error.kind(), Modified | Ahead | Breaking | OutOfOrder | Interrupted)
}

#[derive(Serialize)]
struct Validated {
    valid: bool,
    database: String,
    totals: Totals,
    /// Whatever is not applied as it is.
    findings: Vec<Standing>,
    /// The first thing that keeps `migrate` from running, and what to do about it.
    reason: Option<Explained>,
}

impl Answer for Validated {
    fn text(&self, page: &mut Page) {
        if !self.findings.is_empty() {
            let rows = rows(&self.findings, page.is_verbose());
            page.line(table(&["migration", "state", "tags", "applied", "took", "by"], rows));
            page.blank();
        }
        let verdict = match (self.valid, self.totals.is_only_behind()) {
            (true, _) => painted(GOOD, "valid"),
            (false, true) => painted(SOON, "behind"),
            (false, false) => painted(BAD, "not valid"),
        };
        page.line(format!("{verdict}: {}", self.totals.said()));
        if let Some(reason) = &self.reason {
            page.blank();
            reason.text(page);
        }
    }
}
