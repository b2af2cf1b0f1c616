//! What has become of the migrations of a chapter that did not come to its end: those that are done are said to be, and those
//! that were not begun are taken out of the history again, so that only the one in hand stands half-way.

use std::time::Duration;

use tracing::warn;

use super::done_at;
use super::exchange::Far;
use super::outcome::Broken;
use crate::applied::HistoryStatus;
use crate::error::Error;
use crate::run::history::Note;
use crate::run::record;
use crate::run::scope::Scope;
use crate::run::session::Session;

impl Broken<'_> {
    /// By how far the message came; where nobody knows that, by the catalogue, and only up to where it does not tell.
    pub(super) async fn settle(
        &self,
        scope: &mut Scope<'_>,
        session: &mut Session<'_>,
        far: Option<&Far>,
    ) -> Result<(), Error> {
        let first = self.known(scope);
        let Some(chapter) = self.message.chapters.iter().find(|chapter| chapter.contains(&first)) else {
            return Ok(());
        };
        let before = self.message.parts[..first].iter().map(Vec::len).sum::<usize>();
        let mut reached = far.map(|far| done_at(far.at).saturating_sub(before));
        let mut in_hand = false;
        for (position, group) in self.message.groups.iter().enumerate().take(chapter.end).skip(first) {
            let Some(row) = self.running(scope, group) else { break };
            let (course, total) = (scope.course(group), group.script.total());
            let done = match &mut reached {
                Some(reached) => {
                    let done = (*reached).min(total);
                    *reached -= done;
                    done
                }
                None => match course.settled(session.connection(), group.step, &row).await {
                    Ok(done) => done,
                    Err(_) => break,
                },
            };
            match in_hand {
                false if done == total => {
                    let took = far.and_then(|far| far.times.get(position).copied()).unwrap_or(Duration::ZERO);
                    let ended = record::ended(&course.row(&row, total, None), group.step.direction, took);
                    let note = Note::Write(&ended, Some(HistoryStatus::Running));
                    scope.history.note(session.connection(), note).await?;
                }
                false => in_hand = true,
                true if done > 0 => break,
                true => {
                    // It is nothing worse than that the next run finds by the catalogue that it was not begun.
                    if let Err(error) = scope.history.note(session.connection(), Note::Remove(&row)).await {
                        warn!("`{}` was not begun, and stays recorded as running: {}", row.id, error.message());
                        break;
                    }
                }
            }
        }
        scope.read_again(session).await
    }
}
