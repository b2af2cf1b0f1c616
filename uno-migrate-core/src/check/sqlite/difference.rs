//! What differs between two states of one object, in words.

use std::collections::BTreeMap;

use super::catalogue::{Object, State};
use super::structure::Table;

/// What is other than it was; nothing if that is nothing.
pub(super) fn differences(object: &Object, before: &State, after: &State) -> Vec<String> {
    let name = object.name();
    match (before, after) {
        (State::Table(before), State::Table(after)) => of_tables(name, before, after),
        (State::Absent, State::Absent) | (State::View, State::View) | (State::Trigger, State::Trigger) => Vec::new(),
        (State::Absent, after) => vec![format!("{} `{name}` is still there", what(after))],
        (before, State::Absent) => vec![format!("{} `{name}` is gone", what(before))],
        (before, after) => vec![format!("`{name}` is a {}, and was a {}", what(after), what(before))],
    }
}

fn what(state: &State) -> &'static str {
    match state {
        State::Table(_) | State::Absent => "table",
        State::View => "view",
        State::Trigger => "trigger",
    }
}

fn of_tables(name: &str, before: &Table, after: &Table) -> Vec<String> {
    let mut found = Vec::new();
    named(&before.columns, &after.columns, |column| format!("column `{name}.{column}`"), &mut found);
    named(&before.indexes, &after.indexes, |index| format!("index `{index}` on `{name}`"), &mut found);
    let lost = before.keys.difference(&after.keys).map(|key| format!("`{key}` of `{name}` is gone"));
    let kept = after.keys.difference(&before.keys).map(|key| format!("`{key}` of `{name}` is still there"));
    found.extend(lost.chain(kept));
    found
}

fn named(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    called: impl Fn(&str) -> String,
    found: &mut Vec<String>,
) {
    for (name, was) in before {
        match after.get(name) {
            None => found.push(format!("{} is gone", called(name))),
            Some(is) if is != was => found.push(format!("{} is `{is}`, and was `{was}`", called(name))),
            Some(_) => {}
        }
    }
    let kept = after.keys().filter(|name| !before.contains_key(*name));
    found.extend(kept.map(|name| format!("{} is still there", called(name))));
}
