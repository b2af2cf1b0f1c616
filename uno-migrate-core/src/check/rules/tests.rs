//! What the tests of rules have in common, and what holds for every rule.

use super::*;
use crate::marker::Half;
use crate::split::split;
use crate::{Dialect, Section};

/// What a rule finds in a section that runs in a transaction.
pub(super) fn alarms(find: Find, dialect: Dialect, text: &str) -> Vec<Alarm> {
    found(find, dialect, text, false)
}

/// What it finds in one that runs outside.
pub(super) fn alarms_outside(find: Find, dialect: Dialect, text: &str) -> Vec<Alarm> {
    found(find, dialect, text, true)
}

fn found(find: Find, dialect: Dialect, text: &str, no_transaction: bool) -> Vec<Alarm> {
    let split = split(dialect, text);
    assert!(split.findings.is_empty(), "{:?}", split.findings);
    let section = Section { statements: split.up, no_transaction, ..Section::default() };
    let mut alarms = Vec::new();
    find(&Subject::new(dialect, text, &section, Half::Up), &mut alarms);
    alarms
}

#[test]
fn rules_are_listed_by_id() {
    assert!(ALL.is_sorted_by(|one, other| one.id < other.id));
}
