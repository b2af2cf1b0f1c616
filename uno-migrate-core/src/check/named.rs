//! Levels by the names that people write: in the macro's lists, in a builder, on a command line.

use std::fmt;

use super::levels::{Levels, RulesVersion};
use super::rule::{Level, Rule};
use crate::{IdError, MigrationId, nearest};

/// A name or a version that says nothing about rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchRule {
    /// What is wrong with it: lowercase, no full stop.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// The word for every rule that warns by itself.
const WARNINGS: &str = "warnings";

impl Levels {
    /// Gives another level to the rule of that name, or by the word `warnings` to every rule that would warn.
    ///
    /// # Errors
    /// A name that no rule has, that of one which keeps its level, or one that was given before.
    pub fn give(&mut self, name: &str, level: Level) -> Result<(), NoSuchRule> {
        let rule = Rule::named(name);
        match rule {
            None if name != WARNINGS => return Err(unknown(name)),
            _ if self.is_given(rule) => {
                return Err(NoSuchRule::new(format!("`{name}` is listed more than once"), "delete one of them"));
            }
            None => self.set_warnings(level),
            Some(rule) if rule.level == Level::Forbid && level != Level::Deny => {
                return Err(NoSuchRule::new(format!("rule `{name}` is always an error"), "delete it from the list"));
            }
            Some(rule) => self.set(rule, level),
        }
        Ok(())
    }

    /// Uses the rules of that version, as it is written.
    ///
    /// # Errors
    /// What is no version, or one whose rules this one does not know.
    pub fn give_version(&mut self, text: &str) -> Result<(), NoSuchRule> {
        let (first, next) = (RulesVersion::FIRST, RulesVersion::NEXT);
        match text.parse() {
            Ok(version) if (first..=next).contains(&version) => {
                self.version(version);
                Ok(())
            }
            _ => {
                let help = format!("write a version from `{first}` to `{next}`");
                Err(NoSuchRule::new(format!("there are no rules `{text}`"), help))
            }
        }
    }

    /// Leaves migrations in front of the one of that id alone.
    ///
    /// # Errors
    /// What is no id.
    pub fn give_first(&mut self, id: &str) -> Result<(), NoSuchRule> {
        self.since(MigrationId::parse(id)?);
        Ok(())
    }
}

fn unknown(name: &str) -> NoSuchRule {
    let help = match nearest(name, Rule::all().iter().map(|rule| rule.id).chain([WARNINGS])) {
        Some(near) => format!("write `{near}`"),
        None => "docs/rules.md lists them; `warnings` stands for all that only warn".to_owned(),
    };
    NoSuchRule::new(format!("there is no rule `{name}`"), help)
}

impl NoSuchRule {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

impl From<IdError> for NoSuchRule {
    fn from(error: IdError) -> Self {
        Self::new(error.to_string(), error.help())
    }
}

impl fmt::Display for NoSuchRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NoSuchRule {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_says() {
        let mut levels = Levels::default();
        for (name, level, said) in [
            ("drop-column", Level::Deny, None),
            ("warnings", Level::Allow, None),
            ("drop-column", Level::Allow, Some("`drop-column` is listed more than once")),
            ("warnings", Level::Deny, Some("`warnings` is listed more than once")),
            ("drop-colum", Level::Deny, Some("there is no rule `drop-colum`")),
            ("transaction-control", Level::Allow, Some("rule `transaction-control` is always an error")),
            ("transaction-control", Level::Deny, None),
        ] {
            let error = levels.give(name, level).err().map(|error| error.message);
            assert_eq!(error.as_deref(), said);
        }
        assert_eq!(levels.give_version("0.1"), Ok(()));
        assert_eq!(levels.give_version("9.0").unwrap_err().message, "there are no rules `9.0`");
        assert_eq!(levels.give_first("7_orders"), Ok(()));
        assert!(levels.give_first("orders").is_err());
    }
}
