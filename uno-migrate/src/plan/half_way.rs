//! A migration that stopped half-way where the database could not undo it: how far it came, and the ways on.

use uno_migrate_core::Dialect;

use super::Blocked;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::bookmark::Statements;
use crate::event::Direction;
use crate::migration::Migration;

/// What an error says about it.
pub(crate) struct HalfWay {
    pub(crate) done: String,
    pub(crate) help: String,
}

impl HalfWay {
    /// Of a row that is running or failed, by what it is called, with its migration where the set has it, and with what
    /// keeps it from going on.
    pub(crate) fn of(
        row: &AppliedMigration,
        called: &str,
        migration: Option<&Migration>,
        dialect: Dialect,
        blocked: Option<&Blocked>,
    ) -> Self {
        let bookmark = Statements::of(row.metadata.as_deref());
        let is_journalled = bookmark.is_some();
        let begun = bookmark.as_ref().and_then(|bookmark| bookmark.next.as_ref());
        let begun = begun.map_or(1, |begun| begun.statements + begun.further);
        let total = match migration {
            Some(migration) => migration.total_statements(row.direction(), dialect),
            None => bookmark.map(|bookmark| bookmark.total),
        };
        let part = Part { row, called, total, begun, is_journalled, is_code: total.is_none() && migration.is_some() };
        let help = match blocked {
            Some(_) if part.is_code => part.by_hand(),
            None => part.going_on(),
            Some(blocked) => part.blocked(blocked),
        };
        Self { done: part.done(), help }
    }
}

struct Part<'a> {
    row: &'a AppliedMigration,
    called: &'a str,
    /// How many statements it has, where that is known.
    total: Option<usize>,
    /// How many were begun behind those that are done.
    begun: usize,
    is_journalled: bool,
    is_code: bool,
}

impl Part<'_> {
    fn done(&self) -> String {
        let done = self.row.done();
        // Of what was cut off, nobody knows whether it took effect.
        let unsure = match (self.row.status, self.in_doubt()) {
            (HistoryStatus::Running, 0 | 1) => ", and the next one may be".to_owned(),
            (HistoryStatus::Running, several) => format!(", and the next {several} may be"),
            _ => String::new(),
        };
        match self.total {
            _ if self.is_code => "it is Rust code: what it did before that may stay".to_owned(),
            Some(1) if done == 0 && unsure.is_empty() => "its one statement is not done".to_owned(),
            Some(1) if done == 0 => "its one statement may be done or not".to_owned(),
            Some(1) => "its one statement is done".to_owned(),
            Some(total) if done >= total => format!("{done} of its {total} statements are done"),
            Some(total) => format!("{done} of its {total} statements are done{unsure}"),
            None => format!("{done} of its statements are done{unsure}"),
        }
    }

    /// How many statements behind those may be done, of those that there are now.
    fn in_doubt(&self) -> usize {
        self.total.map_or(self.begun, |total| self.begun.min(total.saturating_sub(self.row.done())))
    }

    fn applied(&self, statement: usize) -> String {
        format!("repair(Repair::Applied {{ id: \"{}\".into(), statement: {statement} }})", self.called)
    }

    fn all_applied(&self) -> String {
        match self.total {
            Some(total) => self.applied(total),
            // Rust code has no statements to count.
            None => format!("repair(Repair::applied(\"{}\"))", self.called),
        }
    }

    /// What makes it as if it had not begun.
    fn none_applied(&self) -> String {
        match self.is_journalled && !self.is_code {
            true => self.applied(0),
            false => format!("repair(Repair::Retry {{ id: \"{}\".into() }})", self.called),
        }
    }

    fn verb(&self) -> &'static str {
        match self.row.direction() {
            Direction::Up => "run",
            Direction::Down => "revert",
        }
    }

    /// The two ways that are open to whoever has looked at the database, whatever a run could do.
    fn by_hand(&self) -> String {
        let (all, none) = (self.all_applied(), self.none_applied());
        match self.row.direction() {
            Direction::Up => format!(
                "look at the database, then\neither finish it by hand and record it as applied: `{all}`\n\
                 or take back by hand what it did: `{none}`, and run again"
            ),
            Direction::Down => format!(
                "look at the database, then\neither finish its way down by hand and record it as reverted: `{all}`\n\
                 or put back by hand what its way down removed: `{none}` records it as applied"
            ),
        }
    }

    fn going_on(&self) -> String {
        let (next, verb, none) = (self.row.done() + 1, self.verb(), self.none_applied());
        if self.is_code {
            return format!("{verb} again: it looks whether anything of it was committed, and begins anew or asks");
        }
        let is_at_end = self.total.is_some_and(|total| next > total);
        let on = match (is_at_end, self.row.status) {
            (true, _) => format!("{verb} again: all of its statements are done, and it comes to its end"),
            (false, HistoryStatus::Running) => {
                let looked_for = match self.in_doubt() {
                    0 | 1 => format!("whether statement {next} was applied"),
                    several => format!("which of the statements {next} to {} were applied", self.row.done() + several),
                };
                format!("{verb} again: it looks {looked_for}, and goes on or asks")
            }
            (false, _) => format!(
                "correct the statement that failed or what it needs, not what is done, and {verb} again: it goes on at \
                 statement {next}"
            ),
        };
        match self.row.direction() {
            Direction::Up => format!("{on}\nor take back by hand what it did, and say so: `{none}`"),
            Direction::Down => {
                format!("{on}\nor put back by hand what its way down removed: `{none}` records it as applied")
            }
        }
    }

    fn blocked(&self, blocked: &Blocked) -> String {
        let (called, done) = (self.called, self.row.done());
        let is_now = self.applied(done);
        match (blocked, self.row.direction()) {
            (Blocked::OtherWay, Direction::Up) => {
                format!("`run` goes on with it; then it can be reverted\n{}", self.by_hand())
            }
            (Blocked::OtherWay, Direction::Down) => {
                format!(
                    "`only(\"{called}\")` and `revert` go on with its revert; then it can run again\n{}",
                    self.by_hand()
                )
            }
            (Blocked::NotChosen, _) => {
                format!("go on with it first: `only(\"{called}\")` and `{}`", self.verb())
            }
            (Blocked::Recorded, _) => format!(
                "`fake` is for what has not begun: go on with it by `{}` without `fake`\n{}",
                self.verb(),
                self.by_hand()
            ),
            (Blocked::Changed, _) => format!(
                "what is done must stay as it was, and only what is behind it may change: restore it and {0} again\n\
                 or, if the database is as the file says now up to statement {done}: `{is_now}`, and {0} again\n{1}",
                self.verb(),
                self.by_hand()
            ),
            (Blocked::Fewer(total), _) => format!(
                "the file has only {total} statement{}: restore what is done, and {} again\n{}",
                if *total == 1 { "" } else { "s" },
                self.verb(),
                self.by_hand()
            ),
            (Blocked::Lost { number, location }, _) => format!(
                "statement {number} (at {location}) left something in its session that is gone with it, so a new session \
                 cannot go on\n{}",
                self.by_hand()
            ),
            (Blocked::ForeignKeys, _) => format!(
                "`ForeignKeys: off` is for the whole of a migration, not for the rest of one: take it out, and {} again\n{}",
                self.verb(),
                self.by_hand()
            ),
            (Blocked::Untold, _) => self.by_hand(),
        }
    }
}
