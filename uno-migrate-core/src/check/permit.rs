//! `Allow: <rule> <reason>`: which rules a file is excused from, and whether it needs to be.

use super::alarm::Alarm;
use super::levels::Levels;
use super::rule::{Judge, Level, Rule};
use super::rules::unused_allow;
use crate::marker::Half;
use crate::{Allow, MigrationId, Problem, SourceFile, Span, nearest};

/// The `Allow:` lines of one file, and what judges made of it and them.
#[derive(Debug, Default)]
pub(crate) struct Permits {
    lines: Vec<Permit>,
    /// The judges that need not look: they have found nothing in it before.
    spared: Vec<Judge>,
    /// The judges that have found something that no line allows, be it of any level.
    alarmed: Vec<Judge>,
}

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
            if self.lines.iter().all(|known| known.at != *at) {
                self.lines.push(Permit { rule: allow.rule.clone(), at: *at, half, is_used: false });
            }
        }
    }

    /// Whether a section is not excused from a rule that has found something in it. Where the level is that nothing
    /// becomes of it, no line is made use of.
    pub(super) fn admits(&mut self, half: Half, rule: &Rule, level: Level) -> bool {
        let is_replaced = self.lines.iter().any(|permit| permit.half == Half::Down);
        let half = if half == Half::Down && is_replaced { Half::Down } else { Half::Up };
        let mut permits = self.lines.iter_mut().filter(|permit| permit.half == half && permit.rule == rule.id);
        match permits.next() {
            Some(permit) if rule.level != Level::Forbid => {
                permit.is_used |= level > Level::Allow;
                false
            }
            _ => {
                self.alarm(rule.judge);
                true
            }
        }
    }

    /// A judge has found something, or could not look.
    pub(crate) fn alarm(&mut self, judge: Judge) {
        self.alarmed.push(judge);
    }

    /// A judge need not look.
    pub(crate) fn spare(&mut self, judge: Judge) {
        self.spared.push(judge);
    }

    /// Whether a judge need not look.
    pub(crate) fn is_spared(&self, judge: Judge) -> bool {
        self.spared.contains(&judge)
    }

    /// Whether a judge that was asked has nothing to say of the file, nor of a line that would excuse it. Levels do not
    /// count: what is clean stays clean whatever the application says of rules.
    pub(crate) fn is_clean(&self, judge: Judge) -> bool {
        let is_idle =
            |permit: &Permit| !permit.is_used && Rule::named(&permit.rule).is_some_and(|rule| rule.judge == judge);
        self.is_spared(judge) || !self.alarmed.contains(&judge) && !self.lines.iter().any(is_idle)
    }

    /// Nobody has looked whether these excuse from anything.
    #[cfg(any(test, feature = "check-sqlite"))]
    pub(super) fn leave_unjudged(&mut self, rule: &Rule) {
        self.lines.iter_mut().filter(|permit| permit.rule == rule.id).for_each(|permit| permit.is_used = true);
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
        self.lines.iter().filter(|permit| is_wrong(&permit.rule)).map(problem).collect()
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
            // What is no rule, or excuses nobody, is an error already.
            let rule = Rule::named(&permit.rule).filter(|rule| rule.level != Level::Forbid);
            !permit.is_used && rule.is_some_and(|rule| levels.of(rule, id) > Level::Allow && asked(rule))
        };
        let level = levels.of(&unused_allow::RULE, id);
        let problem = |permit: &Permit| {
            let message = format!("`Allow: {}` allows nothing here", permit.rule);
            Alarm::new(&unused_allow::RULE, permit.at, message).into_problem(file, level)
        };
        self.lines.iter().filter(unused).filter_map(problem).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RulesVersion;
    use crate::check::rule::Examples;

    static RULE: Rule = Rule {
        id: "some-rule",
        title: "",
        why: "",
        instead: "",
        dialects: &[],
        level: Level::Warn,
        since: RulesVersion::FIRST,
        judge: Judge::Lint,
        examples: Examples { refused: "", accepted: "" },
    };

    fn allowing(rule: &str) -> Permits {
        let mut permits = Permits::default();
        let allow = Allow { rule: rule.to_owned(), reason: "why".to_owned() };
        permits.add(Half::Up, &[(allow, Span::new(0..1))]);
        permits
    }

    #[test]
    fn a_file_is_clean_when_nothing_was_found_that_it_does_not_allow() {
        for level in [Level::Allow, Level::Warn, Level::Deny] {
            let mut permits = Permits::default();
            assert!(permits.is_clean(Judge::Lint));
            assert!(permits.admits(Half::Up, &RULE, level));
            assert!(!permits.is_clean(Judge::Lint) && permits.is_clean(Judge::Sqlite), "{level:?}");

            let mut permits = allowing(RULE.id);
            assert!(!permits.admits(Half::Up, &RULE, level));
            assert!(permits.is_clean(Judge::Lint), "{level:?}");
        }
    }

    #[test]
    fn a_line_that_allows_nothing_is_no_clean_file() {
        // Of a judge that is not remembered, but any will do.
        assert!(!allowing("concurrent-if-not-exists").is_clean(Judge::Statements));
        let mut spared = allowing("concurrent-if-not-exists");
        spared.spare(Judge::Statements);
        assert!(spared.is_clean(Judge::Statements));
    }
}
