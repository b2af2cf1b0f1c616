//! What sources that read files have in common: where to look, and for which databases.

use std::path::PathBuf;

use uno_migrate_core::{Checks, Dialect, Found, Level, Levels, NoSuchRule, Problem, Problems, Root};

use super::Reading;
use crate::error::Result;
use crate::migration::Migration;
use crate::reading::read;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paths {
    paths: Vec<PathBuf>,
    /// As asked for; none where nothing was.
    pub(super) dialects: Option<Vec<Dialect>>,
    /// What becomes of what rules find, or the first name that no rule has.
    levels: Result<Levels, NoSuchRule>,
}

/// What sources that read files say of rules, in the words of `embed_migrations!`.
macro_rules! about_rules {
    ($type:ty) => {
        impl $type {
            /// What these rules find is an error; `warnings` stands for all that warn by themselves.
            #[must_use]
            pub fn deny<R: AsRef<str>>(mut self, rules: impl IntoIterator<Item = R>) -> Self {
                self.0.give(uno_migrate_core::Level::Deny, rules);
                self
            }

            /// What these rules find is let pass. `uno-migrate check` shows it.
            #[must_use]
            pub fn warn<R: AsRef<str>>(mut self, rules: impl IntoIterator<Item = R>) -> Self {
                self.0.give(uno_migrate_core::Level::Warn, rules);
                self
            }

            /// Nothing becomes of these rules.
            #[must_use]
            pub fn allow<R: AsRef<str>>(mut self, rules: impl IntoIterator<Item = R>) -> Self {
                self.0.give(uno_migrate_core::Level::Allow, rules);
                self
            }

            /// Leaves migrations in front of this one alone: they have done what they do.
            #[must_use]
            pub fn rules_since(mut self, id: impl AsRef<str>) -> Self {
                self.0.change_levels(|levels| levels.give_first(id.as_ref()));
                self
            }

            /// The rules that came with this version of the library (`0.1`), and all before it. Default: its own.
            #[must_use]
            pub fn rules(mut self, version: impl AsRef<str>) -> Self {
                self.0.change_levels(|levels| levels.give_version(version.as_ref()));
                self
            }
        }
    };
}
pub(super) use about_rules;

impl Paths {
    pub(super) fn new<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self { paths: paths.into_iter().map(Into::into).collect(), dialects: None, levels: Ok(Levels::default()) }
    }

    pub(super) fn give<R: AsRef<str>>(&mut self, level: Level, rules: impl IntoIterator<Item = R>) {
        for rule in rules {
            self.change_levels(|levels| levels.give(rule.as_ref(), level));
        }
    }

    pub(super) fn change_levels(&mut self, change: impl FnOnce(&mut Levels) -> Result<(), NoSuchRule>) {
        let refused = self.levels.as_mut().ok().and_then(|levels| change(levels).err());
        if let Some(refused) = refused {
            self.levels = Err(refused);
        }
    }

    /// Finds the files with `find`, and proves them.
    pub(super) fn migrations(&self, find: fn(&[Root]) -> Found, reading: Reading) -> Result<Vec<Migration>> {
        let roots: Vec<Root> = self.paths.iter().map(Root::new).collect();
        let dialects = reading.dialects(self.dialects.as_deref());
        let levels = self
            .levels
            .clone()
            .map_err(|NoSuchRule { message, help }| Problems::from(Problem::new(message).with_help(help)))?;
        let checks = Checks { levels, ..Checks::default() };
        let read = read(find(&roots), &dialects, reading.missing_down, Some(checks))?;
        Ok(read.into_iter().map(Migration::from).collect())
    }
}
