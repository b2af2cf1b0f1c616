//! What is not known of the shadow database, because something was not executed on it.

use std::collections::BTreeSet;

use super::statement::{Statement, Work};

/// What an error may come from, other than from a mistake.
#[derive(Debug, Clone, Default)]
pub(super) struct Doubt {
    /// Nobody knows what was created and dropped: a migration in Rust, a hook, a file that is too long.
    everything: bool,
    /// These may be there or not, and may be other than they seem.
    names: BTreeSet<String>,
    /// Some rows may be there or not.
    rows: bool,
}

impl Doubt {
    pub(super) fn of_everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    pub(super) fn add_everything(&mut self) {
        self.everything = true;
    }

    pub(super) fn is_of_everything(&self) -> bool {
        self.everything
    }

    pub(super) fn is_of_rows(&self) -> bool {
        self.rows
    }

    pub(super) fn is_none(&self) -> bool {
        !self.everything && !self.rows && self.names.is_empty()
    }

    pub(super) fn add_names(&mut self, names: impl IntoIterator<Item = String>) {
        self.names.extend(names);
    }

    /// A statement was not executed.
    pub(super) fn add(&mut self, statement: &Statement<'_>) {
        match statement.work() {
            Work::Schema(names) => {
                self.rows = true;
                self.names.extend(names);
            }
            Work::Rows => self.rows = true,
            Work::Undo => self.everything = true,
            Work::Nothing => {}
        }
    }

    /// A statement was executed: what it has made of something that is in doubt, or renamed it to, is so too.
    pub(super) fn spread(&mut self, statement: &Statement<'_>) {
        if self.is_mentioned(statement)
            && let Work::Schema(names) = statement.work()
        {
            self.names.extend(names);
        }
    }

    /// Whether a statement names what is in doubt.
    pub(super) fn is_mentioned(&self, statement: &Statement<'_>) -> bool {
        self.names.iter().any(|name| statement.mentions(name))
    }

    /// The names that are in doubt here and are not there.
    pub(super) fn beyond(&self, other: &Self) -> Vec<String> {
        self.names.difference(&other.names).cloned().collect()
    }

    /// Rows were not written as the migration says.
    pub(super) fn add_rows(&mut self) {
        self.rows = true;
    }

    /// Whether what SQLite says of a statement may come from what is not known.
    pub(super) fn is_about(&self, statement: &Statement<'_>, message: &str) -> bool {
        let message = message.to_ascii_lowercase();
        // What a unique index is missed for, which may not have been made.
        let misses_key = ["on conflict clause", "foreign key mismatch"].iter().any(|words| message.starts_with(words));
        let is_named = |name: &String| misses_key || statement.mentions(name) || says(&message, name);
        self.everything || self.names.iter().any(is_named)
    }
}

/// Whether a name stands in a message, and is not a part of another one.
fn says(message: &str, name: &str) -> bool {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    message.match_indices(name).any(|(at, _)| {
        !message[..at].ends_with(is_word) && !message[at + name.len()..].starts_with(is_word) && !name.is_empty()
    })
}
