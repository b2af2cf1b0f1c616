//! All up sections in plan order, every down section in reverse, and the up sections again.

use std::collections::BTreeSet;

use super::catalogue::{Catalogue, Object, State, Touched};
use super::difference::differences;
use super::doubt::Doubt;
use super::place::place;
use super::section::{Bench, Outcome, Refusal};
use super::shadow::Shadow;
use super::statement::Statement;
use super::Verdict;
use crate::check::alarm::Alarm;
use crate::check::rules::{down_leaves_difference, sqlite_execution};
use crate::marker::Half;
use crate::{Down, Script, Section, nearest};

/// A migration, as far as it can be executed here.
pub(super) enum Step<'a> {
    /// Nobody knows what it does.
    Unknown,
    Sql {
        script: &'a Script,
        text: &'a str,
        /// Rust runs before it and after it.
        hooks: bool,
    },
}

/// What became of a migration on its way up.
struct Applied {
    up: Outcome,
    /// What was not known when it began, and when it was done.
    before: Doubt,
    after: Doubt,
    /// Its down section was executed as well, and nothing was refused.
    is_reverted: bool,
}

pub(super) struct Walk<'a> {
    steps: &'a [Step<'a>],
    bench: Bench,
    applied: Vec<Option<Applied>>,
    /// What a down section has left other than it was, or what one that is not there has.
    left: BTreeSet<Object>,
    verdicts: Vec<Verdict>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(steps: &'a [Step<'a>], shadow: Shadow) -> Self {
        let verdicts = steps.iter().map(|_| Verdict::default()).collect();
        let bench = Bench { shadow, catalogue: Catalogue::default() };
        Self { steps, bench, applied: Vec::new(), left: BTreeSet::new(), verdicts }
    }

    /// Up to the last of those that are asked about; down, and up again, from there to the first of them.
    pub(super) fn run(mut self, asked: std::ops::Range<usize>, mut doubt: Doubt) -> Vec<Verdict> {
        for at in 0..asked.end {
            let applied = self.up(at, &mut doubt);
            self.applied.push(applied);
        }
        for at in asked.clone().rev() {
            self.down(at);
        }
        // What cannot be reverted stays, and what it was done to may not have come back as it was.
        let skipped = self.applied.iter().skip(asked.start).flatten().filter(|applied| !applied.is_reverted);
        let skipped: Vec<_> = skipped.flat_map(|applied| applied.up.touched.0.keys().cloned()).collect();
        self.left.extend(skipped);
        for at in asked {
            self.up_again(at);
        }
        self.verdicts
    }

    fn up(&mut self, at: usize, doubt: &mut Doubt) -> Option<Applied> {
        let Step::Sql { script, text, hooks } = &self.steps[at] else {
            doubt.add_everything();
            return None;
        };
        if *hooks {
            doubt.add_everything();
        }
        let before = doubt.clone();
        let up = self.bench.run(text, &script.up, doubt);
        self.refuse(at, Half::Up, text, &script.up, up.failures.iter());
        self.verdicts[at].is_silent |= up.is_silent();
        Some(Applied { up, before, after: doubt.clone(), is_reverted: false })
    }

    fn down(&mut self, at: usize) {
        let (Step::Sql { script, text, .. }, Some(Some(applied))) = (&self.steps[at], self.applied.get(at)) else {
            return;
        };
        let Down::Section(section) = &script.down else {
            self.verdicts[at].is_not_reverted = true;
            self.left.extend(applied.up.touched.0.keys().cloned());
            return;
        };
        if !applied.up.is_done() {
            self.verdicts[at].is_not_reverted = true;
            self.left.extend(applied.up.touched.0.keys().cloned());
            let failures = self.bench.read(text, section);
            self.refuse(at, Half::Down, text, section, failures.iter());
            return;
        }
        let mut doubt = applied.after.clone();
        doubt.add_names(self.left.iter().map(|object| object.name().to_owned()));
        let down = self.bench.run(text, section, &mut doubt);
        self.refuse(at, Half::Down, text, section, down.failures.iter());
        self.verdicts[at].is_silent |= down.is_silent();
        let Some(Some(applied)) = self.applied.get_mut(at) else { return };
        let up = std::mem::take(&mut applied.up.touched);
        if !down.is_done() {
            self.verdicts[at].is_not_reverted = true;
            self.left.extend(up.0.keys().chain(down.touched.0.keys()).cloned());
            applied.up.touched = up;
            return;
        }
        applied.is_reverted = true;
        // Where what is there depends on what is not known, so does what a condition comes to.
        let is_conditional =
            doubt.is_of_everything() && [&script.up, section].iter().any(|section| has_condition(text, section));
        self.verdicts[at].is_silent |= is_conditional;
        self.compare(at, script, section, &up, &down.touched, is_conditional);
    }

    /// What is other than it was before the way up, and was not so already.
    fn compare(&mut self, at: usize, script: &Script, section: &Section, up: &Touched, down: &Touched, is_quiet: bool) {
        let only_down = down.0.iter().filter(|(object, _)| !up.0.contains_key(*object));
        let of_up = up.0.iter().map(|touched| (touched, &script.up));
        for ((object, (number, before)), of) in of_up.chain(only_down.map(|touched| (touched, section))) {
            let after = self.bench.catalogue.state(&self.bench.shadow, object);
            if self.left.contains(object) {
                if *before == State::Absent && after == State::Absent {
                    self.left.remove(object);
                }
                continue;
            }
            let found = differences(object, before, &after);
            if found.is_empty() {
                continue;
            }
            self.left.insert(object.clone());
            if !is_quiet {
                let span = of.statements.get(*number).copied().unwrap_or_default();
                let message = format!("after the down section, {}", found.join(", and "));
                self.verdicts[at].alarms.push((Half::Down, Alarm::new(&down_leaves_difference::RULE, span, message)));
            }
        }
    }

    fn up_again(&mut self, at: usize) {
        let (Step::Sql { script, text, .. }, Some(Some(applied))) = (&self.steps[at], self.applied.get(at)) else {
            return;
        };
        if !applied.is_reverted {
            return;
        }
        let mut doubt = applied.before.clone();
        doubt.add_names(self.left.iter().map(|object| object.name().to_owned()));
        let again = self.bench.run(text, &script.up, &mut doubt);
        // The first one says it; the others may come from it.
        let Some((&number, Refusal { failure, .. })) = again.failures.iter().find(|(_, refusal)| refusal.is_certain)
        else {
            return;
        };
        let message = format!("after the down section, the migration cannot be applied again: {}", failure.message);
        let alarm = Alarm::new(&down_leaves_difference::RULE, script.up.statements[number], message)
            .with_help("delete in the down section what the up section inserts");
        self.verdicts[at].alarms.push((Half::Down, alarm));
    }

    fn refuse<'r>(
        &mut self,
        at: usize,
        half: Half,
        text: &str,
        section: &Section,
        failures: impl Iterator<Item = (&'r usize, &'r Refusal)>,
    ) {
        for (&number, Refusal { failure, .. }) in failures.filter(|(_, refusal)| refusal.is_certain) {
            let statement = section.statements.get(number).copied().unwrap_or_default();
            let span = place(text, statement, failure);
            let alarm = Alarm::new(&sqlite_execution::RULE, span, format!("SQLite: {}", failure.message));
            let meant = failure.missing_table().and_then(|table| nearest(table, self.bench.catalogue.relations()));
            let help = match meant {
                Some(near) => Some(format!("a table named `{near}` exists")),
                None => failure.says_instead().map(str::to_owned),
            };
            self.verdicts[at].alarms.push((half, match help {
                Some(help) => alarm.with_help(help),
                None => alarm,
            }));
        }
    }
}

/// Whether something is done only if it is there, or only if it is not.
fn has_condition(text: &str, section: &Section) -> bool {
    section.statements.iter().any(|span| Statement::new(span.of(text)).has_word("if"))
}
