//! What is wrong although it can be read: what is certain to fail or to lose data, and what often does.
//!
//! A [`Rule`] says what it finds, why, and what to write in its place; a judge raises an [`Alarm`]; [`Levels`] and the
//! file's `Allow:` lines decide what becomes of it.

mod alarm;
mod columns;
mod execution;
mod grammar;
mod inspect;
mod levels;
#[cfg(feature = "lint")]
mod lint;
mod named;
mod permit;
mod references;
mod rule;
mod rules;
mod set;
#[cfg(any(test, feature = "check-sqlite"))]
mod sqlite;
mod statement;
mod subject;
mod tables;
mod value_use;

pub(crate) use execution::execute;
pub(crate) use grammar::Memory;
pub(crate) use inspect::Inspector;
pub use levels::{Levels, RulesVersion};
#[cfg(feature = "lint")]
pub(crate) use lint::prover as lint_prover;
pub use named::NoSuchRule;
pub(crate) use permit::Permits;
pub use rule::{Judge, Level, Rule};
pub(crate) use set::{Member, find as find_in_set};

use crate::Prover;

/// What is checked beyond what keeps a file from being read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    /// What becomes of what is found.
    pub levels: Levels,
    /// A longer text, in bytes, is only divided into statements.
    pub longest: usize,
    /// The judges that are asked although they take their time. What `uno.sum` remembers of them they are spared.
    pub provers: Vec<Prover>,
    /// Whether they are to judge even what is proven.
    pub all: bool,
}

impl Checks {
    /// Whether a judge is asked.
    pub(crate) fn asks(&self, judge: Judge) -> bool {
        match judge {
            Judge::Grammar => cfg!(feature = "check"),
            _ => judge.scope().is_none() || self.provers.iter().any(|prover| prover.judge == judge),
        }
    }
}

impl Default for Checks {
    /// The levels that rules have by themselves; texts of any length; no judge that takes its time.
    fn default() -> Self {
        Self { levels: Levels::default(), longest: usize::MAX, provers: Vec::new(), all: false }
    }
}
