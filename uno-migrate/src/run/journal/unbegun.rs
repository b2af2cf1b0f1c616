//! Migrations of which a run that is gone has said that they begin, all at once, and to which it never came.

use tracing::info;
use uno_migrate_core::{Effect, QualifiedName};

use super::look;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::bookmark::Statements;
use crate::dialect::Settled;
use crate::error::Error;
use crate::run::history::Note;
use crate::run::scope::Scope;
use crate::run::session::Session;

impl Scope<'_> {
    /// Takes them out of the history again, under a lease. One follows the other, so that it was not begun either where a table
    /// before its own is not there: if its own is, somebody else has made it.
    pub(in crate::run) async fn take_out_unbegun(&mut self, session: &mut Session<'_>) -> Result<(), Error> {
        if self.lease.is_none() {
            return Ok(());
        }
        let mut told: Vec<(&AppliedMigration, Effect)> = self.rows.iter().filter_map(begun_together).collect();
        told.sort_by_key(|(row, _)| (row.epoch, row.seq));
        let mut is_changed = false;
        // Each run says so of some only when it has done all others.
        for chapter in told.chunk_by(|(one, _), (other, _)| one.epoch == other.epoch) {
            if let [(row, _), ..] = chapter {
                self.outlast(session, row).await?;
            }
            let mut is_missing = false;
            for (row, table) in chapter {
                if !is_missing {
                    match look::settled(session.connection(), table).await?.map(Settled::from) {
                        Some(Settled::Done) => continue,
                        Some(Settled::NotDone) => is_missing = true,
                        // The question is asked when its turn comes.
                        Some(Settled::Unusable | Settled::Unclear) | None => break,
                    }
                }
                info!("`{}` was not begun by the run that is gone", row.id);
                self.history.note(session.connection(), Note::Remove(row)).await?;
                is_changed = true;
            }
        }
        if is_changed { self.read_again(session).await } else { Ok(()) }
    }
}

fn begun_together(row: &AppliedMigration) -> Option<(&AppliedMigration, Effect)> {
    let next = Statements::of(row.metadata.as_deref()).filter(|_| row.status == HistoryStatus::Running)?.next?;
    let (schema, name) = next.table?;
    Some((row, Effect::Table { name: QualifiedName { schema, name }, exists: true }))
}
