//! What the tests of rules have in common, and what holds for every rule.

mod examples;
mod excused;
mod reference;

use super::*;
use crate::marker::Half;
use crate::split::split;
use crate::{Dialect, Section};

/// What a rule finds in a section that runs in a transaction.
pub(in crate::check) fn alarms(find: Find, dialect: Dialect, text: &str) -> Vec<Alarm> {
    found(find, dialect, text, Half::Up, false)
}

/// What it finds in one that runs outside.
pub(in crate::check) fn alarms_outside(find: Find, dialect: Dialect, text: &str) -> Vec<Alarm> {
    found(find, dialect, text, Half::Up, true)
}

/// What it says of a section that runs in a transaction.
pub(in crate::check) fn messages(find: Find, dialect: Dialect, text: &str) -> Vec<String> {
    said(alarms(find, dialect, text))
}

/// What it says of one that runs outside.
pub(in crate::check) fn messages_outside(find: Find, dialect: Dialect, text: &str) -> Vec<String> {
    said(alarms_outside(find, dialect, text))
}

/// What it says of a way down.
pub(in crate::check) fn messages_of_down(find: Find, dialect: Dialect, text: &str) -> Vec<String> {
    said(found(find, dialect, text, Half::Down, false))
}

fn said(alarms: Vec<Alarm>) -> Vec<String> {
    alarms.into_iter().map(|alarm| alarm.message).collect()
}

fn found(find: Find, dialect: Dialect, text: &str, half: Half, no_transaction: bool) -> Vec<Alarm> {
    let split = split(dialect, text);
    assert!(split.findings.is_empty(), "{:?}", split.findings);
    let section = Section { statements: split.up, no_transaction, ..Section::default() };
    let mut alarms = Vec::new();
    find(&Subject::new(dialect, text, &section, half), &mut alarms);
    alarms
}

#[test]
fn rules_are_listed_by_id() {
    assert!(ALL.is_sorted_by(|one, other| one.id < other.id));
}
