//! Rust code in a transaction of MySQL's, which commits in between whenever the schema is changed. The first statement of
//! the transaction marks the history row, the last one says that it is done: where the mark is not there, nothing was
//! committed, and where the last word is there, everything was.

use std::time::Instant;

use tracing::debug;

use super::conclusion::Conclusion;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::driver::Connection;
use crate::error::Error;
use crate::plan::Step;
use crate::run::history::Note;
use crate::run::record;
use crate::run::scope::Scope;
use crate::run::session::Session;
use crate::run::session::transaction::{Bracket, Ended, left_open};
use crate::run::work::Work;

/// How many statements the row of Rust code counts once the first of them is committed.
const MARK: i64 = 1;

impl Scope<'_> {
    pub(super) async fn marked(
        &self,
        session: &mut Session<'_>,
        step: &Step,
        work: &Work<'_>,
        row: &AppliedMigration,
        began: Instant,
    ) -> Conclusion {
        let lent = session.is_lent();
        let mut bracket = match Bracket::open(session.connection(), false, &self.settings).await {
            Ok(bracket) => bracket,
            Err(error) => return Conclusion::Untouched(error),
        };
        let connection = bracket.connection();
        let mark = AppliedMigration { statements_done: MARK, ..row.clone() };
        let mut is_written = false;
        let mut done = self.history.note(connection, Note::Advance(&mark)).await;
        if done.is_ok() {
            done = self.inside(connection, lent, work, None).await;
        }
        if done.is_ok() {
            match self.last_word(connection, step, row, began).await {
                Ok(written) => is_written = written,
                Err(error) => done = Err(error),
            }
        }
        let ended = bracket.close(done).await;
        match ended {
            Ended::Committed => match left_open(session.connection()).await {
                None if is_written => Conclusion::Recorded,
                None => Conclusion::Done,
                Some(error) => self.as_marked(session, row, error, false).await,
            },
            Ended::Undone(error) => self.as_marked(session, row, error, false).await,
            Ended::Unknown(error) => {
                // Whatever it holds has to go before the row tells.
                session.hang_up().await;
                self.as_marked(session, row, error, true).await
            }
        }
    }

    /// Says in the migration's own transaction that it is done. False where that cannot be said on this connection: the
    /// code may have locked tables, or taken another role.
    async fn last_word(
        &self,
        connection: &mut dyn Connection,
        step: &Step,
        row: &AppliedMigration,
        began: Instant,
    ) -> Result<bool, Error> {
        let ended = record::ended(row, step.direction, began.elapsed());
        match self.history.write(connection, &ended, Some(HistoryStatus::Running)).await {
            Ok(()) => Ok(true),
            Err(error) if error.is_refusal() => {
                debug!("the history is written on another connection: {error}");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// What a migration that ended badly has left, by its row: once that can be written again, its transaction is gone.
    async fn as_marked(
        &self,
        session: &mut Session<'_>,
        row: &AppliedMigration,
        error: Error,
        is_lost: bool,
    ) -> Conclusion {
        let (connection, ledger) = session.parts();
        let claimed = self.note(connection, ledger, Note::Claim(row)).await;
        let (connection, _) = session.parts();
        let rows = match self.history.load(connection, &[&row.namespace]).await {
            Ok(rows) => rows,
            Err(_) => return Conclusion::Unknown(error),
        };
        let now = rows.into_iter().find(|other| other.id == row.id);
        match now {
            Some(now) if now.status == HistoryStatus::Running && claimed.is_ok() => match now.statements_done {
                0 => Conclusion::Undone(error),
                _ if is_lost => Conclusion::Unknown(error),
                _ => Conclusion::HalfWay(error),
            },
            Some(now) if is_lost && matches!(now.status, HistoryStatus::Applied | HistoryStatus::Reverted) => {
                Conclusion::Recorded
            }
            _ => Conclusion::Unknown(error),
        }
    }
}
