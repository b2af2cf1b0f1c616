//! Migrations of which a run that is gone has said that they begin, all at once, and to which it never came.

use tracing::info;
use uno_migrate_core::{Effect, QualifiedName};

use super::look;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::bookmark::{Begun, Bookmark, Statements};
use crate::dialect::Settled;
use crate::error::Error;
use crate::run::history::Note;
use crate::run::scope::Scope;
use crate::run::session::Session;

impl Scope<'_> {
    /// Takes those out of the history again whose table is not there, under a lease. One follows the other: behind one that is
    /// missing, or not done, nobody knows any more whose a table is, which is asked when its turn comes.
    pub(in crate::run) async fn take_out_unbegun(&mut self, session: &mut Session<'_>) -> Result<(), Error> {
        if self.lease.is_none() {
            return Ok(());
        }
        let mut told: Vec<_> = self.rows.iter().filter_map(under_way).collect();
        told.sort_by_key(|(row, _)| (&row.namespace, row.epoch, row.seq));
        let of = |row: &AppliedMigration| (row.namespace.clone(), row.epoch);
        let mut is_changed = false;
        for chapter in told.chunk_by(|(one, _), (other, _)| of(one) == of(other)) {
            let [(row, _), ..] = chapter else { continue };
            if !chapter.iter().any(|(_, statements)| is_told_together(statements))
                || !self.outlast(session, row).await?
            {
                continue;
            }
            let mut is_missing = false;
            for (row, statements) in chapter {
                // It has failed, or is the one in hand.
                if !is_told_together(statements) {
                    is_missing = true;
                    continue;
                }
                let note = match self.is_there(session, statements).await? {
                    Some(false) => {
                        info!("`{}` was not begun by the run that is gone", row.id);
                        is_missing = true;
                        Note::Remove(row)
                    }
                    Some(true) | None if is_missing => Note::Advance(&doubtful(row, statements)),
                    Some(true) | None => continue,
                };
                self.history.note(session.connection(), note).await?;
                is_changed = true;
            }
        }
        if is_changed { self.read_again(session).await } else { Ok(()) }
    }

    /// Whether the table is there, where the catalogue tells.
    async fn is_there(&self, session: &mut Session<'_>, statements: &Statements) -> Result<Option<bool>, Error> {
        let Some(table) = statements.next.as_ref().and_then(|next| next.table.clone()) else { return Ok(None) };
        let table = Effect::Table { name: QualifiedName { schema: table.schema, name: table.name }, exists: true };
        Ok(match look::settled(session.connection(), &table).await?.map(Settled::from) {
            Some(Settled::Done) => Some(true),
            Some(Settled::NotDone) => Some(false),
            Some(Settled::Unusable | Settled::Unclear) | None => None,
        })
    }
}

fn under_way(row: &AppliedMigration) -> Option<(&AppliedMigration, Statements)> {
    match row.status {
        HistoryStatus::Running | HistoryStatus::Failed => Some((row, Statements::of(row.metadata.as_deref())?)),
        HistoryStatus::Applied | HistoryStatus::Reverted => None,
    }
}

/// Whether nothing was said of a migration but that it begins with others.
fn is_told_together(statements: &Statements) -> bool {
    statements.next.as_ref().is_some_and(|next| next.table.is_some())
}

/// The row of one of which it is not known any more that its table was not there before.
fn doubtful(row: &AppliedMigration, statements: &Statements) -> AppliedMigration {
    let next = statements.next.clone().map(|next| Begun { before: None, table: None, ..next });
    let bookmark = Bookmark::Statements(Statements { next, ..statements.clone() });
    AppliedMigration { metadata: bookmark.written(row.metadata.as_deref()), ..row.clone() }
}
