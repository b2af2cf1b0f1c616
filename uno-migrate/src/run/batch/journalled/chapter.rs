//! Migrations of which the journal says at once that all of them begin, and at once that they are done: each makes a table that
//! was not there, and what belongs to it, so that the catalogue tells how far each is where a message ends early.

use std::collections::HashSet;
use std::time::Duration;

use uno_migrate_core::{Fate, new_table};

use super::writing::Writing;
use super::{said, unsaid};
use crate::applied::AppliedMigration;
use crate::bookmark::{Begun, Named};
use crate::dialect::{Journal, NulError};
use crate::run::batch::group::Group;
use crate::run::record;

/// A migration of a chapter.
pub(super) struct Member<'g, 'p> {
    group: &'g Group<'p>,
    /// The row that says that all of it is begun.
    begun: AppliedMigration,
    /// The row that it leaves.
    ended: AppliedMigration,
    /// Whether its table is there.
    look: String,
}

impl Writing<'_> {
    /// The first of these that can share a chapter. Each makes another table, so that what one does is not taken for what another
    /// one has done.
    pub(super) fn chapter<'g, 'p>(&self, groups: &'g [Group<'p>]) -> Vec<Member<'g, 'p>> {
        let mut names = HashSet::new();
        let namespace = groups.first().map(|group| group.step.namespace());
        let together = groups.iter().take_while(|group| Some(group.step.namespace()) == namespace);
        together.map_while(|group| self.member(group, &mut names)).collect()
    }

    fn member<'g, 'p>(&self, group: &'g Group<'p>, names: &mut HashSet<String>) -> Option<Member<'g, 'p>> {
        let (scope, total) = (self.scope, group.script.total());
        let table = new_table(scope.dialect, group.script.statement(0))?;
        if scope.row(group.step).is_some() || !names.insert(table.name.to_ascii_lowercase()) {
            return None;
        }
        let (course, begun) = (scope.course(group), scope.begun(group.step));
        let (look, told) = self.look(&course, course.from(0).first()?);
        let look = look.filter(|_| told == total)?;
        // It is looked before, and the message ends where something is there.
        let table = Some(Named { schema: table.schema, name: table.name });
        let next = Begun { before: Some(0), table, ..course.begun_unseen(0..total, Fate::Apart) };
        Some(Member {
            group,
            ended: record::ended(&course.row(&begun, total, None), group.step.direction, Duration::ZERO),
            begun: course.row(&begun, 0, Some(next)),
            look,
        })
    }

    pub(super) fn together(&mut self, members: &[Member<'_, '_>], is_first: bool) -> Result<(), NulError> {
        let (begun, looks): (Vec<_>, Vec<_>) = members.iter().map(|one| (one.begun.clone(), one.look.clone())).unzip();
        let mut opening = Some(self.journal.begun_together(&begun, &looks, is_first, said(self.statements))?);
        for (number, Member { group, .. }) in members.iter().enumerate() {
            let total = group.script.total();
            self.draft.next();
            for (index, settings) in group.settings.iter().enumerate() {
                self.set(settings);
                self.all(&opening.take().unwrap_or_default());
                self.draft.part(group.script.statement(index), Some(index));
                let done = unsaid(self.statements);
                self.draft.end(&match index + 1 == total {
                    true => Journal::done_together(number, done),
                    false => Journal::at(done),
                });
                self.statements += 1;
            }
        }
        let ended: Vec<_> = members.iter().map(|member| member.ended.clone()).collect();
        let texts = self.journal.ended_together(&ended, said(self.statements))?;
        self.all(&texts);
        Ok(())
    }
}
