//! What is wrong although it can be read: what is certain to fail or to lose data, and what often does.
//!
//! A [`Rule`] says what it finds, why, and what to write in its place; a judge raises an [`Alarm`]; [`Levels`] and the
//! file's `Allow:` lines decide what becomes of it.

mod alarm;
mod execution;
mod inspect;
mod levels;
mod permit;
mod rule;
mod rules;
mod set;
#[cfg(any(test, feature = "check-sqlite"))]
mod sqlite;
mod subject;

pub(crate) use execution::{Executed, execute};
pub(crate) use inspect::Inspector;
pub use levels::{Levels, RulesVersion};
pub(crate) use permit::Permits;
pub use rule::{Judge, Level, Rule};
pub(crate) use set::{Member, find as find_in_set};

/// What is checked beyond what keeps a file from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    /// What becomes of what is found.
    pub levels: Levels,
    /// A longer text, in bytes, is only divided into statements.
    pub longest: usize,
    /// SQLite itself executes, in memory, what is for it. It has to be there: feature `check-sqlite`.
    pub sqlite: bool,
}

impl Default for Checks {
    /// The levels that rules have by themselves; texts of any length; nothing is executed.
    fn default() -> Self {
        Self { levels: Levels::default(), longest: usize::MAX, sqlite: false }
    }
}
