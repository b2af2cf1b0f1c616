//! What a failed step says.

use uno_migrate_core::Location;

use crate::applied::AppliedMigration;
use crate::context::StatementError;
use crate::error::{Error, ErrorKind, Place};
use crate::event::Direction;
use crate::plan::{Plan, Step};
use crate::report::Report;

pub(super) fn message(step: &Step) -> String {
    format!("migration `{}` could not be {}", step.id(), verb(step.direction))
}

const fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "applied",
        Direction::Down => "reverted",
    }
}

pub(super) fn file(path: &str) -> Place {
    Place { path: path.to_owned(), location: None }
}

/// A statement of a file: where it stands in the file, and in it the place that the database names.
pub(super) fn statement(step: &Step, path: &str, start: Location, error: StatementError) -> Error {
    let location = error.location.map_or(start, |within| within_file(start, within));
    let place = Place { path: path.to_owned(), location: Some(location) };
    Error::new(ErrorKind::Migration, message(step))
        .at(place)
        .statement(error.statement.clone())
        .caused_by_statement(error)
}

fn within_file(start: Location, within: Location) -> Location {
    let column = if within.line == 1 { start.column + within.column - 1 } else { within.column };
    Location { line: start.line + within.line - 1, column }
}

/// Rust code: the statement that failed in it, where it was one.
pub(super) fn code(kind: ErrorKind, message: String, error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    let failed = Error::new(kind, message);
    match error.downcast::<StatementError>() {
        Ok(error) => failed.statement(error.statement.clone()).caused_by_statement(*error),
        Err(error) => failed.caused_by(error),
    }
}

/// For the history's `error` column.
pub(super) fn in_a_line(error: &Error) -> String {
    let cause = error.cause_line().unwrap_or_default();
    match error.location() {
        Some(Location { line, column }) => format!("{}:{line}:{column}: {cause}", error.path().unwrap_or_default()),
        None if cause.is_empty() => error.message().to_owned(),
        None => cause,
    }
}

/// A failure that could not be rolled back as a whole.
pub(super) fn half_way(error: Error, row: &AppliedMigration) -> Error {
    let AppliedMigration { id, statements_done, .. } = row;
    error
        .done(format!("{statements_done} of its statements are done and stay; it is recorded as failed"))
        .help(format!(
            "look at the database; then take back by hand what is done and call `repair(Repair::Retry {{ id: \"{id}\" }})`, or \
             finish it by hand and call `repair(Repair::Applied {{ id: \"{id}\", statement: <the last one> }})`; then run again"
        ))
}

/// What did happen, for the error that ends a run.
pub(super) fn with_report(error: Error, report: Report, plan: &Plan) -> Error {
    let (done, planned) = (report.len(), plan.steps.len());
    let verb = verb(plan.direction);
    let before = match done {
        0 => format!("none of {planned} migrations was {verb}"),
        _ => format!(
            "{done} of {planned} migrations {verb}: {}",
            report.ids().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
        ),
    };
    error.done_before(before).with_report(report)
}
