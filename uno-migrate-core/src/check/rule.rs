//! What a rule is, and which rules there are.

use serde::{Deserialize, Serialize};

use super::levels::RulesVersion;
use super::rules;
use crate::Dialect;

/// Something that a migration should not do.
#[derive(Debug)]
pub struct Rule {
    /// Its name, as `Allow:` and the macro's arguments give it.
    pub id: &'static str,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// What goes wrong.
    pub why: &'static str,
    /// What to write in its place.
    pub instead: &'static str,
    /// The databases that it is about.
    pub dialects: &'static [Dialect],
    /// What becomes of it unless told otherwise.
    pub level: Level,
    /// The rules that it came with.
    pub since: RulesVersion,
    /// Who finds it.
    pub judge: Judge,
    /// A section that it finds something in, and one like it that it lets pass: whole files, in the first of its dialects.
    pub examples: Examples,
}

/// A file that a rule refuses, and one that does the same and passes.
#[derive(Debug, Clone, Copy)]
pub struct Examples {
    /// Refused.
    pub refused: &'static str,
    /// Accepted.
    pub accepted: &'static str,
}

/// What becomes of what a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Level {
    /// Nothing.
    Allow,
    /// A warning.
    Warn,
    /// An error.
    Deny,
    /// An error that nothing excuses: the engine itself could not keep what it promises.
    Forbid,
}

/// Who finds what a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Judge {
    /// This crate, over the statements of a file.
    Statements,
    /// This crate, over all files in their order.
    Set,
    /// A parser of the database's grammar, where this crate is built with one; else what is certain without.
    Grammar,
    /// squawk-linter, over a file as PostgreSQL reads it.
    Lint,
    /// SQLite, which executes all files in their order.
    Sqlite,
}

impl Rule {
    /// Every rule, by id. They are the same whatever features are enabled: a file may name any of them.
    pub fn all() -> &'static [&'static Self] {
        rules::ALL
    }

    /// Whether a file can be excused from it: an `Allow:` for what finds needless ones would be one.
    pub(crate) fn can_be_excused(&self) -> bool {
        self.level != Level::Forbid && *self != rules::unused_allow::RULE
    }

    /// The rule of that id.
    pub fn named(id: &str) -> Option<&'static Self> {
        Self::all().iter().find(|rule| rule.id == id).copied()
    }
}

/// By id, which no two have in common.
impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}
