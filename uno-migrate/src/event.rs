//! What happens while it happens.

use std::time::Duration;

use serde::Serialize;

/// Something that happened during a run, for [`Migrator::on_event`](crate::Migrator::on_event).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// Another instance is migrating, and this one waits for it; or a statement waits for a lock that another session
    /// holds.
    #[non_exhaustive]
    Waiting {
        /// Who holds what is waited for, as far as the database tells.
        holder: String,
        /// Since when it holds it, by the database's clock, RFC 3339; of a session, since when it does what it does.
        since: Option<String>,
        /// What it is at: a migration and a statement; of a session, its statement in one line, without the strings in it.
        detail: Option<String>,
        /// How long it has been waited for.
        waited: Duration,
    },
    /// A migration begins.
    #[non_exhaustive]
    Started {
        /// Its id.
        id: String,
        /// Up or down.
        direction: Direction,
        /// Its position in the plan, from 1.
        position: usize,
        /// How many steps the plan has.
        total: usize,
    },
    /// A statement of a SQL migration begins. Where migrations share a message, this is told when they are done; where one has a
    /// message for itself, before, if it is its only one, on MySQL and MariaDB as the history shows it, and else when it is done.
    /// Of statements that share one since they only add rows, each is told of when the one before has ended. What is tried again
    /// is told of again.
    #[non_exhaustive]
    Statement {
        /// The migration's id.
        id: String,
        /// The file it stands in.
        path: String,
        /// The line, from 1.
        line: u32,
        /// Its position in the section, from 1.
        position: usize,
        /// How many statements the section has.
        total: usize,
    },
    /// A Rust migration told how far it is.
    #[non_exhaustive]
    Progress {
        /// The migration's id.
        id: String,
        /// So many units are done.
        done: u64,
        /// Of so many, if that is known.
        total: Option<u64>,
    },
    /// A migration is applied and recorded.
    #[non_exhaustive]
    Applied {
        /// Its id.
        id: String,
        /// How long it took.
        duration: Duration,
    },
    /// A migration is reverted and recorded.
    #[non_exhaustive]
    Reverted {
        /// Its id.
        id: String,
        /// How long it took.
        duration: Duration,
    },
    /// A migration failed; the error that the run returns says more.
    #[non_exhaustive]
    Failed {
        /// Its id.
        id: String,
        /// What went wrong, in a line.
        message: String,
    },
    /// Something that the policies let pass.
    #[non_exhaustive]
    Warning {
        /// What it is, and what to do about it.
        message: String,
    },
}

/// Which way a migration goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Apply.
    Up,
    /// Revert.
    Down,
}

impl Direction {
    /// The word for it: `up` or `down`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}
