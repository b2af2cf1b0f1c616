//! `Allow: <rule> <reason>`: which rules a file is excused from, and whether it needs to be.

use super::alarm::Alarm;
use super::levels::Levels;
use super::rule::{Level, Rule};
use super::rules::unused_allow;
use crate::marker::Half;
use crate::{Allow, MigrationId, Problem, SourceFile, Span, nearest};

/// The `Allow:` lines of one file.
#[derive(Debug, Default)]
pub(crate) struct Permits(Vec<Permit>);

#[derive(Debug)]
struct Permit {
    rule: String,
    at: Span,
    /// Whose header it stands in. What stands below `-- DOWN` replaces what stands at the top, for that section.
    half: Half,
    is_used: bool,
}

impl Permits {
    /// Adds those of a header; each database reads it anew.
    pub(crate) fn add(&mut self, half: Half, allow: &[(Allow, Span)]) {
        for (allow, at) in allow {
            if self.0.iter().all(|known| known.at != *at) {
                self.0.push(Permit { rule: allow.rule.clone(), at: *at, half, is_used: false });
            }
        }
    }

    /// Whether a section is excused from a rule, which it then has made use of.
    pub(super) fn excuses(&mut self, half: Half, rule: &Rule) -> bool {
        let is_replaced = self.0.iter().any(|permit| permit.half == Half::Down);
        let half = if half == Half::Down && is_replaced { Half::Down } else { Half::Up };
        let mut permits = self.0.iter_mut().filter(|permit| permit.half == half && permit.rule == rule.id);
        match permits.next() {
            Some(permit) if rule.level != Level::Forbid => {
                permit.is_used = true;
                true
            }
            _ => false,
        }
    }

    /// Nobody has looked whether these excuse from anything.
    #[cfg(any(test, feature = "check-sqlite"))]
    pub(super) fn leave_unjudged(&mut self, rule: &Rule) {
        self.0.iter_mut().filter(|permit| permit.rule == rule.id).for_each(|permit| permit.is_used = true);
    }

    /// What names no rule, whatever is checked.
    pub(crate) fn unknown(&self, file: &SourceFile) -> Vec<Problem> {
        let known = || Rule::all().iter().map(|rule| rule.id);
        let problem = |permit: &Permit| {
            let rule = &permit.rule;
            let forbidden = Rule::named(rule).is_some_and(|rule| rule.level == Level::Forbid);
            let (message, help) = match (forbidden, nearest(rule, known())) {
                (true, _) => (format!("rule `{rule}` excuses nobody"), "delete the line".to_owned()),
                (false, Some(near)) => (format!("there is no rule `{rule}`"), format!("write `{near}`")),
                (false, None) => {
                    let all = known().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
                    (format!("there is no rule `{rule}`"), format!("the rules are {all}"))
                }
            };
            Problem::at(file.at(permit.at), message).with_help(help)
        };
        let is_wrong = |rule: &str| Rule::named(rule).is_none_or(|rule| rule.level == Level::Forbid);
        self.0.iter().filter(|permit| is_wrong(&permit.rule)).map(problem).collect()
    }

    /// What excuses from nothing, of the rules that were `asked`.
    pub(crate) fn unused(
        &self,
        file: &SourceFile,
        id: &MigrationId,
        levels: &Levels,
        asked: impl Fn(&Rule) -> bool,
    ) -> Vec<Problem> {
        let unused = |permit: &&Permit| {
            let rule = Rule::named(&permit.rule);
            !permit.is_used && rule.is_some_and(|rule| levels.of(rule, id) > Level::Allow && asked(rule))
        };
        let level = levels.of(&unused_allow::RULE, id);
        let problem = |permit: &Permit| {
            let message = format!("`Allow: {}` allows nothing here", permit.rule);
            Alarm::new(&unused_allow::RULE, permit.at, message).into_problem(file, level)
        };
        self.0.iter().filter(unused).filter_map(problem).collect()
    }
}
