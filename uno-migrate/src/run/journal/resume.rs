//! A migration that begins, or goes on where it stopped.

use tracing::info;
use uno_migrate_core::{Effect, effect, is_repeatable};

use super::course::{Course, Unit};
use super::former::earlier;
use super::look;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::bookmark::{Begun, Bookmark, Statements};
use crate::dialect::Settled;
use crate::error::{Error, ErrorKind};
use crate::plan::{Step, interrupted};
use crate::run::history::Note;
use crate::run::scope::Scope;
use crate::run::session::Session;

impl Scope<'_> {
    /// Writes the row that says that a migration is under way, how far it is, and what it begins next.
    pub(in crate::run) async fn begin(
        &self,
        session: &mut Session<'_>,
        step: &Step,
        course: Option<&Course<'_>>,
        mark: Option<&Bookmark>,
    ) -> Result<AppliedMigration, Error> {
        let known = self.row(step);
        let row = self.begun(step);
        let done = match known.filter(|_| step.resumes) {
            Some(known) => self.taken_up(session, step, course, known).await?,
            None => 0,
        };
        let row = match course {
            Some(course) => course.noted(session.connection(), &row, done).await?,
            None => {
                let before = row.metadata.as_deref();
                let metadata = match mark {
                    Some(mark) => mark.written(before),
                    None => Bookmark::erased(before),
                };
                AppliedMigration { metadata, ..row }
            }
        };
        let (connection, ledger) = session.parts();
        self.note(connection, ledger, Note::Write(&row, known.map(|known| known.status))).await?;
        Ok(row)
    }

    /// Makes a migration that stands half-way this run's own, and a session for it as the earlier one was; how many
    /// statements are done.
    async fn taken_up(
        &self,
        session: &mut Session<'_>,
        step: &Step,
        course: Option<&Course<'_>>,
        known: &AppliedMigration,
    ) -> Result<usize, Error> {
        let is_in_doubt = known.status == HistoryStatus::Running;
        let row = if is_in_doubt { self.claimed(session, known).await? } else { known.clone() };
        step.goes_on(&row).map_err(|blocked| interrupted(&self.comparison(), &row, Some(&blocked)))?;
        // Of Rust code nothing was committed.
        let Some(course) = course else { return Ok(0) };
        course.carry_on(session.connection(), row.done()).await?;
        let done = match Statements::of(row.metadata.as_deref()).and_then(|statements| statements.next) {
            Some(begun) if is_in_doubt => self.settled(session, step, course, &row, &begun).await?,
            _ => row.done(),
        };
        info!("`{}` goes on: {done} of its {} statements are done", step.called, course.script.total());
        Ok(done)
    }

    /// The row of a migration that is under way and runs no more, as it is once it is ours: its earlier holder may have
    /// come further since it was read, and from here on comes no further.
    async fn claimed(&self, session: &mut Session<'_>, known: &AppliedMigration) -> Result<AppliedMigration, Error> {
        self.outlast(session, known).await?;
        let claim = AppliedMigration { epoch: self.history.epoch(), ..known.clone() };
        let (connection, ledger) = session.parts();
        self.note(connection, ledger, Note::Claim(&claim)).await?;
        let rows = self.history.load(session.connection(), &[&known.namespace]).await?;
        let now = rows.into_iter().find(|row| row.id == known.id && row.status == HistoryStatus::Running);
        let now = now.ok_or_else(|| superseded(known))?;
        if earlier(&now) != earlier(known) {
            self.outlast(session, &now).await?;
        }
        Ok(now)
    }

    /// How many statements are done, of which the row tells all but what was begun last.
    async fn settled(
        &self,
        session: &mut Session<'_>,
        step: &Step,
        course: &Course<'_>,
        row: &AppliedMigration,
        begun: &Begun,
    ) -> Result<usize, Error> {
        let done = row.done();
        let here = course.from(done).first();
        let asked = || super::doubt::question(step, course, row, begun);
        if begun.further > 0 {
            return Err(asked());
        }
        let is_same = |unit: &&Unit| course.checksum(unit.statements.clone()) == begun.checksum;
        let here = here.filter(is_same);
        if begun.shared {
            // A table whose engine has no transactions has kept its rows. The excerpt is all that is left of what the file
            // does not say any more.
            let text = here.map_or_else(|| begun.excerpt.clone(), |unit| course.text(unit));
            return match look::is_untransacted(session.connection(), &text).await? {
                true => Err(asked()),
                false => Ok(done),
            };
        }
        let Some(unit) = here else { return Err(asked()) };
        let Some(statement) = course.only(unit) else { return Err(asked()) };
        let effect = effect(self.dialect, statement);
        let now = match &effect {
            Some(effect) => look::settled(session.connection(), effect).await?.map(Settled::from),
            None => None,
        };
        if is_repeatable(self.dialect, statement) {
            // What it has dropped may have stood before another one of that name, which is not to go as well.
            return if now == Some(Settled::Unclear) { Err(asked()) } else { Ok(done) };
        }
        let Some(effect) = effect else { return Err(asked()) };
        let before = begun.before.map(Settled::from);
        let was_built = matches!(effect, Effect::Index { exists: true, concurrent: true, .. });
        match (before, now) {
            (_, Some(Settled::NotDone)) => Ok(done),
            (Some(Settled::NotDone), Some(Settled::Done)) => {
                info!(
                    "statement {} of `{}` was applied before its connection was lost",
                    unit.statements.end, step.called
                );
                Ok(unit.statements.end)
            }
            // It is dropped and built again.
            (_, Some(Settled::Unusable)) if was_built => Ok(done),
            _ => Err(asked()),
        }
    }
}

/// Whether the history can share a transaction with a migration's statements at all. Of what a hook does to the session
/// nobody knows.
pub(in crate::run) fn can_share(scope: &Scope<'_>, session: &Session<'_>, has_hooks: bool) -> bool {
    scope.history.is_table() && !session.is_inside() && !has_hooks
}

fn superseded(row: &AppliedMigration) -> Error {
    Error::new(ErrorKind::History, format!("the history row of `{}` is not as it was read", row.id))
        .superseded()
        .help("another instance has changed it: look at `Migrator::status`, and run again")
}
