//! A migration that stopped half-way where the database could not undo it: how far it came, and the two ways on.

use uno_migrate_core::Dialect;

use crate::applied::{AppliedMigration, HistoryStatus};
use crate::event::Direction;
use crate::migration::Migration;

/// What an error says about it.
pub(crate) struct HalfWay {
    pub(crate) done: String,
    pub(crate) help: String,
}

impl HalfWay {
    /// Of a row that is running or failed, by what it is called, with its migration where the set has it.
    pub(crate) fn of(row: &AppliedMigration, called: &str, migration: Option<&Migration>, dialect: Dialect) -> Self {
        let statements_done = &row.statements_done;
        let direction = row.direction();
        let total = migration.and_then(|migration| migration.statements(direction, dialect));
        // Of what was cut off, nobody knows whether it took effect.
        let unsure = if row.status == HistoryStatus::Running { ", and the next one may be" } else { "" };
        let done = match (total, migration) {
            (Some(1), _) if *statements_done == 0 && unsure.is_empty() => "its one statement is not done".to_owned(),
            (Some(1), _) if *statements_done == 0 => "its one statement may be done or not".to_owned(),
            (Some(1), _) => "its one statement is done".to_owned(),
            (Some(total), _) => format!("{statements_done} of its {total} statements are done{unsure}"),
            (None, None) => format!("{statements_done} of its statements are done{unsure}"),
            (None, Some(_)) => "it is Rust code: what it did before that may stay".to_owned(),
        };
        let applied = match (total, migration) {
            (Some(total), _) => format!("repair(Repair::Applied {{ id: \"{called}\", statement: {total} }})"),
            // Rust code has no statements to count.
            (None, Some(_)) => format!("repair(Repair::applied(\"{called}\"))"),
            (None, None) => format!("repair(Repair::Applied {{ id: \"{called}\", statement: <the last one> }})"),
        };
        let retry = format!("repair(Repair::Retry {{ id: \"{called}\" }})");
        let help = match direction {
            Direction::Up => format!(
                "look at the database, then\neither finish it by hand and record it as applied: `{applied}`\n\
                 or take back by hand what it did: `{retry}`, and run again"
            ),
            Direction::Down => format!(
                "look at the database, then\neither finish its way down by hand and record it as reverted: `{applied}`\n\
                 or put back by hand what its way down removed: `{retry}` records it as applied"
            ),
        };
        Self { done, help }
    }
}
