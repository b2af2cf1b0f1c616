//! A migration of another tool, as all of them can be told.

use super::Left;
use super::tools::Tool;
use super::tree::{Foreign, Tree};
use crate::MigrationId;

/// A migration as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Original {
    /// What the tool's table calls it.
    pub(super) key: String,
    /// What we call it.
    pub(super) id: MigrationId,
    /// Where it stands below the directory.
    pub(super) folder: String,
    /// The file as it is shown; that of the way up, where there are two.
    pub(super) shown: String,
    pub(super) body: Body,
    /// What the tool's table may say of its content; empty where the tool keeps nothing of it.
    pub(super) checksums: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    Sql {
        up: Half,
        down: Option<Half>,
    },
    /// Code in that language, which is not ours to read.
    Code(&'static str),
}

/// One direction.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Half {
    pub(super) sql: String,
    /// The tool runs it outside of a transaction.
    pub(super) no_transaction: bool,
}

/// What a directory holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Found {
    pub(super) originals: Vec<Original>,
    pub(super) left: Vec<Left>,
}

impl Half {
    pub(super) fn of(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), no_transaction: false }
    }
}

impl Found {
    pub(super) fn in_tree(tree: &Tree) -> Self {
        let left = tree.unreadable.iter().filter(|shown| shown.ends_with(".sql"));
        let left = left.map(|shown| Left::file(shown, "it is no UTF-8 text", "convert it to UTF-8, then import again"));
        Self { originals: Vec::new(), left: left.collect() }
    }

    /// A file that the tool does not take for a migration.
    pub(super) fn no_migration(&mut self, tool: Tool, file: &Foreign) {
        if !file.is_beside() {
            let what = format!("{tool} does not read it as a migration");
            self.left.push(Left::file(&file.shown, &what, "leave it, unless it is one"));
        }
    }

    pub(super) fn leave(&mut self, file: &Foreign, what: &str, todo: &str) {
        self.left.push(Left::file(&file.shown, what, todo));
    }

    /// A line of a file that is carried over.
    pub(super) fn leave_line(&mut self, file: &Foreign, line: usize, what: &str, todo: &str) {
        self.left.push(Left::file(&file.shown, what, todo).at(line));
    }

    /// Takes it in under the version and the name that it has; what an id cannot have becomes `_`.
    pub(super) fn take(&mut self, key: impl Into<String>, version: &str, name: &str, file: &Foreign, body: Body) {
        match MigrationId::parse(&format!("{version}_{}", name_of(name))) {
            Ok(id) => self.originals.push(Original {
                key: key.into(),
                id,
                folder: file.folder.clone(),
                shown: file.shown.clone(),
                body,
                checksums: Vec::new(),
            }),
            Err(error) => self.leave(file, &error.to_string(), "give it a shorter name in a copy, then import that"),
        }
    }

    /// What the table may say of the content of the one that was taken in last.
    pub(super) fn proven_by(&mut self, checksums: impl IntoIterator<Item = String>) {
        if let Some(last) = self.originals.last_mut() {
            last.checksums = checksums.into_iter().collect();
        }
    }
}

fn name_of(name: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let words: Vec<&str> = name.split(|letter| !fits(letter)).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "migration".to_owned() } else { words.join("_") }
}

/// Digits in front of a `_`, and what follows it.
pub(super) fn numbered(stem: &str) -> Option<(&str, &str)> {
    let (version, name) = stem.split_once('_').unwrap_or((stem, ""));
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some((version, name))
}

/// The number as a table keeps it: without zeros in front.
pub(super) fn number(version: &str) -> String {
    let digits = version.trim_start_matches('0');
    if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
}
