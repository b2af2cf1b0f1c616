//! What has become of a migration, which alone decides what the history says.

use std::time::Instant;

use tracing::warn;
use uno_migrate_core::Timeout;

use super::kind::Frame;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::error::Error;
use crate::event::Direction;
use crate::plan::Step;
use crate::run::history::Note;
use crate::run::journal::without_doubt;
use crate::run::scope::Scope;
use crate::run::session::Session;
use crate::run::session::transaction::{Bracket, limit};
use crate::run::{failure, record};

pub(in crate::run) enum Conclusion {
    Done,
    /// The same, and the history says so already.
    Recorded,
    /// It failed before anything was begun.
    Untouched(Error),
    /// It was rolled back as a whole.
    Undone(Error),
    /// It failed, and what it did before stays.
    HalfWay(Error),
    /// The connection was lost, and nobody knows what the database has made of the last thing that it was told.
    Unknown(Error),
}

impl Conclusion {
    /// Where the row shares the migration's transaction, it says the truth by itself.
    pub(in crate::run) fn of_atomic(self, step: &Step) -> Result<(), Error> {
        match self {
            Self::Done | Self::Recorded => Ok(()),
            Self::Untouched(error) => Err(error),
            Self::Undone(error) | Self::HalfWay(error) => Err(failure::in_step(step, error).done(undone(step))),
            Self::Unknown(error) => Err(failure::in_step(step, error)
                .done(format!("it is not known whether `{}` was committed", step.id()))
                .help("`status` tells once the database can be reached; then run again")),
        }
    }
}

fn undone(step: &Step) -> String {
    match step.direction {
        Direction::Up => format!("`{}` was rolled back and left nothing behind", step.id()),
        Direction::Down => {
            format!("its way down was rolled back and left nothing behind: `{}` is still applied", step.id())
        }
    }
}

impl Scope<'_> {
    /// Writes what has become of a migration whose row stands apart and says `running`.
    pub(in crate::run) async fn concluded(
        &self,
        session: &mut Session<'_>,
        step: &Step,
        frame: Frame,
        row: AppliedMigration,
        conclusion: Conclusion,
        began: Instant,
    ) -> Result<(), Error> {
        let is_whole = matches!(conclusion, Conclusion::Undone(_));
        match conclusion {
            Conclusion::Recorded => Ok(()),
            Conclusion::Done => {
                let ended = record::ended(&row, step.direction, began.elapsed());
                let written = self.rewrite(session, &ended).await;
                written.map_err(|error| failure::unrecorded(error, step, &row, self.dialect))
            }
            Conclusion::Untouched(error) | Conclusion::Undone(error) => {
                let error = failure::in_step(step, error);
                let error = if is_whole { error.done(undone(step)) } else { error };
                let (connection, ledger) = session.parts();
                // It is still ours, and only in that not what it was.
                let known = self.row(step).map(|known| AppliedMigration { epoch: row.epoch, ..known.clone() });
                let note = match &known {
                    Some(known) => Note::Write(known, Some(HistoryStatus::Running)),
                    None => Note::Remove(&row),
                };
                Err(match self.note(connection, ledger, note).await {
                    Ok(()) => error,
                    Err(lost) => failure::still_running(error, step, &lost),
                })
            }
            Conclusion::HalfWay(error) => {
                let error = failure::in_step(step, error);
                // It may hold locks that the history waits for.
                session.hang_up().await;
                if frame == Frame::Journalled && !self.is_as_far(session, &row).await {
                    warn!("the row of `{}` says more than this run knows, and stays as it is", row.id);
                    return Err(failure::half_way(error, step, &row, self.dialect));
                }
                let line = Some(failure::in_a_line(&error));
                let failed = AppliedMigration { status: HistoryStatus::Failed, error: line, ..without_doubt(&row) };
                Err(match self.rewrite(session, &failed).await {
                    Ok(()) => failure::half_way(error, step, &failed, self.dialect),
                    Err(lost) => {
                        warn!("the failure of `{}` could not be recorded: {}", row.id, lost.message());
                        failure::half_way(error, step, &row, self.dialect)
                    }
                })
            }
            Conclusion::Unknown(error) => {
                let error = failure::in_step(step, error);
                session.hang_up().await;
                let unknown = AppliedMigration { error: Some(failure::in_a_line(&error)), ..row };
                // The row says `running` already, and perhaps more than we know; only the reason would be missing.
                let (connection, ledger) = session.parts();
                let _ = self.note(connection, ledger, Note::Claim(&unknown)).await;
                Err(match frame {
                    Frame::Journalled => failure::half_way(error, step, &unknown, self.dialect),
                    Frame::Atomic | Frame::Bracketed => failure::unknown(error, step, &unknown, self.dialect),
                })
            }
        }
    }

    /// Whether a running migration is as far as its row says. A proxy before the server may call a `COMMIT` failed of which
    /// it has not heard: then the row was committed with the statement.
    async fn is_as_far(&self, session: &mut Session<'_>, row: &AppliedMigration) -> bool {
        let rows = self.history.load(session.connection(), &[&row.namespace]).await.unwrap_or_default();
        let now = rows.iter().find(|now| now.id == row.id);
        now.is_none_or(|now| now.status != HistoryStatus::Running || now.statements_done == row.statements_done)
    }

    async fn rewrite(&self, session: &mut Session<'_>, row: &AppliedMigration) -> Result<(), Error> {
        let (connection, ledger) = session.parts();
        self.note(connection, ledger, Note::Write(row, Some(HistoryStatus::Running))).await
    }

    /// The connection was lost while a transaction with the history row in it was committed: the row says whether it
    /// was, once that transaction has ended.
    pub(in crate::run) async fn looked_up(&self, session: &mut Session<'_>, step: &Step, error: Error) -> Conclusion {
        if !session.reconnect().await {
            return Conclusion::Unknown(error);
        }
        let known = self.row(step);
        let row = record::ended(&self.begun(step), step.direction, Default::default());
        let connection = session.connection();
        // The same row again waits for the other transaction, and is taken back.
        let Ok(mut bracket) = Bracket::open(connection, false, &self.settings).await else {
            return Conclusion::Unknown(error);
        };
        let connection = bracket.connection();
        let again = match limit(connection, Some(Timeout::After(self.options.lock_wait)), None, true).await {
            Ok(()) => self.history.write(connection, &row, known.map(|row| row.status)).await,
            Err(error) => Err(error),
        };
        let is_free = again.is_ok();
        // Never to be committed: what is closed with an error is undone.
        bracket.close(again.and(Err(Error::usage("undone")))).await;
        match self.history.load(session.connection(), &[step.namespace()]).await {
            Ok(rows) if Note::Write(&row, Some(HistoryStatus::Running)).is_so(&rows) => Conclusion::Done,
            Ok(_) if is_free => Conclusion::Undone(error),
            Ok(_) | Err(_) => Conclusion::Unknown(error),
        }
    }
}
