//! How far a migration is that has no transaction of ours around it, and how it goes on where it stopped. What it says is
//! kept as the [bookmark](crate::bookmark) of the migration's history row.
//!
//! * [`course`]: the way through the statements, and what the row says at each
//! * [`walk`]: doing them, each together with the history's word where that can be
//! * [`bunches`]: those that only add rows, many together
//! * [`index`]: building one without holding up writers
//! * [`resume`]: beginning, or going on
//! * [`former`]: the session that ran it before has to have ended
//! * [`look`]: what the catalogue tells about a statement in doubt
//! * [`unbegun`]: what was said to begin and never did
//! * [`doubt`]: what becomes of a statement in doubt, and the question that is left where nothing tells

use super::history::Note;
use super::scope::Scope;
use super::session::ledger::Ledger;
use super::session::transaction::is_open;
use crate::applied::AppliedMigration;
use crate::bookmark::{Bookmark, Statements};
use crate::driver::Connection;
use crate::error::{Error, ErrorKind};

pub(super) mod bunches;
pub(super) mod course;
mod doubt;
mod former;
mod index;
mod look;
pub(super) mod resume;
mod unbegun;
pub(super) mod walk;

use course::{Course, Unit};

/// Told after each statement how many are done, and which one is begun next.
pub(super) struct Journal<'j, 'l> {
    pub(super) row: &'j mut AppliedMigration,
    /// Where it is written, if not where the migration runs.
    pub(super) ledger: Option<&'j mut Ledger<'l>>,
    /// The migration runs inside a transaction of the caller's, and the journal with it.
    pub(super) inside: bool,
    /// The way through its statements; Rust code has none.
    pub(super) course: Option<&'j Course<'j>>,
    /// A transaction is open that may take back what was done last.
    pub(super) is_open: &'j mut bool,
}

impl Journal<'_, '_> {
    /// Counts a unit as done, unless a transaction is open that may still take it back; false if so. Then the row says
    /// that the next unit may have been begun as well.
    async fn advance(
        &mut self,
        scope: &Scope<'_>,
        connection: &mut dyn Connection,
        course: &Course<'_>,
        unit: &Unit,
    ) -> Result<bool, Error> {
        *self.is_open = !self.is_settled(connection).await?;
        let row = match *self.is_open {
            false => course.noted(connection, self.row, unit.statements.end).await?,
            true => match self.further(course, unit) {
                Some(row) => row,
                None => return Ok(false),
            },
        };
        scope.note(connection, self.ledger.as_deref_mut(), Note::Advance(&row)).await?;
        *self.row = row;
        Ok(!*self.is_open)
    }

    /// The row that says that the unit behind this one is begun, although this one is not known to be done.
    fn further(&self, course: &Course<'_>, unit: &Unit) -> Option<AppliedMigration> {
        let next = course.from(unit.statements.end).first()?;
        let Statements { next: begun, .. } = Statements::of(self.row.metadata.as_deref())?;
        let mut begun = begun?;
        begun.further = next.statements.end.saturating_sub(self.row.done() + begun.statements);
        Some(course.row(self.row, self.row.done(), Some(begun)))
    }

    /// Whether everything that was done is committed.
    pub(super) async fn is_settled(&mut self, connection: &mut dyn Connection) -> Result<bool, Error> {
        if self.inside {
            return Ok(true);
        }
        is_open(connection).await.map(|open| !open).map_err(|error| {
            Error::new(ErrorKind::Connection, "the connection does not tell whether a transaction is open")
                .caused_by_database(error)
        })
    }
}

/// The row of a migration that is known to have failed: nothing behind what is done was begun and may be done.
pub(super) fn without_doubt(row: &AppliedMigration) -> AppliedMigration {
    let mut row = row.clone();
    if let Some(statements) = Statements::of(row.metadata.as_deref()) {
        row.metadata = Bookmark::Statements(Statements { next: None, ..statements }).written(row.metadata.as_deref());
    }
    row
}
