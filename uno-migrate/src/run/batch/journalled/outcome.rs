//! What has become of the migrations of a message that did not come to its end: the history tells which are done, and at
//! which statement the next one stands.

use std::ops::Range;
use std::time::{Duration, Instant};

use tracing::debug;

use super::exchange::far;
use super::settled::Evidence;
use super::stopped::Reached;
use super::{done_at, is_said, said};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::bookmark::Statements;
use crate::dialect::Presence;
use crate::driver;
use crate::run::batch::answers::Stop;
use crate::run::batch::group::Group;
use crate::run::batch::message::Message;
use crate::run::frame::conclusion::Conclusion;
use crate::run::journal::resume::superseded;
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
        let is_asked = self.asked_to(scope).is_some();
        let evidence = match &far {
            Some(far) if error.as_ref().is_none_or(driver::is_interrupted) => {
                Evidence::CutShort { far, is_sound: error.is_none() || is_asked }
            }
            Some(far) => Evidence::Place(far),
            None => Evidence::Catalogue,
        };
        let settled = self.settle(scope, session, evidence).await;
        let (at, mut times) = far.map_or((0, Vec::new()), |far| (far.at, far.times));
        let done = self.done(scope, &mut times);
        let settled = match settled {
            Ok(settled) => settled,
            Err(unsettled) => return (times, Some(self.unsettled(scope, session, done, at, error, unsettled).await)),
        };
        let first = self.statements_before(done);
        let half = match self.begun(scope, done) {
            // It was taken out again.
            None if settled.is_some() => None,
            // Its row is not as it was written, and the message has gone on.
            None if self.was_begun(done, at) => {
                let Some(group) = self.message.groups.get(done) else { return (times, Some(Stop::Alone)) };
                return (times, Some(self.unrecorded(scope, session, group, 0, superseded(&group.row)).await));
            }
            None => {
                // Somebody else has changed the row: whoever goes on from here is to find that out by what was read before.
                scope.rows = before;
                at.checked_sub(said(first)).and_then(|past| self.left(scope, done, past))
            }
            half => half,
        };
        let stop = match half {
            Some(half) => {
                let statements = settled.unwrap_or_else(|| done_at(at).saturating_sub(first));
                let reached = Reached { statements, is_said: is_said(at) };
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
        let unknown = |times, error| (times, Some(Stop::Failed(Conclusion::Unknown(error))));
        if !session.reconnect().await {
            return unknown(Vec::new(), self.asked_to(scope).unwrap_or_else(|| self.broke(error)));
        }
        let presence = scope.former_ends(session).await;
        if scope.read_again(session).await.is_err() {
            return unknown(Vec::new(), self.asked_to(scope).unwrap_or_else(|| self.broke(error)));
        }
        let settled = match presence {
            Presence::Gone => self.settle(scope, session, Evidence::Catalogue).await.map(drop),
            Presence::Idle | Presence::Busy | Presence::Unknown => Ok(()),
        };
        let mut times = Vec::new();
        let done = self.done(scope, &mut times);
        if let Err(unsettled) = settled {
            debug!("what is done of {} could not be said: {}", self.message, unsettled.message());
            return unknown(times, self.asked_to(scope).unwrap_or_else(|| self.broke(error)));
        }
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
        let is_settled = presence == Presence::Gone || self.chapter(done).is_none();
        let broke = |error| if is_settled { self.in_hand(&half, error) } else { self.broke(error) };
        let error = cancelled.unwrap_or_else(|| broke(error));
        let stop = self.concluded(scope, session, half, Conclusion::Unknown(error)).await;
        (times, Some(stop))
    }

    /// How many are done; what is not known of their times is what their rows say.
    fn done(&self, scope: &Scope<'_>, times: &mut Vec<Duration>) -> usize {
        let done = scope.known_of(self.message);
        times.truncate(done);
        for group in &self.message.groups[times.len()..done] {
            let took = scope.row(group.step).map_or(0, |row| row.execution_ms);
            times.push(Duration::from_millis(took.try_into().unwrap_or_default()));
        }
        done
    }

    /// So many statements of the message stand before a migration.
    pub(super) fn statements_before(&self, position: usize) -> usize {
        self.message.parts[..position].iter().map(Vec::len).sum()
    }

    /// Whose statement stands behind so many, and which one it is of its own.
    pub(super) fn place(&self, statements: usize) -> Option<(usize, usize)> {
        let ends = (0..self.message.parts.len()).map(|position| self.statements_before(position + 1));
        let position = ends.take_while(|end| *end <= statements).count();
        (position < self.message.parts.len()).then(|| (position, statements - self.statements_before(position)))
    }

    /// Whether a migration belongs to a chapter of which the message has done something.
    fn was_begun(&self, position: usize, at: usize) -> bool {
        self.chapter(position).is_some_and(|chapter| at > said(self.statements_before(chapter.start)))
    }

    /// The chapter that a migration belongs to.
    pub(super) fn chapter(&self, position: usize) -> Option<&Range<usize>> {
        self.message.chapters.iter().find(|chapter| chapter.contains(&position))
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
}

/// A migration that stands half-way.
pub(super) struct Half<'m> {
    pub(super) group: &'m Group<'m>,
    /// Its place in the message.
    pub(super) at: usize,
    pub(super) row: AppliedMigration,
    /// How many of its statements were begun.
    pub(super) begun: usize,
}

impl<'m> Half<'m> {
    fn new(group: &'m Group<'m>, at: usize, row: AppliedMigration) -> Self {
        let begun = (row.done() + 1).min(group.script.total());
        Self { group, at, row, begun }
    }

    /// So many of its statements are done or begun, by what its row says.
    pub(super) fn told(&self) -> usize {
        let next = Statements::of(self.row.metadata.as_deref()).and_then(|statements| statements.next);
        self.row.done() + next.map_or(0, |next| next.statements)
    }
}
