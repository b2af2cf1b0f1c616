//! What only the files together show, in their order.

use super::alarm::Alarm;
use super::rules::{enum_value_used, rebuild_with_foreign_keys};
use super::{Checks, Permits};
use crate::marker::Half;
use crate::sql::without;
use crate::{Dialect, Problem, Script, Severity, SourceFile, SqlMigration};

/// A migration in its place in the order.
pub(crate) enum Member<'a> {
    /// Its files, and what each is excused from.
    Sql { migration: &'a SqlMigration, files: &'a [SourceFile], permits: &'a mut [Permits] },
    /// One in Rust: nobody knows what it does to the database.
    Coded,
}

/// Something found in one half of one member.
pub(crate) struct SetAlarm {
    pub(crate) member: usize,
    pub(crate) half: Half,
    pub(crate) alarm: Alarm,
}

type Find = fn(&[Member<'_>], Dialect) -> Vec<SetAlarm>;

/// What is asked about the members in their order, once for each database.
const JUDGES: [Find; 2] = [enum_value_used::find, rebuild_with_foreign_keys::find];

/// Asks about a set.
pub(crate) fn find(members: &mut [Member<'_>], dialects: &[Dialect], checks: &Checks) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (judge, &dialect) in JUDGES.iter().flat_map(|judge| dialects.iter().map(move |dialect| (judge, dialect))) {
        for SetAlarm { member, half, alarm } in judge(members, dialect) {
            problems.extend(members[member].problem(dialect, dialects, half, alarm, checks));
        }
    }
    problems
}

impl Member<'_> {
    /// How that database reads it.
    pub(crate) fn script(&self, dialect: Dialect) -> Option<(&Script, &SourceFile)> {
        let Self::Sql { migration, files, .. } = self else { return None };
        let script = migration.script(dialect)?;
        let path = &migration.file(script).path;
        files.iter().find(|file| file.shown == *path).map(|file| (script, file))
    }

    /// Whether Rust runs before it or after it.
    #[cfg(any(test, feature = "check-sqlite"))]
    pub(super) fn has_hooks(&self) -> bool {
        matches!(self, Self::Sql { migration, .. } if migration.info.hooks.names().next().is_some())
    }

    pub(super) fn problem(
        &mut self,
        dialect: Dialect,
        dialects: &[Dialect],
        half: Half,
        alarm: Alarm,
        checks: &Checks,
    ) -> Option<Problem> {
        let file = self.script(dialect)?.1.shown.clone();
        let Self::Sql { migration, files, permits } = self else { return None };
        let (file, permits) = files.iter().zip(permits.iter_mut()).find(|(source, _)| source.shown == file)?;
        let level = checks.levels.of(alarm.rule, &migration.info.id);
        if file.text.len() > checks.longest || !permits.admits(half, alarm.rule, level) {
            return None;
        }
        let mut problem = alarm.into_problem(file, level)?;
        problem.dialects = [dialect].into_iter().collect();
        // A file for several databases may be right for the others.
        if file.name.dialect.is_none() && dialects.len() > 1 && problem.severity == Severity::Error {
            let way_out = without(dialects, &[dialect]);
            problem.help = Some(match problem.help {
                Some(help) => format!("{help}; {way_out}"),
                None => way_out,
            });
        }
        Some(problem)
    }
}
