//! Which level a rule has for a migration: its own, or the one that the application gives it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::rule::{Level, Rule};
use crate::MigrationId;

/// What the application says of rules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Levels {
    chosen: BTreeMap<String, Level>,
    warnings: Option<Level>,
    since: Option<MigrationId>,
    version: RulesVersion,
}

/// `0.1`: the rules that came with that version of this library, and all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RulesVersion {
    /// The number in front of the point.
    pub major: u16,
    /// The number behind it.
    pub minor: u16,
}

impl Levels {
    /// Gives a rule another level. One that is [forbidden](Level::Forbid) keeps it.
    pub fn set(&mut self, rule: &'static Rule, level: Level) {
        self.chosen.insert(rule.id.to_owned(), level);
    }

    /// Gives every rule that would warn another level, unless it is given one by [`set`](Self::set).
    pub fn set_warnings(&mut self, level: Level) {
        self.warnings = Some(level);
    }

    /// Leaves migrations in front of this one alone, by version and then by id: they have done what they do.
    pub fn since(&mut self, first: MigrationId) {
        self.since = Some(first);
    }

    /// Uses the rules of that version.
    pub fn version(&mut self, version: RulesVersion) {
        self.version = version;
    }

    /// These, and where they say nothing, those.
    #[must_use]
    pub fn over(mut self, base: Self) -> Self {
        let Self { chosen, warnings, since, version } = base;
        for (rule, level) in chosen {
            self.chosen.entry(rule).or_insert(level);
        }
        Self {
            warnings: self.warnings.or(warnings),
            since: self.since.or(since),
            version: if self.version == RulesVersion::CURRENT { version } else { self.version },
            ..self
        }
    }

    /// The first migration that rules are for, where there is one.
    pub fn first(&self) -> Option<&MigrationId> {
        self.since.as_ref()
    }

    /// Whether a rule was given a level by itself, or those that warn together.
    pub(super) fn is_given(&self, rule: Option<&Rule>) -> bool {
        rule.map_or(self.warnings.is_some(), |rule| self.chosen.contains_key(rule.id))
    }

    /// The level of a rule for a migration.
    pub fn of(&self, rule: &Rule, id: &MigrationId) -> Level {
        let is_old = self.since.as_ref().is_some_and(|first| id < first);
        let level = self.chosen.get(rule.id).copied();
        match rule.level {
            Level::Forbid => Level::Forbid,
            _ if is_old => Level::Allow,
            // Whoever names a rule has chosen it, however new it is.
            _ if level.is_none() && rule.since > self.version => Level::Allow,
            Level::Warn => level.or(self.warnings).unwrap_or(Level::Warn),
            own => level.unwrap_or(own),
        }
    }
}

impl RulesVersion {
    /// Those of the version that is running.
    pub const CURRENT: Self =
        Self { major: number(env!("CARGO_PKG_VERSION_MAJOR")), minor: number(env!("CARGO_PKG_VERSION_MINOR")) };

    /// The first ones.
    pub const FIRST: Self = Self { major: 0, minor: 1 };

    /// The newest that may be known: rules of the next version can be tried before it comes.
    pub const NEXT: Self = Self { minor: Self::CURRENT.minor + 1, ..Self::CURRENT };
}

const fn number(text: &str) -> u16 {
    let (digits, mut at, mut number) = (text.as_bytes(), 0, 0);
    while at < digits.len() {
        number = number * 10 + (digits[at] - b'0') as u16;
        at += 1;
    }
    number
}

impl Default for RulesVersion {
    fn default() -> Self {
        Self::CURRENT
    }
}

impl fmt::Display for RulesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl FromStr for RulesVersion {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (major, minor) = text.split_once('.').unwrap_or((text, ""));
        Ok(Self { major: major.parse()?, minor: minor.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Judge;
    use crate::check::rule::Examples;

    static NEW: Rule = Rule {
        id: "new",
        title: "",
        why: "",
        instead: "",
        dialects: &[],
        level: Level::Warn,
        since: RulesVersion::NEXT,
        judge: Judge::Statements,
        examples: Examples { refused: "", accepted: "" },
    };
    static OLD: Rule = Rule { id: "old", since: RulesVersion::FIRST, ..NEW };
    static CERTAIN: Rule = Rule { id: "certain", level: Level::Deny, ..OLD };
    static FIXED: Rule = Rule { id: "fixed", level: Level::Forbid, ..OLD };

    fn id(text: &str) -> MigrationId {
        MigrationId::parse(text).unwrap()
    }

    #[test]
    fn a_rule_has_its_own_level_or_the_one_it_is_given() {
        let mut levels = Levels::default();
        let one = id("1_a");
        assert_eq!(
            [&OLD, &CERTAIN, &FIXED].map(|rule| levels.of(rule, &one)),
            [Level::Warn, Level::Deny, Level::Forbid]
        );
        levels.set_warnings(Level::Deny);
        assert_eq!(levels.of(&OLD, &one), Level::Deny);
        levels.set(&OLD, Level::Allow);
        levels.set(&FIXED, Level::Allow);
        assert_eq!([&OLD, &FIXED].map(|rule| levels.of(rule, &one)), [Level::Allow, Level::Forbid]);
    }

    #[test]
    fn new_rules_are_silent_until_they_are_asked_for() {
        let mut levels = Levels::default();
        levels.set_warnings(Level::Deny);
        assert_eq!(levels.of(&NEW, &id("1_a")), Level::Allow);
        levels.version(RulesVersion::NEXT);
        assert_eq!(levels.of(&NEW, &id("1_a")), Level::Deny);
        let mut levels = Levels::default();
        levels.set(&NEW, Level::Warn);
        assert_eq!(levels.of(&NEW, &id("1_a")), Level::Warn);
    }

    #[test]
    fn what_is_older_is_left_alone_but_for_what_nothing_excuses() {
        let mut levels = Levels::default();
        levels.since(id("10_b"));
        let of = |migration: &str| [&OLD, &CERTAIN, &FIXED].map(|rule| levels.of(rule, &id(migration)));
        for old in ["9_z", "10_a"] {
            assert_eq!(of(old), [Level::Allow, Level::Allow, Level::Forbid], "{old}");
        }
        for new in ["10_b", "10_c", "11_a"] {
            assert_eq!(of(new), [Level::Warn, Level::Deny, Level::Forbid], "{new}");
        }
    }

    #[test]
    fn versions_are_read_as_they_are_written() {
        assert_eq!("0.1".parse(), Ok(RulesVersion::FIRST));
        assert_eq!(RulesVersion::CURRENT.to_string().parse(), Ok(RulesVersion::CURRENT));
        for wrong in ["", "1", "0.1.2", "a.b", "-1.0"] {
            assert!(wrong.parse::<RulesVersion>().is_err(), "{wrong}");
        }
    }
}
