//! The rules, one a file.

mod autocommit;
mod concurrent_if_not_exists;
pub(super) mod down_leaves_difference;
pub(super) mod sqlite_execution;
mod transaction_control;
pub(super) mod unused_allow;

use super::alarm::Alarm;
use super::rule::Rule;
use super::subject::Subject;

/// By id.
pub(super) static ALL: [&Rule; 6] = [
    &autocommit::RULE,
    &concurrent_if_not_exists::RULE,
    &down_leaves_difference::RULE,
    &sqlite_execution::RULE,
    &transaction_control::RULE,
    &unused_allow::RULE,
];

type Find = fn(&Subject<'_>, &mut Vec<Alarm>);

/// What nothing excuses.
const ALWAYS: [Find; 2] = [transaction_control::find, autocommit::find];

/// What is asked where checks are wanted.
const CHECKED: [Find; 1] = [concurrent_if_not_exists::find];

/// Asks the rules about a section.
pub(super) fn find(subject: &Subject<'_>, checked: bool, alarms: &mut Vec<Alarm>) {
    ALWAYS.iter().for_each(|find| find(subject, alarms));
    if checked {
        CHECKED.iter().for_each(|find| find(subject, alarms));
    }
}

#[cfg(test)]
mod tests;
