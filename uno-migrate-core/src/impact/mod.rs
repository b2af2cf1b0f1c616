//! What a statement does to those who use its tables meanwhile: how they wait for it, and how much it reads or writes.
//!
//! By what the statement says alone. What that does not tell, such as whether a function is volatile or which server it
//! is, is said to be unknown.

mod mysql;
mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;

use crate::class::bare;
use crate::cursor::{Cursor, Nested, tokens};
use crate::lex::TokenKind;
use crate::{Dialect, QualifiedName, Span};

/// What a statement does to those who use its tables meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    /// The tables that were there before it and that it is about, as far as it names them.
    pub tables: Vec<QualifiedName>,
    /// The strongest lock that it takes.
    pub lock: Lock,
    /// How much it reads or writes.
    pub work: Work,
}

/// The lock that a statement takes on what it is about. Those of PostgreSQL are in the order of their strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lock {
    /// None that anybody waits for.
    None,
    /// PostgreSQL's `ACCESS SHARE`.
    AccessShare,
    /// PostgreSQL's `ROW EXCLUSIVE`.
    RowExclusive,
    /// PostgreSQL's `SHARE UPDATE EXCLUSIVE`.
    ShareUpdateExclusive,
    /// PostgreSQL's `SHARE`.
    Share,
    /// PostgreSQL's `SHARE ROW EXCLUSIVE`.
    ShareRowExclusive,
    /// PostgreSQL's `EXCLUSIVE`.
    Exclusive,
    /// PostgreSQL's `ACCESS EXCLUSIVE`.
    AccessExclusive,
    /// MySQL's on the rows that it changes.
    Rows,
    /// MySQL's on what a table is.
    Metadata,
    /// SQLite's on the database.
    Writer,
    /// Nobody knows from the statement alone.
    Unknown,
}

/// How much a statement reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// The catalogue alone: done at once, whatever the size of the table.
    Catalogue,
    /// The rows that it names.
    Rows,
    /// It reads the whole table.
    Scan,
    /// It reads the whole table and writes an index.
    Build,
    /// It may write the whole table anew: the statement alone does not tell.
    MayRewrite,
    /// It writes the whole table anew.
    Rewrite,
    /// Nobody knows from the statement alone.
    Unknown,
}

impl Lock {
    /// What the database calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::AccessShare => "ACCESS SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
            Self::Rows => "row locks",
            Self::Metadata => "metadata lock",
            Self::Writer => "write lock",
            Self::Unknown => "unknown",
        }
    }

    /// Who waits while it is held.
    pub const fn waits(self) -> &'static str {
        match self {
            Self::None | Self::AccessShare => "nobody waits",
            Self::RowExclusive | Self::Rows => "who wants the same rows waits",
            Self::ShareUpdateExclusive => "other changes of the schema wait",
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => "writers wait",
            Self::AccessExclusive => "readers and writers wait",
            Self::Metadata => "readers and writers wait, at least at its beginning and its end",
            Self::Writer => "other writers of the database wait",
            Self::Unknown => "it is not known who waits",
        }
    }
}

impl Work {
    /// A word for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Rows => "rows",
            Self::Scan => "scan",
            Self::Build => "build",
            Self::MayRewrite => "may_rewrite",
            Self::Rewrite => "rewrite",
            Self::Unknown => "unknown",
        }
    }

    /// What is done.
    pub const fn said(self) -> &'static str {
        match self {
            Self::Catalogue => "changes the catalogue alone",
            Self::Rows => "reads or writes rows",
            Self::Scan => "reads the whole table",
            Self::Build => "reads the whole table and writes an index",
            Self::MayRewrite => "may write the whole table anew",
            Self::Rewrite => "writes the whole table anew",
            Self::Unknown => "it is not known how much it reads or writes",
        }
    }
}

impl Impact {
    const UNKNOWN: Self = Self { tables: Vec::new(), lock: Lock::Unknown, work: Work::Unknown };

    /// About nothing that was there before.
    fn new_object() -> Self {
        Self { tables: Vec::new(), lock: Lock::None, work: Work::Catalogue }
    }

    fn on(table: Option<QualifiedName>, lock: Lock, work: Work) -> Self {
        Self { tables: table.into_iter().collect(), lock, work }
    }

    /// Both, one after the other in the same statement.
    fn and(mut self, other: Self) -> Self {
        for table in other.tables {
            if !self.tables.contains(&table) {
                self.tables.push(table);
            }
        }
        Self { tables: self.tables, lock: self.lock.max(other.lock), work: self.work.max(other.work) }
    }
}

/// What one statement does to those who use its tables meanwhile.
pub fn impact(dialect: Dialect, statement: &str) -> Impact {
    let statement = bare(dialect, statement);
    let tokens = tokens(dialect, statement, Span::new(0..statement.len()));
    let Some(mut cursor) = Cursor::new(dialect, statement, &tokens) else { return Impact::UNKNOWN };
    let read = match dialect {
        Dialect::Postgres => postgres::read(&mut cursor),
        Dialect::MySql => mysql::read(&mut cursor),
        Dialect::Sqlite => sqlite::read(&mut cursor),
    };
    read.unwrap_or(Impact::UNKNOWN)
}

/// The table of a statement that reads or writes rows.
fn rows_of(c: &mut Cursor<'_>) -> Option<QualifiedName> {
    let into = c.words(&["INSERT", "INTO"]) || c.words(&["REPLACE", "INTO"]) || c.words(&["DELETE", "FROM"]);
    let _ = into || c.words(&["MERGE", "INTO"]) || c.one_of(&["UPDATE", "COPY"]);
    c.word("ONLY");
    c.qualified()
}

/// What is separated by commas, as words; what stands in parentheses is one `(…)`.
fn actions<'a>(c: &Cursor<'a>) -> Vec<Vec<Nested<'a>>> {
    let mut actions = vec![Vec::new()];
    for token in c.rest() {
        if token.depth == 0 && token.kind == TokenKind::Punctuation(b',') {
            actions.push(Vec::new());
        } else if let Some(action) = actions.last_mut() {
            action.push(token);
        }
    }
    actions
}

/// Whether an action begins with these words.
fn begins(action: &[Nested<'_>], words: &[&str]) -> bool {
    action.len() >= words.len() && action.iter().zip(words).all(|(token, word)| token.is(word))
}

/// Whether an action has these words one after the other, outside of parentheses.
fn has(action: &[Nested<'_>], words: &[&str]) -> bool {
    let outside: Vec<_> = action.iter().filter(|token| token.depth == 0).copied().collect();
    (0..outside.len()).any(|start| begins(&outside[start..], words))
}
