//! From a section to what its reader is told.

use super::subject::Subject;
use super::{Checks, Level, Memory, Permits, Rule, rules};
#[cfg(feature = "lint")]
use super::{Judge, alarm::Alarm};
use crate::marker::Half;
use crate::{Dialect, MigrationId, Problem, Section, SourceFile};

/// Asks the rules about the sections of one migration.
#[derive(Clone, Copy)]
pub(crate) struct Inspector<'a> {
    id: &'a MigrationId,
    /// None where nothing is checked but what nothing excuses.
    checks: Option<&'a Checks>,
    memory: &'a Memory,
}

impl<'a> Inspector<'a> {
    pub(crate) fn new(id: &'a MigrationId, checks: Option<&'a Checks>, memory: &'a Memory) -> Self {
        Self { id, checks, memory }
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
        let grammar = self.asks_for_grammar().then_some(self.memory);
        rules::find(&subject, self.is_checked(file), grammar, &mut alarms);
        #[cfg(feature = "lint")]
        if dialect == Dialect::Postgres && self.is_checked(file) {
            self.lint(&subject, permits, &mut alarms);
        }
        alarms.sort_by_key(|alarm| alarm.span.start);
        let problems = alarms.into_iter().filter_map(|alarm| {
            let level = self.level(alarm.rule);
            permits.admits(half, alarm.rule, level).then(|| alarm.into_problem(file, level)).flatten()
        });
        problems.collect()
    }

    /// Asks the linter, if it is wanted and anything would come of what it finds.
    #[cfg(feature = "lint")]
    fn lint(self, subject: &Subject<'_>, permits: &mut Permits, alarms: &mut Vec<Alarm>) {
        let is_asked = self.checks.is_some_and(|checks| checks.asks(Judge::Lint));
        if !is_asked || permits.is_spared(Judge::Lint) {
            return;
        }
        let matters = |rule: &&Rule| rule.judge == Judge::Lint && self.level(rule) > Level::Allow;
        let mut found = Vec::new();
        if Rule::all().iter().any(matters) {
            let is_whole = super::lint::find(subject, self.asks_for_grammar(), &mut found);
            if !is_whole {
                permits.alarm(Judge::Lint);
            }
        } else {
            permits.alarm(Judge::Lint);
        }
        // It speaks for the grammar, too, and is to do so again.
        if found.iter().any(|alarm| alarm.rule.judge != Judge::Lint) {
            permits.alarm(Judge::Lint);
        }
        alarms.append(&mut found);
    }

    /// The `Allow:` lines that are no help to anybody.
    pub(crate) fn permits(self, file: &SourceFile, permits: &Permits, dialects: &[Dialect]) -> Vec<Problem> {
        let mut problems = permits.unknown(file);
        if let Some(checks) = self.checks.filter(|_| self.is_checked(file)) {
            let is_about = |rule: &Rule| rule.dialects.iter().any(|dialect| dialects.contains(dialect));
            // Without the judge nobody knows whether the file needs to be excused.
            let has_judge = |rule: &Rule| checks.asks(rule.judge) && !permits.is_spared(rule.judge);
            let asked = |rule: &Rule| is_about(rule) && has_judge(rule);
            problems.extend(permits.unused(file, self.id, &checks.levels, asked));
        }
        problems
    }

    fn asks_for_grammar(self) -> bool {
        self.level(&rules::grammar::RULE) > Level::Allow
    }

    fn is_checked(self, file: &SourceFile) -> bool {
        self.checks.is_some_and(|checks| file.text.len() <= checks.longest)
    }

    fn level(self, rule: &Rule) -> Level {
        self.checks.map_or(rule.level, |checks| checks.levels.of(rule, self.id))
    }
}
