//! Whether a migration that stands half-way can go on from there, as far as its row and its text tell.

use uno_migrate_core::{Carried, Dialect, Location, Section, carried};

use super::{Act, Step};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::bookmark::{Bookmark, Statements, chain};
use crate::event::Direction;
use crate::migration::Body;

/// Why it cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Blocked {
    /// The other verb goes on with it.
    OtherWay,
    /// It is not among what the options ask for.
    NotChosen,
    /// Only the history is to be changed.
    Recorded,
    /// There is nothing to go on with: Rust code, or a migration that this set does not have.
    Untold,
    /// The file has only so many statements left.
    Fewer(usize),
    /// What is done is not what the file says now.
    Changed,
    /// It wants its foreign keys off, and has begun with them on.
    ForeignKeys,
    /// This statement, which is done, left something in its session that is gone with it.
    Lost { number: usize, location: Location },
}

impl Act {
    /// Whether a step can go on where its row says that it stopped.
    pub(crate) fn goes_on(
        &self,
        row: &AppliedMigration,
        direction: Direction,
        dialect: Dialect,
    ) -> Result<(), Blocked> {
        let bookmark = Bookmark::read(row.metadata.as_deref());
        match self {
            Self::Record { .. } => Err(Blocked::Recorded),
            Self::Stored { down, .. } => follows(row, bookmark, dialect, &down.text, &down.section),
            Self::Run(migration) => match migration.body() {
                Body::Sql(sql) => {
                    let script = sql.script(dialect).ok_or(Blocked::Untold)?;
                    let section = crate::migration::section(script, direction).ok_or(Blocked::Untold)?;
                    follows(row, bookmark, dialect, &sql.file(script).text, section)
                }
                Body::Coded(_) => match bookmark {
                    // Its mark is not there, so nothing of it was committed.
                    Some(Bookmark::Code { .. }) if row.status == HistoryStatus::Running && row.statements_done == 0 => {
                        Ok(())
                    }
                    _ => Err(Blocked::Untold),
                },
            },
        }
    }
}

impl Step {
    /// The same of the whole step.
    pub(crate) fn goes_on(&self, row: &AppliedMigration) -> Result<(), Blocked> {
        self.act.goes_on(row, self.direction, self.dialect)
    }
}

/// Whether the statements that are done are still the first ones, and a new session can follow them.
fn follows(
    row: &AppliedMigration,
    bookmark: Option<Bookmark>,
    dialect: Dialect,
    text: &str,
    section: &Section,
) -> Result<(), Blocked> {
    let Some(Bookmark::Statements(Statements { done: known, .. })) = bookmark else { return Err(Blocked::Untold) };
    let (done, total) = (row.done(), section.statements.len());
    if done > total {
        return Err(Blocked::Fewer(total));
    }
    if chain(dialect, text, section, 0..done).to_string() != known {
        return Err(Blocked::Changed);
    }
    if section.foreign_keys_off && dialect == Dialect::Sqlite {
        return Err(Blocked::ForeignKeys);
    }
    match carried(dialect, text, section, done) {
        Carried::Again(_) => Ok(()),
        Carried::Lost(span) => {
            let number = section.statements.iter().position(|other| *other == span).unwrap_or_default() + 1;
            Err(Blocked::Lost { number, location: Location::of(text, span.start as usize) })
        }
    }
}
