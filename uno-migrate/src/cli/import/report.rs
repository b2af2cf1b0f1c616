//! What an import did, and what it left.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::tools::Tool;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::cli) struct Imported {
    /// Nothing was changed.
    pub(in crate::cli) dry_run: bool,
    /// Whose project it was.
    pub(in crate::cli) tool: Tool,
    /// Its migrations as files of ours.
    pub(in crate::cli) files: Vec<File>,
    /// What could not be carried over.
    pub(in crate::cli) left: Vec<Left>,
    /// What the loader says of the files, where it refuses them.
    pub(in crate::cli) problems: Option<String>,
    /// What became of the history.
    pub(in crate::cli) adoption: Adoption,
}

/// A file of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::cli) struct File {
    /// Where it is.
    pub(in crate::cli) path: PathBuf,
    /// The migration's id.
    pub(in crate::cli) id: String,
    /// What it was made from.
    pub(in crate::cli) original: String,
    /// What became of it.
    pub(in crate::cli) fate: Fate,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli) enum Fate {
    /// It is written.
    Written,
    /// It was there, as it would be written.
    Unchanged,
    /// It was there and says something else: somebody has edited it, and it stays.
    Kept,
}

/// What could not be carried over, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::cli) struct Left {
    /// The file, or the row, as it is shown.
    pub(in crate::cli) place: String,
    /// Its line.
    pub(in crate::cli) line: Option<usize>,
    /// What it is.
    pub(in crate::cli) what: String,
    /// What to do.
    pub(in crate::cli) todo: String,
}

/// What became of the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::cli) enum Adoption {
    /// No database was asked.
    NotAsked,
    /// The database has no such table: nothing was applied there by the tool.
    NoTable(String),
    /// It does not say what the files say, so nothing was taken over: why, one by one.
    Refused(Vec<String>),
    /// So many migrations wait for the files to be mended.
    Waits(usize),
    /// So many migrations would be taken over, and nothing is: it is a dry run.
    Would(usize),
    /// It is taken over.
    Done {
        /// The ids that are recorded now.
        recorded: Vec<String>,
        /// How many had a row here before.
        already: usize,
    },
}

impl Left {
    pub(super) fn file(shown: &str, what: &str, todo: &str) -> Self {
        Self { place: shown.to_owned(), line: None, what: what.to_owned(), todo: todo.to_owned() }
    }

    pub(super) fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    pub(super) fn in_table(tool: Tool, key: &str) -> Self {
        let what = format!("{tool} has applied it, and there is no file of it");
        Self::file(
            &format!("version {key}"),
            &what,
            "nothing: what it did stays in the database, without a history here",
        )
    }
}

impl Imported {
    /// Whether the project can be migrated with us now.
    pub(in crate::cli) fn is_complete(&self) -> bool {
        self.problems.is_none() && !matches!(self.adoption, Adoption::Refused(_) | Adoption::Waits(_))
    }

    /// Whether anything is different now.
    pub(in crate::cli) fn has_changed(&self) -> bool {
        let recorded = matches!(&self.adoption, Adoption::Done { recorded, .. } if !recorded.is_empty());
        recorded || self.files.iter().any(|file| file.fate == Fate::Written)
    }
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fates = [
            (Fate::Written, if self.dry_run { "to be written" } else { "written" }),
            (Fate::Unchanged, "unchanged"),
            (Fate::Kept, "kept as edited"),
        ];
        let counted = fates.map(|(fate, word)| (self.files.iter().filter(|file| file.fate == fate).count(), word));
        let counted: Vec<String> =
            counted.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        writeln!(f, "{} migrations of {}: {}", self.files.len(), self.tool, counted.join(", "))?;
        for Left { place, line, what, todo } in &self.left {
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            writeln!(f, "left: {place}{line}: {what}\n  help: {todo}")?;
        }
        if let Some(problems) = &self.problems {
            writeln!(f, "{}\n", problems.trim_end())?;
        }
        match &self.adoption {
            Adoption::NotAsked => f.write_str("no database was asked: the history stays where it is"),
            Adoption::NoTable(table) => {
                write!(f, "the database has no table `{table}`: there is no history to take over")
            }
            Adoption::Refused(doubts) => {
                writeln!(f, "the history was not taken over:")?;
                doubts.iter().try_for_each(|doubt| writeln!(f, "  {doubt}"))?;
                write!(f, "  help: settle this with {}, then import again", self.tool)
            }
            Adoption::Waits(count) => {
                let todo =
                    if self.problems.is_some() { "mend the files above" } else { "build this program with the files" };
                write!(f, "{count} applied migrations wait: {todo}, then import again")
            }
            Adoption::Would(count) => write!(f, "{count} would be recorded as applied; nothing was changed"),
            Adoption::Done { .. } if !self.has_changed() => f.write_str("nothing has changed"),
            Adoption::Done { recorded, already: 0 } => {
                write!(f, "{} recorded as applied; nothing was run", recorded.len())
            }
            Adoption::Done { recorded, already } => {
                write!(f, "{} recorded as applied, {already} were before; nothing was run", recorded.len())
            }
        }
    }
}
