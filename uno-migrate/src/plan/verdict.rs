//! What stands in the way of a plan.

use super::{Act, Blocked, HalfWay};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::error::{Error, ErrorKind};
use crate::event::Direction;
use crate::options::{Options, Policy};
use crate::set::Key;
use crate::status::{Comparison, State};

/// Refuses where a migration stands half-way and is not to go on: running something else would build on half of it.
pub(super) fn half_way(
    comparison: &Comparison<'_>,
    goes_on: impl Fn(&Key, &AppliedMigration) -> Result<(), Blocked>,
) -> Result<(), Error> {
    let known = comparison.known.iter().filter_map(|known| known.row);
    let mut unfinished = known.chain(comparison.unknown.iter().copied()).filter(|row| row.is_unfinished());
    unfinished.try_for_each(|row| {
        let goes_on = row.key().map_or(Err(Blocked::Untold), |key| goes_on(&key, row));
        goes_on.map_err(|blocked| interrupted(comparison, row, Some(&blocked)))
    })
}

/// Where a migration stands half-way, and what to do about it.
pub(crate) fn interrupted(comparison: &Comparison<'_>, row: &AppliedMigration, blocked: Option<&Blocked>) -> Error {
    let (id, error) = (comparison.called_row(row), &row.error);
    let message = match (row.status, row.direction()) {
        (HistoryStatus::Failed, Direction::Up) => format!("migration `{id}` failed half-way while it was applied"),
        (HistoryStatus::Failed, Direction::Down) => format!("migration `{id}` failed half-way while it was reverted"),
        (_, Direction::Up) => format!("migration `{id}` was started and is not known to have ended"),
        (_, Direction::Down) => format!("the revert of migration `{id}` was started and is not known to have ended"),
    };
    let migration = row.key().and_then(|key| comparison.set.position(&key));
    let migration = migration.map(|position| &comparison.set.members[position].migration);
    let HalfWay { done, help } = HalfWay::of(row, &id, migration, comparison.dialect, blocked);
    let interrupted = Error::new(ErrorKind::Interrupted, message).done(done).help(help);
    match (blocked, error) {
        (Some(Blocked::Changed), _) => interrupted.caused_by("its statements that are done are not what they were"),
        (Some(Blocked::Fewer(_)), _) => interrupted.caused_by("some of its statements that are done are gone"),
        (_, Some(error)) => interrupted.caused_by(error.clone()),
        (_, None) => interrupted,
    }
}

/// Refuses where a migration that this set does not know says that older binaries must not run on what it left.
pub(super) fn breaking(comparison: &Comparison<'_>, row: &AppliedMigration) -> Result<(), Error> {
    let Some(reason) = &row.breaking else { return Ok(()) };
    let id = comparison.called_row(row);
    let message = format!("the database has migration `{id}`, which older binaries must not run on: {reason}");
    Err(Error::new(ErrorKind::Breaking, message).help("deploy a binary that knows this migration"))
}

/// What the policies refuse, and what they let pass with a word.
pub(super) fn policies(comparison: &Comparison<'_>, options: &Options) -> Result<Vec<String>, Error> {
    let mut warnings = Vec::new();
    for row in &comparison.unknown {
        breaking(comparison, row)?;
    }
    let with_state = |state: State| {
        let known = comparison.known.iter().filter(move |known| known.state == state);
        known.map(|known| comparison.called(&known.member.key)).collect::<Vec<_>>()
    };
    let ahead = comparison.unknown.iter().map(|row| comparison.called_row(row)).collect();
    let modified = with_state(State::Modified);
    let accepted = match modified.as_slice() {
        [one] => format!("\"{one}\".into()"),
        _ => "id".to_owned(),
    };
    let accept = format!(
        "restore the file and write a new migration, or accept it with `repair(Repair::AcceptChecksum({accepted}))`"
    );
    let findings = [
        (
            ErrorKind::Modified,
            options.on_modified,
            modified,
            "changed since it was applied",
            "changed since they were applied",
            accept.as_str(),
        ),
        (
            ErrorKind::Ahead,
            options.on_ahead,
            ahead,
            "is applied and not in this set",
            "are applied and not in this set",
            "deploy the binary that has it, revert it with that binary, or allow it with `on_ahead(Policy::Allow)`",
        ),
        (
            ErrorKind::OutOfOrder,
            options.on_out_of_order,
            with_state(State::OutOfOrder),
            "is pending and belongs before one that is applied",
            "are pending and belong before one that is applied",
            match options.on_out_of_order {
                // By the time that it is read, it may be applied under its name.
                Policy::Warn => "to hear nothing of it, allow it with `on_out_of_order(Policy::Allow)`",
                Policy::Error | Policy::Allow => {
                    "give it a later version, or allow it with `on_out_of_order(Policy::Allow)`"
                }
            },
        ),
    ];
    for (kind, policy, ids, one, many, help) in findings {
        let message = match ids.as_slice() {
            [] => continue,
            [id] => format!("migration `{id}` {one}"),
            ids => format!("migrations `{}` {many}", ids.join("`, `")),
        };
        match policy {
            Policy::Error => return Err(Error::new(kind, message).help(help)),
            Policy::Warn => warnings.push(format!("{message}; {help}")),
            Policy::Allow => {}
        }
    }
    Ok(warnings)
}

/// Everything that the options make an error, without asking what is pending.
pub(crate) fn validate(comparison: &Comparison<'_>, options: &Options) -> Result<(), Error> {
    let known = comparison.known.iter().filter_map(|known| known.row);
    let mut rows = known.chain(comparison.unknown.iter().copied());
    if let Some(row) = rows.find(|row| row.is_unfinished()) {
        let blocked = row.key().map_or(Err(Blocked::Untold), |key| match comparison.set.position(&key) {
            Some(position) => {
                let act = Act::Run(comparison.set.members[position].migration.clone());
                act.goes_on(row, row.direction(), comparison.dialect)
            }
            None => Err(Blocked::Untold),
        });
        return Err(interrupted(comparison, row, blocked.err().as_ref()));
    }
    policies(comparison, options).map(drop)
}
