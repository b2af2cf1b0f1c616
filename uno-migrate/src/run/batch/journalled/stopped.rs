//! What becomes of the migration in hand where a message ended early: it goes on by itself, or has failed.

use tracing::debug;
use uno_migrate_core::Fate;

use super::done_at;
use super::outcome::{Broken, Half};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::context::StatementError;
use crate::dialect::Journal;
use crate::driver;
use crate::error::{Error, ErrorKind};
use crate::run::batch::answers::Stop;
use crate::run::batch::group::Group;
use crate::run::failure;
use crate::run::frame::conclusion::Conclusion;
use crate::run::frame::kind::Frame;
use crate::run::history::Note;
use crate::run::journal::without_doubt;
use crate::run::scope::Scope;
use crate::run::session::Session;

/// How far a message came in a migration.
pub(super) struct Reached {
    /// So many of its statements are done.
    pub(super) statements: usize,
    /// And said to be.
    pub(super) is_said: bool,
}

impl Broken<'_> {
    /// A migration has begun and not ended, and nothing is in doubt: behind what the message has reached, the next statement has
    /// failed, or the journal's word on the one before.
    pub(super) async fn stopped(
        &self,
        scope: &mut Scope<'_>,
        session: &mut Session<'_>,
        mut half: Half<'_>,
        error: Option<sqlx::Error>,
        reached: Reached,
    ) -> Stop {
        let (group, before, told) = (half.group, half.row.done(), half.told());
        let course = scope.course(group);
        let is_apart = course.from(before).first().is_some_and(|unit| unit.fate == Fate::Apart);
        let done = reached.statements.clamp(before, told.max(before + 1));
        // What shares a transaction with the word on it is undone with it.
        let is_undone = done > before && !is_apart;
        if done > before && is_apart {
            let noted = course.noted(session.connection(), &half.row, done).await;
            let noted = match noted {
                Ok(noted) => scope.history.note(session.connection(), Note::Advance(&noted)).await.map(|()| noted),
                Err(error) => Err(error),
            };
            match noted {
                Ok(noted) => half.row = noted,
                // What the row says is begun may be done, then.
                Err(error) => return self.concluded(scope, session, half, Conclusion::Unknown(error.late())).await,
            }
        }
        // Up to what is told together, or has one word, there is no word that could have failed, and it is the next one that has.
        let is_unsaid = done > before && done >= told && !reached.is_said;
        let statement = if is_unsaid || (is_undone && done >= told) { done - 1 } else { done };
        half.begun = (statement + 1).min(group.script.total());
        let unit = course.from(statement).first();
        let may_be_kept = error.as_ref().is_some_and(Journal::may_be_kept);
        let is_cut_short = error.as_ref().is_none_or(driver::is_interrupted);
        if let Some(cancelled) = self.asked_to(scope).filter(|_| is_cut_short) {
            let leaves_rows = match unit {
                Some(unit) => course.leaves_rows(session.connection(), unit).await,
                None => false,
            };
            // Of rows that nothing takes back nobody knows how many there are.
            let conclusion = if leaves_rows { Conclusion::Unknown } else { Conclusion::HalfWay };
            return self.concluded(scope, session, half, conclusion(cancelled)).await;
        }
        let error = match error {
            _ if may_be_kept => Error::new(ErrorKind::Migration, failure::message(group.step))
                .at(group.script.place(statement))
                .caused_by("its rows are added one by one, since it is not certain that a transaction takes them back"),
            Some(error) => self.statement(half.at, statement, error),
            None => Error::new(ErrorKind::Migration, failure::message(group.step))
                .at(group.script.place(statement))
                .caused_by("the server has ended the message that it came in"),
        };
        let leaves_rows = match unit {
            Some(unit) if is_undone || error.contention().is_some() => {
                course.leaves_rows(session.connection(), unit).await
            }
            _ => false,
        };
        if leaves_rows || (!is_unsaid && !may_be_kept && error.contention().is_none()) {
            return self.concluded(scope, session, half, Conclusion::HalfWay(error)).await;
        }
        // It goes on as after a failure: with nothing in doubt.
        let line = failure::in_a_line(&error);
        debug!("`{}` goes on by itself: {line}", group.step.called);
        let waiting = AppliedMigration { status: HistoryStatus::Failed, error: Some(line), ..without_doubt(&half.row) };
        let note = Note::Write(&waiting, Some(HistoryStatus::Running));
        let noted = match scope.history.note(session.connection(), note).await {
            Ok(()) => scope.read_again(session).await,
            Err(error) => Err(error),
        };
        match noted {
            Ok(()) => Stop::Alone,
            Err(_) => self.concluded(scope, session, half, Conclusion::HalfWay(error)).await,
        }
    }

    /// Says in the history what has become of a migration.
    pub(super) async fn concluded(
        &self,
        scope: &mut Scope<'_>,
        session: &mut Session<'_>,
        half: Half<'_>,
        conclusion: Conclusion,
    ) -> Stop {
        let Half { group, row, begun, .. } = half;
        match scope.concluded(session, group.step, Frame::Journalled, row, conclusion, self.began).await {
            Ok(()) => Stop::Alone,
            Err(error) => self.unrecorded(scope, session, group, begun, error).await,
        }
    }

    /// The history could not be told of the first migrations of a chapter that they are done.
    pub(super) async fn unsettled(
        &self,
        scope: &mut Scope<'_>,
        session: &mut Session<'_>,
        done: usize,
        at: usize,
        error: Option<sqlx::Error>,
        unsettled: Error,
    ) -> Stop {
        let Some(group) = self.message.groups.get(done) else { return Stop::Alone };
        let is_inside = |place: &(usize, usize)| self.chapter(done).is_some_and(|chapter| chapter.contains(&place.0));
        let failed = self.place(done_at(at)).filter(is_inside).zip(error);
        let failed = failed.map(|((position, index), error)| self.statement(position, index, error));
        let error = match self.asked_to(scope).or(failed).filter(|_| !unsettled.is_superseded()) {
            Some(error) => {
                let why = unsettled.cause_line().unwrap_or_else(|| unsettled.message().to_owned());
                let called = &group.step.called;
                let told = format!(
                    "the history could not be told ({why}): `{called}` and what follows it stay recorded as running"
                );
                error.done_before(told).help(
                    "correct what has failed, and run again once the database can be written to: the catalogue tells what is done",
                )
            }
            None => unsettled,
        };
        self.unrecorded(scope, session, group, 0, error).await
    }

    /// The history could not be told so of a migration with so many statements begun, or has told an error.
    pub(super) async fn unrecorded(
        &self,
        scope: &mut Scope<'_>,
        session: &mut Session<'_>,
        group: &Group<'_>,
        begun: usize,
        error: Error,
    ) -> Stop {
        if !error.is_superseded() {
            return Stop::Recorded { begun, error };
        }
        match scope.is_done_by_others(session, group.step).await {
            Ok(true) => Stop::Alone,
            Ok(false) => Stop::Recorded { begun, error },
            Err(lost) => Stop::Overtaken(lost),
        }
    }

    /// A statement's own error.
    fn statement(&self, position: usize, index: usize, error: sqlx::Error) -> Error {
        let group = &self.message.groups[position];
        let span = self.message.parts[position].get(index).map_or(0..0, |part| part.span.clone());
        let error = StatementError::first_of(self.message.dialect, &self.message.text(), span, error);
        failure::statement(group.step, &group.script.path, group.script.location(index), error)
    }

    /// The error of what the row says is begun: one statement, or several of which nobody knows which.
    pub(super) fn in_hand(&self, half: &Half<'_>, error: sqlx::Error) -> Error {
        let done = half.row.done();
        match half.told() - done {
            0 | 1 => self.statement(half.at, done, error),
            _ => Error::new(ErrorKind::Migration, failure::message(half.group.step))
                .at(half.group.script.place(done))
                .caused_by_database(error),
        }
    }

    pub(super) fn broke(&self, error: sqlx::Error) -> Error {
        let what = format!("the connection broke during {}", self.message);
        Error::new(ErrorKind::Migration, what).caused_by_database(error)
    }

    pub(super) fn asked_to(&self, scope: &Scope<'_>) -> Option<Error> {
        scope.check_cancelled().err()
    }
}
