//! Has SQLite execute a set, where that is wanted, and says what came of it.

use super::Checks;
use super::set::Member;
use crate::{Dialect, Problem};

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Executed {
    pub(crate) problems: Vec<Problem>,
    /// The members that nothing was found about, by place: they were executed both ways, as far as they go, or were
    /// proven already.
    pub(crate) passed: Vec<usize>,
}

impl Checks {
    /// Whether SQLite executes anything: it has to be wanted, and it has to be there.
    pub(crate) fn executes(&self) -> bool {
        self.sqlite && cfg!(any(test, feature = "check-sqlite"))
    }
}

#[cfg(any(test, feature = "check-sqlite"))]
/// Executes what is for SQLite.
///
/// Members that are `proven` are executed as far as later ones need them, and nothing at all where there are no others.
/// Where the set is not `whole`, nobody knows what else is executed between its members.
pub(crate) fn execute(
    members: &mut [Member<'_>],
    dialects: &[Dialect],
    checks: &Checks,
    is_whole: bool,
    proven: impl Fn(usize) -> bool,
) -> Executed {
    let mut executed = Executed::default();
    if !checks.executes() || !dialects.contains(&Dialect::Sqlite) {
        return executed;
    }
    let is_asked = |at: usize| !proven(at) && members[at].is_asked(checks);
    let asked: Vec<_> = (0..members.len()).map(is_asked).collect();
    let mut verdicts = super::sqlite::judge(members, checks, is_whole, |at| asked[at]).into_iter();
    for (at, member) in members.iter_mut().enumerate() {
        let verdict = verdicts.next();
        match verdict.filter(|_| asked[at]) {
            Some(verdict) => {
                if !verdict.is_silent && verdict.alarms.is_empty() {
                    executed.passed.push(at);
                }
                member.leave_unjudged(verdict.is_silent, verdict.is_silent || verdict.is_not_reverted);
                let problems = verdict
                    .alarms
                    .into_iter()
                    .filter_map(|(half, alarm)| member.problem(Dialect::Sqlite, dialects, half, alarm, checks));
                executed.problems.extend(problems);
            }
            None => {
                member.leave_unjudged(true, true);
                if proven(at) {
                    executed.passed.push(at);
                }
            }
        }
    }
    executed
}

#[cfg(not(any(test, feature = "check-sqlite")))]
/// SQLite is not there.
pub(crate) fn execute(
    _members: &mut [Member<'_>],
    _dialects: &[Dialect],
    _checks: &Checks,
    _is_whole: bool,
    _proven: impl Fn(usize) -> bool,
) -> Executed {
    Executed::default()
}

#[cfg(any(test, feature = "check-sqlite"))]
impl Member<'_> {
    /// Whether anything that is found about it would be said.
    fn is_asked(&self, checks: &Checks) -> bool {
        use super::Level;
        use super::rules::{down_leaves_difference, sqlite_execution};

        let Self::Sql { migration, .. } = self else { return false };
        let matters = |rule| checks.levels.of(rule, &migration.info.id) > Level::Allow;
        matters(&sqlite_execution::RULE) || matters(&down_leaves_difference::RULE)
    }

    /// What was not looked into, nobody is told not to need a permit for.
    fn leave_unjudged(&mut self, execution: bool, difference: bool) {
        use super::rules::{down_leaves_difference, sqlite_execution};

        let Self::Sql { permits, .. } = self else { return };
        let rules = [(execution, &sqlite_execution::RULE), (difference, &down_leaves_difference::RULE)];
        for (_, rule) in rules.into_iter().filter(|(is_unjudged, _)| *is_unjudged) {
            permits.iter_mut().for_each(|permits| permits.leave_unjudged(rule));
        }
    }
}
