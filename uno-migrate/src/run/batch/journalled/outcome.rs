//! What has become of the migrations of a message that did not come to its end: the history tells which are done, and at
//! which statement the next one stands.

use std::time::{Duration, Instant};

use tracing::debug;
use uno_migrate_core::Fate;

use super::exchange::far;
use super::{done_at, is_said, said};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::bookmark::Statements;
use crate::context::StatementError;
use crate::dialect::Presence;
use crate::driver;
use crate::error::{Error, ErrorKind};
use crate::lease::liveness;
use crate::run::batch::answers::Stop;
use crate::run::batch::group::Group;
use crate::run::batch::message::Message;
use crate::run::failure;
use crate::run::frame::conclusion::Conclusion;
use crate::run::frame::kind::Frame;
use crate::run::history::Note;
use crate::run::journal::without_doubt;
use crate::run::patience::let_pass;
use crate::run::scope::Scope;
use crate::run::session::Session;
use crate::run::session::transaction::{is_open, roll_back};

/// A message that ended early.
pub(in crate::run::batch) struct Broken<'m> {
    pub(in crate::run::batch) message: &'m Message<'m>,
    pub(in crate::run::batch) began: Instant,
}

impl Broken<'_> {
    /// How long each migration took that is done, and why no more are, after the server has said so.
    pub(in crate::run::batch) async fn ended(
        &self,
        scope: &mut Scope<'_>,
        session: &mut Session<'_>,
        error: Option<sqlx::Error>,
    ) -> (Vec<Duration>, Option<Stop>) {
        let connection = session.connection();
        if scope.check_cancelled().is_err() {
            let_pass(connection).await;
        }
        let closed = match is_open(connection).await {
            Ok(true) => {
                roll_back(connection).await;
                Ok(())
            }
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        let far = match closed {
            Ok(()) => far(connection).await,
            Err(lost) => Err(lost),
        };
        let far = match far {
            Ok(far) => far,
            Err(lost) => return self.lost(scope, session, error.unwrap_or(lost)).await,
        };
        let before = scope.rows.clone();
        if let Err(unread) = scope.read_again(session).await {
            let error = error.map_or(unread, |error| self.broke(error));
            return (Vec::new(), Some(Stop::Failed(Conclusion::Unknown(error))));
        }
        if let Err(unsettled) = self.settle(scope, session, far.as_ref()).await {
            let known = self.known(scope);
            let stop = match self.message.groups.get(known) {
                Some(group) => self.unrecorded(scope, session, group, 0, unsettled).await,
                None => Stop::Alone,
            };
            let mut times = Vec::new();
            self.done(scope, &mut times);
            return (times, Some(stop));
        }
        let (at, mut times) = far.map_or((0, Vec::new()), |far| (far.at, far.times));
        let done = self.done(scope, &mut times);
        let first = self.message.parts[..done].iter().map(Vec::len).sum::<usize>();
        let half = self.begun(scope, done).or_else(|| {
            // Somebody else has changed the row: whoever goes on from here is to find that out by what was read before.
            scope.rows = before;
            self.left(scope, done, at.checked_sub(said(first))?)
        });
        let stop = match half {
            Some(half) => {
                let reached = Reached { statements: done_at(at).saturating_sub(first), is_said: is_said(at) };
                Some(self.stopped(scope, session, half, error, reached).await)
            }
            None => (done < self.message.groups.len()).then_some(Stop::Alone),
        };
        (times, stop)
    }

    /// The same where the connection broke: once the session has ended that worked on the message, nothing moves any more.
    pub(in crate::run::batch) async fn lost(
        &self,
        scope: &mut Scope<'_>,
        session: &mut Session<'_>,
        error: sqlx::Error,
    ) -> (Vec<Duration>, Option<Stop>) {
        let unknown = |error| (Vec::new(), Some(Stop::Failed(Conclusion::Unknown(error))));
        let former = scope.lease.as_ref().and_then(|lease| lease.session().map(str::to_owned));
        if !session.reconnect().await {
            return unknown(self.asked_to(scope).unwrap_or_else(|| self.broke(error)));
        }
        let presence = match former {
            Some(former) => liveness::end(session.connection(), &former).await.unwrap_or(Presence::Unknown),
            None => Presence::Unknown,
        };
        if scope.read_again(session).await.is_err() {
            return unknown(self.asked_to(scope).unwrap_or_else(|| self.broke(error)));
        }
        if presence == Presence::Gone && self.settle(scope, session, None).await.is_err() {
            return unknown(self.asked_to(scope).unwrap_or_else(|| self.broke(error)));
        }
        let mut times = Vec::new();
        let done = self.done(scope, &mut times);
        if done == self.message.groups.len() {
            return (times, None);
        }
        let cancelled = self.asked_to(scope);
        let Some(half) = self.begun(scope, done) else {
            let error = cancelled.unwrap_or_else(|| self.broke(error));
            let conclusion = match presence {
                Presence::Gone => Conclusion::Untouched(error),
                Presence::Idle | Presence::Busy | Presence::Unknown => Conclusion::Unknown(error),
            };
            return (times, Some(Stop::Failed(conclusion)));
        };
        let error = cancelled.unwrap_or_else(|| self.in_hand(&half, error));
        let stop = self.concluded(scope, session, half, Conclusion::Unknown(error)).await;
        (times, Some(stop))
    }

    /// A migration has begun and not ended, and nothing is in doubt: behind what the message has reached, the next statement has
    /// failed, or the journal's word on the one before.
    async fn stopped(
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
        // Up to what is told together, there is no word that could have failed.
        let is_unsaid = done > before && done >= told && !reached.is_said;
        let statement = if is_unsaid || is_undone { done - 1 } else { done };
        half.begun = (statement + 1).min(group.script.total());
        let unit = course.from(statement).first();
        let is_cut_short = error.as_ref().is_none_or(driver::is_interrupted);
        if let Some(cancelled) = self.asked_to(scope).filter(|_| is_cut_short) {
            return self.concluded(scope, session, half, Conclusion::HalfWay(cancelled)).await;
        }
        let error = match error {
            Some(error) => self.statement(&half, statement, error),
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
        if leaves_rows || (!is_unsaid && error.contention().is_none()) {
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
    async fn concluded(
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

    /// The history could not be told so of a migration with so many statements begun, or has told an error.
    async fn unrecorded(
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

    /// How many are done; what is not known of their times is what their rows say.
    fn done(&self, scope: &Scope<'_>, times: &mut Vec<Duration>) -> usize {
        let done = self.known(scope);
        times.truncate(done);
        for group in &self.message.groups[times.len()..done] {
            let took = scope.row(group.step).map_or(0, |row| row.execution_ms);
            times.push(Duration::from_millis(took.try_into().unwrap_or_default()));
        }
        done
    }

    /// How many the history says are done.
    pub(super) fn known(&self, scope: &Scope<'_>) -> usize {
        let is_ours = |group: &&Group<'_>| scope.row(group.step).is_some_and(|row| group.is_left_by(row));
        self.message.groups.iter().take_while(is_ours).count()
    }

    /// The migration behind those that are done, if it was begun in this message.
    fn begun(&self, scope: &Scope<'_>, done: usize) -> Option<Half<'_>> {
        let group = self.message.groups.get(done)?;
        Some(Half::new(group, done, self.running(scope, group)?))
    }

    /// The row of a migration that was begun in this message and has not ended.
    pub(super) fn running(&self, scope: &Scope<'_>, group: &Group<'_>) -> Option<AppliedMigration> {
        let is_ours = |row: &&AppliedMigration| (row.status, row.epoch) == (HistoryStatus::Running, group.row.epoch);
        scope.row(group.step).filter(is_ours).cloned()
    }

    /// The same by how far the message has come in it, if it has come past its first statement.
    fn left(&self, scope: &Scope<'_>, at: usize, past: usize) -> Option<Half<'_>> {
        let group = self.message.groups.get(at).filter(|_| past > 0)?;
        let (course, done) = (scope.course(group), past / 2);
        let next = course.from(done).first().map(|unit| course.begun_unseen(unit.statements.clone(), unit.fate));
        Some(Half::new(group, at, course.row(&scope.begun(group.step), done, next)))
    }

    /// A statement's own error.
    fn statement(&self, half: &Half<'_>, index: usize, error: sqlx::Error) -> Error {
        let Half { group, at, .. } = half;
        let span = self.message.parts[*at].get(index).map_or(0..0, |part| part.span.clone());
        let error = StatementError::first_of(self.message.dialect, &self.message.text(), span, error);
        failure::statement(group.step, &group.script.path, group.script.location(index), error)
    }

    /// The error of what the row says is begun: one statement, or several of which nobody knows which.
    fn in_hand(&self, half: &Half<'_>, error: sqlx::Error) -> Error {
        let done = half.row.done();
        match half.told() - done {
            0 | 1 => self.statement(half, done, error),
            _ => Error::new(ErrorKind::Migration, failure::message(half.group.step))
                .at(half.group.script.place(done))
                .caused_by_database(error),
        }
    }

    fn broke(&self, error: sqlx::Error) -> Error {
        let what = format!("the connection broke during {}", self.message);
        Error::new(ErrorKind::Migration, what).caused_by_database(error)
    }

    fn asked_to(&self, scope: &Scope<'_>) -> Option<Error> {
        scope.check_cancelled().err()
    }
}

/// How far a message came in a migration.
struct Reached {
    /// So many of its statements are done.
    statements: usize,
    /// And said to be.
    is_said: bool,
}

/// A migration that stands half-way.
struct Half<'m> {
    group: &'m Group<'m>,
    /// Its place in the message.
    at: usize,
    row: AppliedMigration,
    /// How many of its statements were begun.
    begun: usize,
}

impl<'m> Half<'m> {
    fn new(group: &'m Group<'m>, at: usize, row: AppliedMigration) -> Self {
        let begun = (row.done() + 1).min(group.script.total());
        Self { group, at, row, begun }
    }

    /// So many of its statements are done or begun, by what its row says.
    fn told(&self) -> usize {
        let next = Statements::of(self.row.metadata.as_deref()).and_then(|statements| statements.next);
        self.row.done() + next.map_or(0, |next| next.statements)
    }
}
