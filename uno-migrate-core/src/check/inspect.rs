//! From a section to what its reader is told.

use super::subject::Subject;
use super::{Checks, Judge, Level, Permits, Rule, rules};
use crate::marker::Half;
use crate::{Dialect, MigrationId, Problem, Section, SourceFile};

/// Asks the rules about the sections of one migration.
#[derive(Clone, Copy)]
pub(crate) struct Inspector<'a> {
    id: &'a MigrationId,
    /// None where nothing is checked but what nothing excuses.
    checks: Option<&'a Checks>,
}

impl<'a> Inspector<'a> {
    pub(crate) fn new(id: &'a MigrationId, checks: Option<&'a Checks>) -> Self {
        Self { id, checks }
    }

    /// What is wrong with one section, in the order of its text.
    pub(crate) fn section(
        self,
        file: &SourceFile,
        dialect: Dialect,
        half: Half,
        section: &Section,
        permits: &mut Permits,
    ) -> Vec<Problem> {
        let subject = Subject::new(dialect, &file.text, section, half);
        let mut alarms = Vec::new();
        rules::find(&subject, self.is_checked(file), &mut alarms);
        alarms.sort_by_key(|alarm| alarm.span.start);
        let problems = alarms.into_iter().filter_map(|alarm| {
            let level = self.level(alarm.rule);
            if level > Level::Allow && permits.excuses(half, alarm.rule) {
                return None;
            }
            alarm.into_problem(file, level)
        });
        problems.collect()
    }

    /// The `Allow:` lines that are no help to anybody.
    pub(crate) fn permits(self, file: &SourceFile, permits: &Permits, dialects: &[Dialect]) -> Vec<Problem> {
        let mut problems = permits.unknown(file);
        if let Some(checks) = self.checks.filter(|_| self.is_checked(file)) {
            let asked = |rule: &Rule| {
                let has_judge = rule.judge != Judge::Sqlite || checks.executes();
                has_judge && rule.dialects.iter().any(|dialect| dialects.contains(dialect))
            };
            problems.extend(permits.unused(file, self.id, &checks.levels, asked));
        }
        problems
    }

    fn is_checked(self, file: &SourceFile) -> bool {
        self.checks.is_some_and(|checks| file.text.len() <= checks.longest)
    }

    fn level(self, rule: &Rule) -> Level {
        self.checks.map_or(rule.level, |checks| checks.levels.of(rule, self.id))
    }
}
