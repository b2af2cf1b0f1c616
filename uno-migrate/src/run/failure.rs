//! What a failed step says.

use uno_migrate_core::{Dialect, Location};

use crate::applied::{AppliedMigration, HistoryStatus};
use crate::context::StatementError;
use crate::driver::{Contention, Fault, Obstacle};
use crate::error::{Error, ErrorKind, Place};
use crate::event::Direction;
use crate::migration::Migration;
use crate::plan::{Act, Blocked, HalfWay, Plan, Step, StoredDown};
use crate::report::Report;
use crate::tracker::History;

pub(super) fn message(step: &Step) -> String {
    format!("migration `{}` could not be {}", step.called, verb(step.direction))
}

const fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "applied",
        Direction::Down => "reverted",
    }
}

/// Where a step's statements stand.
pub(super) fn path(step: &Step) -> &str {
    step.path().unwrap_or(StoredDown::PATH)
}

/// Names the migration that an error ended. One that knows a file, or that somebody asked for, needs no other name.
pub(super) fn in_step(step: &Step, error: Error) -> Error {
    if error.path().is_some() || error.kind() == ErrorKind::Cancelled {
        return error;
    }
    error.within(message(step)).at(file(path(step)))
}

/// A migration that cannot share the caller's transaction.
pub(super) fn inside(step: &Step, what: &str) -> Error {
    let message = format!("migration `{}` {what}, and this connection is inside one", step.called);
    Error::usage(message).at(file(path(step))).help("run it on a connection without an open transaction")
}

/// A migration whose every statement would come to another session.
pub(super) fn pooled(step: &Step) -> Error {
    let message = format!(
        "migration `{}` runs outside a transaction, and this connection goes through a transaction pooler",
        step.called
    );
    Error::usage(message)
        .at(file(path(step)))
        .caused_by("each of its statements may come to another session of the server, and what they set to other clients")
        .done(format!("nothing of `{}` was begun", step.called))
        .help("migrate past the pooler: `.direct_url(\"postgres://user@server:5432/database\")`; the application's pool may stay behind it")
}

/// A migration that came to its end inside a transaction that it has begun itself.
pub(super) fn left_open(step: &Step, place: Place) -> Error {
    Error::new(ErrorKind::Migration, message(step))
        .at(place)
        .caused_by("it begins a transaction and does not end it: what was done in it is rolled back")
        .help("end with a `COMMIT` what it begins")
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
        .help(again(remedy(step.direction), &error))
        .caused_by_statement(error)
}

/// What may be done about a history that could not be read or written, where nobody has said so yet.
pub(super) fn remedied(error: Error, history: Option<&History>) -> Error {
    match (error.obstacle(), history) {
        (Some(Obstacle::Permission), Some(History::Table(table))) if error.kind() == ErrorKind::History => {
            let grant = table.table().grant_to_write();
            error.help_if_none(format!(
                "let this user keep the history: {grant}\nor migrate as one who may: `direct_url` takes another user than the pool's"
            ))
        }
        (Some(obstacle), _) => error.help_if_none(obstacle.help()),
        (None, _) if error.contention() == Some(Contention::Busy) => error.help_if_none(BUSY),
        (None, _) => error,
    }
}

/// What to do where somebody else writes to SQLite's file.
const BUSY: &str = "somebody else holds the database: run again later, or wait longer with `lock_wait`";

/// What to do about a statement that failed, where it is not the statement's fault, or else that.
fn again(remedy: &'static str, error: &StatementError) -> String {
    let help = match error.fault() {
        Some(Fault::Obstacle(obstacle)) => return format!("{}, and run again", obstacle.help()),
        Some(Fault::Contention(Contention::Timeout)) => Error::LOCKED,
        Some(Fault::Contention(Contention::Deadlock)) => "it and somebody else waited for each other: run again",
        Some(Fault::Contention(Contention::Busy)) => BUSY,
        None if error.ends_session() => {
            "the connection ended with it: run again, and look at the server's log if it does so again"
        }
        None => remedy,
    };
    help.to_owned()
}

/// What to do about a migration that is at fault.
pub(super) const fn remedy(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "correct the migration and run again",
        Direction::Down => "correct its way down and revert again",
    }
}

