//! A migration that begins, or goes on where it stopped.

use tracing::info;

use super::course::Course;
use super::former::earlier;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::bookmark::Bookmark;
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
        let done = match known.filter(|_| step.resumes()) {
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
        let done = match is_in_doubt {
            true => course.settled(session.connection(), step, &row).await?,
            false => row.done(),
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
}

/// Whether the history can share a transaction with a migration's statements at all. Of what a hook does to the session
/// nobody knows.
pub(in crate::run) fn can_share(scope: &Scope<'_>, session: &Session<'_>, has_hooks: bool) -> bool {
    scope.history.is_table() && !session.is_inside() && !has_hooks
}

pub(in crate::run) fn superseded(row: &AppliedMigration) -> Error {
    Error::new(ErrorKind::History, format!("the history row of `{}` is not as it was read", row.id))
        .superseded()
        .help("another instance has changed it: look at `Migrator::status`, and run again")
}
