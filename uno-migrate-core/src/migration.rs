//! A migration as data: what it is called, what it waits for, and its SQL per dialect.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Checksum, Dependency, Dialect, Location, MigrationId, Span};

/// What describes a migration, whatever language it is written in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// `<version>_<name>`.
    pub id: MigrationId,
    /// The human name: `Migration:` in a file, `name = "…"` in an attribute, else the id's name with blanks for underscores.
    pub name: String,
    /// `Description:`, or a Rust migration's doc comment.
    pub description: Option<String>,
    /// The migrations it waits for, as written.
    pub depends: Vec<Dependency>,
    /// `Tags:`, as written.
    pub tags: Vec<String>,
    /// `Version:` is free text, such as a release; the number in front of the id is [`MigrationId::version`].
    pub version: Option<String>,
    /// Named hooks around this migration.
    pub hooks: Hooks,
    /// Why older binaries must not run on the schema that this migration leaves behind.
    pub breaking: Option<String>,
}

/// The names of the hooks that run around one migration, in its transaction.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hooks {
    /// `BeforeApply:`
    pub before_apply: Vec<String>,
    /// `AfterApply:`
    pub after_apply: Vec<String>,
    /// `BeforeRevert:`
    pub before_revert: Vec<String>,
    /// `AfterRevert:`
    pub after_revert: Vec<String>,
}

/// A migration written in SQL: one file, or one file per dialect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlMigration {
    /// What describes it; variants of one migration agree on it.
    pub info: Info,
    /// Its files, by path.
    pub files: Vec<ScriptFile>,
    /// One reading per dialect, in the order of [`Dialect::ALL`].
    pub scripts: Vec<Script>,
}

/// A file as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptFile {
    /// Relative to the package (embedded) or as it was given (loaded), with `/` between its parts.
    pub path: String,
    /// The normalised text: LF line ends, no byte order mark. An embedded set keeps it beside the index.
    #[serde(skip)]
    pub text: Text,
}

/// What one dialect makes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The dialect that read it.
    pub dialect: Dialect,
    /// Which of [`SqlMigration::files`].
    pub file: usize,
    /// The way up.
    pub up: Section,
    /// The way down.
    pub down: Down,
    /// SHA-256 over the tokens of the up section. An embedded set keeps it in front of the rest.
    #[serde(skip, default = "Checksum::unread")]
    pub checksum: Checksum,
}

/// The way back, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Down {
    /// A section of SQL, possibly empty on purpose.
    Section(Section),
    /// `Irreversible: <reason>`.
    Irreversible(String),
    /// Nothing was written; only where missing downs are allowed.
    Missing,
}

/// The statements of one direction, and how they are to be run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Section {
    /// Each statement without its terminator.
    pub statements: Vec<Span>,
    /// `Transaction: none` was given: statement by statement, outside a transaction.
    pub no_transaction: bool,
    /// `ForeignKeys: off` was given (SQLite table rebuild).
    pub foreign_keys_off: bool,
    /// `LockTimeout:`
    pub lock_timeout: Option<Timeout>,
    /// `StatementTimeout:`
    pub statement_timeout: Option<Timeout>,
    /// `Nothing: <reason>`: empty on purpose.
    pub nothing: Option<String>,
    /// `Allow: <rule> <reason>`
    pub allow: Vec<Allow>,
}

/// `500ms`, `5s`, `2min` or `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Timeout {
    /// No limit.
    None,
    /// That long.
    After(Duration),
}

/// A rule that a file asks to be excused from, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allow {
    /// The rule's id.
    pub rule: String,
    /// Why the rule does not matter here.
    pub reason: String,
}

/// A file's text: borrowed from the binary when embedded, shared when loaded.
#[derive(Debug, Clone)]
pub enum Text {
    /// From `include_str!`.
    Embedded(&'static str),
    /// Read at run time. To share it as a `str` would take it twice for a moment.
    Loaded(Arc<String>),
}

impl Default for Text {
    fn default() -> Self {
        Self::Embedded("")
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Embedded(text) => text,
            Self::Loaded(text) => text,
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl Info {
    /// What describes a migration of which only the id is known.
    pub fn new(id: MigrationId) -> Self {
        Self {
            name: id.name().replace('_', " "),
            id,
            description: None,
            depends: Vec::new(),
            tags: Vec::new(),
            version: None,
            hooks: Hooks::default(),
            breaking: None,
        }
    }
}

impl Hooks {
    /// Every name, in the order of the fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let Self { before_apply, after_apply, before_revert, after_revert } = self;
        [before_apply, after_apply, before_revert, after_revert].into_iter().flatten().map(String::as_str)
    }
}

impl Timeout {
    /// Reads `500ms`, `5s`, `2min` or `none`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("none") {
            return Some(Self::None);
        }
        let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().ok()?;
        let after = match unit.trim_start().to_ascii_lowercase().as_str() {
            "ms" => Duration::from_millis(number),
            "s" => Duration::from_secs(number),
            "min" => Duration::from_secs(number.checked_mul(60)?),
            _ => return None,
        };
        // To a database, no time at all means no limit: whoever wants that writes `none`. No database takes more
        // milliseconds than an `i32` holds.
        (1..=i32::MAX as u128).contains(&after.as_millis()).then_some(Self::After(after))
    }
}

/// As a directive gives it.
impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::After(limit) => write!(f, "{}ms", limit.as_millis()),
        }
    }
}

impl Section {
    /// The directives that make another reader see this section as this one does, a line each.
    pub fn directives(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = |key: &str, value: &str| lines.push(format!("-- {key}: {value}"));
        if self.no_transaction {
            line("Transaction", "none");
        }
        if self.foreign_keys_off {
            line("ForeignKeys", "off");
        }
        if let Some(limit) = self.lock_timeout {
            line("LockTimeout", &limit.to_string());
        }
        if let Some(limit) = self.statement_timeout {
            line("StatementTimeout", &limit.to_string());
        }
        if let Some(reason) = &self.nothing {
            line("Nothing", reason);
        }
        lines
    }
}

impl SqlMigration {
    /// The reading for a dialect, if the set was read for it.
    pub fn script(&self, dialect: Dialect) -> Option<&Script> {
        self.scripts.iter().find(|script| script.dialect == dialect)
    }

    /// The file behind a script of this migration.
    pub fn file(&self, script: &Script) -> &ScriptFile {
        &self.files[script.file]
    }
}

impl ScriptFile {
    /// The text of a statement and where it starts.
    pub fn statement(&self, span: Span) -> (&str, Location) {
        (span.of(&self.text), Location::of(&self.text, span.start as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts() {
        let after = |millis| Some(Timeout::After(Duration::from_millis(millis)));
        assert_eq!(Timeout::parse("500ms"), after(500));
        assert_eq!(Timeout::parse("5s"), after(5_000));
        assert_eq!(Timeout::parse("2 min"), after(120_000));
        assert_eq!(Timeout::parse("none"), Some(Timeout::None));
        assert_eq!(Timeout::parse("2147483647ms"), after(2_147_483_647));
        for wrong in ["", "5", "s", "-5s", "5h", "0s", "5s 3ms", "2147483648ms", "99999999999999999999s"] {
            assert_eq!(Timeout::parse(wrong), None, "{wrong}");
        }
    }
}
