//! Has SQLite execute a set, where that is wanted, and says what came of it.

use super::Checks;
use super::set::Member;
use crate::{Dialect, Problem};

/// Executes what is for SQLite.
///
/// Members that are proven are executed as far as later ones need them, and nothing at all where there are no others.
/// Where the set is not `complete`, nobody knows what else is executed between its members.
#[cfg(any(test, feature = "check-sqlite"))]
pub(crate) fn execute(
    members: &mut [Member<'_>],
    dialects: &[Dialect],
    checks: &Checks,
    is_complete: bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !checks.asks(super::Judge::Sqlite) || !dialects.contains(&Dialect::Sqlite) {
        return problems;
    }
    let asked: Vec<_> = members.iter().map(|member| member.is_asked(checks)).collect();
    let mut verdicts = super::sqlite::judge(members, checks, is_complete, |at| asked[at]).into_iter();
    for (at, member) in members.iter_mut().enumerate() {
        let verdict = verdicts.next();
        let Some(verdict) = verdict.filter(|_| asked[at]) else {
            member.leave_unjudged(true, true);
            continue;
        };
        member.leave_unjudged(verdict.is_silent, verdict.is_silent || verdict.is_not_reverted);
        let found = verdict.alarms.into_iter();
        problems
            .extend(found.filter_map(|(half, alarm)| member.problem(Dialect::Sqlite, dialects, half, alarm, checks)));
    }
    problems
}

/// SQLite is not there.
#[cfg(not(any(test, feature = "check-sqlite")))]
pub(crate) fn execute(
    _members: &mut [Member<'_>],
    _dialects: &[Dialect],
    _checks: &Checks,
    _is_complete: bool,
) -> Vec<Problem> {
    Vec::new()
}

#[cfg(any(test, feature = "check-sqlite"))]
impl Member<'_> {
    /// Whether anything that is found about it would be said, and is not known already.
    fn is_asked(&self, checks: &Checks) -> bool {
        use super::rules::{down_leaves_difference, sqlite_execution};
        use super::{Judge, Level};

        let Self::Sql { migration, permits, .. } = self else { return false };
        let matters = |rule| checks.levels.of(rule, &migration.info.id) > Level::Allow;
        let is_proven = permits.iter().all(|permits| permits.is_spared(Judge::Sqlite));
        !is_proven && (matters(&sqlite_execution::RULE) || matters(&down_leaves_difference::RULE))
    }

    /// What was not looked into, nobody is told not to need a permit for; nor is it proven.
    fn leave_unjudged(&mut self, execution: bool, difference: bool) {
        use super::Judge;
        use super::rules::{down_leaves_difference, sqlite_execution};

        let Self::Sql { permits, .. } = self else { return };
        for permits in permits.iter_mut() {
            if execution {
                permits.leave_unjudged(&sqlite_execution::RULE);
                permits.alarm(Judge::Sqlite);
            }
            if difference {
                permits.leave_unjudged(&down_leaves_difference::RULE);
            }
        }
    }
}