/// The same about a hook.
pub(super) const HOOK: &str = "correct the hook and run again";

fn within_file(start: Location, within: Location) -> Location {
    let column = if within.line == 1 { start.column + within.column - 1 } else { within.column };
    Location { line: start.line + within.line - 1, column }
}

/// Rust code: the statement that failed in it, where it was one.
pub(super) fn code(
    kind: ErrorKind,
    message: String,
    remedy: &'static str,
    error: Box<dyn std::error::Error + Send + Sync>,
) -> Error {
    let failed = Error::new(kind, message).help(remedy);
    match error.downcast::<StatementError>() {
        Ok(error) => failed.help(again(remedy, &error)).statement(error.statement.clone()).caused_by_statement(*error),
        Err(error) => match error.downcast::<sqlx::Error>() {
            Ok(error) => failed.caused_by_database(*error),
            Err(error) => failed.caused_by(error),
        },
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

/// A failure that could not be rolled back as a whole, and what the row says of it.
pub(super) fn half_way(error: Error, step: &Step, row: &AppliedMigration, dialect: Dialect) -> Error {
    let HalfWay { done, help } = HalfWay::of(row, &step.called, migration(step), dialect, blocked(step, row).as_ref());
    let standing = if row.status == HistoryStatus::Failed { "is" } else { "stays" };
    let help = match (error.obstacle(), error.kind()) {
        (Some(obstacle), _) => format!("{}\n{help}", obstacle.help()),
        (None, ErrorKind::Hook) => format!("correct the hook\n{help}"),
        (None, _) => help,
    };
    let error = error.done(format!("{done}, and `{}` {standing} recorded as {}", step.called, row.status.name()));
    match error.kind() {
        // Nothing is wrong with the migration.
        ErrorKind::Cancelled | ErrorKind::LeaseLost => error,
        _ => error.help(help),
    }
}

/// A transaction of which nobody knows whether it was committed.
pub(super) fn unknown(error: Error, step: &Step, row: &AppliedMigration, dialect: Dialect) -> Error {
    let HalfWay { help, .. } = HalfWay::of(row, &step.called, migration(step), dialect, blocked(step, row).as_ref());
    let done = format!("it is not known whether `{0}` was committed, and `{0}` stays recorded as running", step.called);
    error.done(done).help(help)
}

/// A migration that is done, but not in the history.
pub(super) fn unrecorded(error: Error, step: &Step, row: &AppliedMigration, dialect: Dialect) -> Error {
    let HalfWay { help, .. } = HalfWay::of(row, &step.called, migration(step), dialect, blocked(step, row).as_ref());
    let (called, verb) = (&step.called, verb(step.direction));
    error
        .within(format!("migration `{called}` was {verb}, but that could not be recorded"))
        .at(file(path(step)))
        .done(format!("everything of `{called}` is done, and it stays recorded as running"))
        .help(help)
}

/// The history could not be told of a failure.
pub(super) fn still_running(error: Error, step: &Step, lost: &Error) -> Error {
    let called = &step.called;
    let why = lost.cause_line().unwrap_or_else(|| lost.message().to_owned());
    error
        .done_before(format!("the history could not be told ({why}): `{called}` stays recorded as running"))
        .help(format!("once the database can be written to: `repair(Repair::Retry {{ id: \"{called}\".into() }})`"))
}

/// What keeps a step that has failed from going on.
fn blocked(step: &Step, row: &AppliedMigration) -> Option<Blocked> {
    step.goes_on(row).err()
}

fn migration(step: &Step) -> Option<&Migration> {
    match &step.act {
        Act::Run(migration) => Some(migration),
        Act::Stored { .. } | Act::Record { .. } => None,
    }
}

/// What did happen, for the error that ends a run.
pub(super) fn with_report(error: Error, report: Report, plan: &Plan) -> Error {
    let (done, planned) = (report.len(), plan.steps.len());
    let verb = verb(plan.direction);
    let ids = || report.ids().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let error = match (done, planned) {
        (0, 1) => error,
        (0, _) => error.done_before(format!("none of the {planned} migrations was {verb}")),
        _ => error.done_before(format!("{done} of {planned} migrations {verb}: {}", ids())),
    };
    error.with_report(report)
}
