//! The rules, one a file.

mod autocommit;
mod concurrent_if_not_exists;
pub(super) mod down_leaves_difference;
mod drop_column;
pub(super) mod enum_value_used;
pub(super) mod grammar;
mod leaking_setting;
pub(super) mod linted;
mod missing_algorithm;
mod not_in_transaction;
mod pragma_without_effect;
pub(super) mod rebuild_with_foreign_keys;
mod rename_column;
mod rename_table;
mod several_ddl;
pub(super) mod sqlite_execution;
mod transaction_control;
pub(super) mod unused_allow;
mod update_beside_ddl;
mod validate_with_not_valid;

use super::alarm::Alarm;
use super::grammar::Memory;
use super::rule::Rule;
use super::subject::Subject;

/// By id.
pub(super) static ALL: &[&Rule] = &[
    &autocommit::RULE,
    &linted::CHANGE_TYPE,
    &linted::CHECK_CONSTRAINT,
    &concurrent_if_not_exists::RULE,
    &linted::DETACH_NOT_CONCURRENT,
    &down_leaves_difference::RULE,
    &drop_column::RULE,
    &linted::DROP_INDEX_NOT_CONCURRENT,
    &enum_value_used::RULE,
    &linted::FOREIGN_KEY,
    &grammar::RULE,
    &linted::INDEX_NOT_CONCURRENT,
    &leaking_setting::RULE,
    &missing_algorithm::RULE,
    &not_in_transaction::RULE,
    &pragma_without_effect::RULE,
    &linted::PRIMARY_KEY,
    &rebuild_with_foreign_keys::RULE,
    &linted::REINDEX_NOT_CONCURRENT,
    &rename_column::RULE,
    &rename_table::RULE,
    &linted::REQUIRED_COLUMN,
    &linted::SET_NOT_NULL,
    &several_ddl::RULE,
    &sqlite_execution::RULE,
    &transaction_control::RULE,
    &linted::UNIQUE_CONSTRAINT,
    &unused_allow::RULE,
    &update_beside_ddl::RULE,
    &validate_with_not_valid::RULE,
    &linted::VOLATILE_DEFAULT,
];

type Find = fn(&Subject<'_>, &mut Vec<Alarm>);

/// What nothing excuses.
const ALWAYS: &[Find] = &[transaction_control::find, autocommit::find];

/// What is asked where checks are wanted.
const CHECKED: &[Find] = &[
    concurrent_if_not_exists::find,
    drop_column::find,
    leaking_setting::find,
    missing_algorithm::find,
    not_in_transaction::find,
    pragma_without_effect::find,
    rename_column::find,
    rename_table::find,
    several_ddl::find,
    update_beside_ddl::find,
    validate_with_not_valid::find,
];

/// Asks the rules about a section; the judge of grammar only where anything would come of what it finds.
pub(super) fn find(subject: &Subject<'_>, checked: bool, grammar: Option<&Memory>, alarms: &mut Vec<Alarm>) {
    ALWAYS.iter().for_each(|find| find(subject, alarms));
    if checked {
        if let Some(memory) = grammar {
            grammar::find(subject, memory, alarms);
        }
        CHECKED.iter().for_each(|find| find(subject, alarms));
    }
}

#[cfg(test)]
mod tests;
