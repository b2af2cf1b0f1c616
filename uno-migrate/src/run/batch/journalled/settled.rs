//! What has become of the migrations of a chapter that did not come to its end: those that are done are said to be, and those
//! that were not begun are taken out of the history again, so that only the one in hand stands half-way.

use std::time::Duration;

use tracing::warn;

use super::done_at;
use super::exchange::Far;
use super::outcome::Broken;
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::error::Error;
use crate::run::batch::group::Group;
use crate::run::history::Note;
use crate::run::record;
use crate::run::scope::Scope;
use crate::run::session::Session;

/// By what it is known how far a chapter came, once nothing of it moves any more.
#[derive(Clone, Copy)]
pub(super) enum Evidence<'f> {
    /// By the place that the message has reached: the statement behind it has failed.
    Place(&'f Far),
    /// By that, and where that leaves open whether the next statement was done, by the catalogue. Whether nothing has failed at all.
    CutShort { far: &'f Far, is_sound: bool },
    /// By the catalogue alone.
    Catalogue,
}

/// How far a migration is.
struct Extent {
    statements: usize,
    /// The catalogue says so.
    is_seen: bool,
}

impl Broken<'_> {
    /// How many statements are done of the migration in hand, where the message has stopped in a chapter and that is known. One that
    /// was not begun, and of which nothing has failed, is taken out as well.
    pub(super) async fn settle(
        &self,
        scope: &mut Scope<'_>,
        session: &mut Session<'_>,
        evidence: Evidence<'_>,
    ) -> Result<Option<usize>, Error> {
        let first = scope.known_of(self.message);
        let Some(chapter) = self.chapter(first) else { return Ok(None) };
        let groups = &self.message.groups[first..chapter.end];
        let begun: Vec<_> = groups.iter().map_while(|group| Some((group, self.running(scope, group)?))).collect();
        let (mut in_hand, mut reached) = (0, None);
        for (group, row) in &begun {
            reached = self.reached(scope, session, first + in_hand, row, evidence).await;
            if reached.as_ref().is_none_or(|reached| reached.statements != group.script.total()) {
                break;
            }
            let took = evidence.far().and_then(|far| far.times.get(first + in_hand).copied()).unwrap_or_default();
            if let Err(error) = self.say_done(scope, session, group, row, took).await {
                let _ = scope.read_again(session).await;
                return Err(error);
            }
            in_hand += 1;
        }
        let Some(reached) = reached else { return scope.read_again(session).await.map(|()| None) };
        let is_sound = matches!(evidence, Evidence::CutShort { is_sound: true, .. });
        let is_unbegun = is_sound && reached.statements == 0 && reached.is_seen;
        let unbegun = &begun[(in_hand + usize::from(!is_unbegun)).min(begun.len())..];
        for (_, row) in unbegun {
            // It is nothing worse than that the next run finds by the catalogue that it was not begun.
            if let Err(error) = scope.history.note(session.connection(), Note::Remove(row)).await {
                warn!("`{}` was not begun, and stays recorded as running: {}", row.id, error.message());
                break;
            }
        }
        scope.read_again(session).await?;
        Ok((in_hand < begun.len()).then_some(reached.statements))
    }

    /// How many statements of a migration are done, if that is known.
    async fn reached(
        &self,
        scope: &Scope<'_>,
        session: &mut Session<'_>,
        position: usize,
        row: &AppliedMigration,
        evidence: Evidence<'_>,
    ) -> Option<Extent> {
        let group = &self.message.groups[position];
        let total = group.script.total();
        let by_place =
            evidence.far().map(|far| done_at(far.at).saturating_sub(self.statements_before(position)).min(total));
        let is_told = by_place == Some(total) || matches!(evidence, Evidence::Place(_));
        let seen = match is_told {
            true => None,
            false => scope.course(group).settled(session.connection(), group.step, row).await.ok(),
        };
        let seen = seen.map(|statements| Extent { statements, is_seen: true });
        seen.or(by_place.map(|statements| Extent { statements, is_seen: false }))
    }

    async fn say_done(
        &self,
        scope: &Scope<'_>,
        session: &mut Session<'_>,
        group: &Group<'_>,
        row: &AppliedMigration,
        took: Duration,
    ) -> Result<(), Error> {
        let row = scope.course(group).row(row, group.script.total(), None);
        let ended = record::ended(&row, group.step.direction, took);
        scope.history.note(session.connection(), Note::Write(&ended, Some(HistoryStatus::Running))).await
    }
}

impl<'f> Evidence<'f> {
    fn far(self) -> Option<&'f Far> {
        match self {
            Self::Place(far) | Self::CutShort { far, .. } => Some(far),
            Self::Catalogue => None,
        }
    }
}
