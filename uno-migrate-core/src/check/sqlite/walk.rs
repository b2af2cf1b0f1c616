//! All up sections in plan order, every down section in reverse, and the up sections again.

use std::collections::{BTreeMap, BTreeSet};

use super::Verdict;
use super::catalogue::{Catalogue, Object, Touched};
use super::difference::differences;
use super::doubt::Doubt;
use super::place::place;
use super::section::{Bench, Outcome, Refusal};
use super::shadow::Shadow;
use super::statement::{Statement, Work};
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
pub(super) struct Applied {
    pub(super) up: Outcome,
    /// What was not known when it began, and when it was done.
    pub(super) before: Doubt,
    after: Doubt,
    /// Its down section was executed as well, and nothing was refused.
    pub(super) is_reverted: bool,
}

pub(super) struct Walk<'a> {
    pub(super) steps: &'a [Step<'a>],
    pub(super) bench: Bench,
    pub(super) applied: Vec<Option<Applied>>,
    /// What is other than it was before the migration at hand: for what a down section has done, or has not. In which
    /// way, where it is known.
    left: BTreeMap<Object, Option<Vec<String>>>,
    /// What the statements are about that are to blame for it, indexes included.
    unsettled: BTreeSet<String>,
    /// The part of it that a down section should have undone.
    pub(super) differing: BTreeSet<String>,
    pub(super) verdicts: Vec<Verdict>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(steps: &'a [Step<'a>], shadow: Shadow) -> Self {
        let verdicts = steps.iter().map(|_| Verdict::default()).collect();
        let bench = Bench { shadow, catalogue: Catalogue::default() };
        let (left, unsettled, differing) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        Self { steps, bench, applied: Vec::new(), left, unsettled, differing, verdicts }
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
        self.again(asked);
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
            self.leave(at, &Touched::default(), subjects(text, [&script.up]));
            return;
        };
        if !applied.up.is_done() {
            self.leave(at, &Touched::default(), subjects(text, [&script.up]));
            let failures = self.bench.read(text, section);
            self.refuse(at, Half::Down, text, section, failures.iter());
            return;
        }
        let mut doubt = applied.after.clone();
        doubt.add_names(self.left.keys().map(|object| object.name().to_owned()));
        doubt.add_names(self.unsettled.iter().cloned());
        let known = doubt.clone();
        let down = self.bench.run(text, section, &mut doubt);
        self.unsettled.extend(doubt.beyond(&known));
        self.refuse(at, Half::Down, text, section, down.failures.iter());
        self.verdicts[at].is_silent |= down.is_silent();
        if !down.is_done() {
            self.leave(at, &down.touched, subjects(text, [&script.up, section]));
            self.differing.extend(subjects(text, [&script.up, section]));
            return;
        }
        let renames = |section: &Section| section.statements.iter().any(|span| is_renaming(span.of(text)));
        // SQLite takes a name in quotes that it does not know for a string.
        let is_doubtful = section.statements.iter().any(|span| doubt.is_mentioned(&Statement::new(span.of(text))));
        // Where what is there depends on what is not known, so does what a condition comes to.
        let is_conditional =
            doubt.is_of_everything() && [&script.up, section].iter().any(|section| has_condition(text, section));
        // What is left of a table has its former name.
        let is_renamed = !self.left.is_empty() && (renames(&script.up) || renames(section));
        let is_quiet = is_conditional || is_renamed || is_doubtful;
        self.verdicts[at].is_silent |= is_quiet;
        if self.compare(at, script, section, &down.touched, is_quiet) {
            self.unsettled.extend(subjects(text, [&script.up, section]));
            self.differing.extend(subjects(text, [&script.up, section]));
        }
    }

    /// What a migration has done is not undone.
    fn leave(&mut self, at: usize, down: &Touched, subjects: Vec<String>) {
        self.verdicts[at].is_not_reverted = true;
        let up = self.applied.get(at).into_iter().flatten().flat_map(|applied| applied.up.touched.0.keys());
        self.left.extend(up.chain(down.0.keys()).map(|object| (object.clone(), None)));
        self.unsettled.extend(subjects);
    }

    /// Whether something is other than it was before the way up, and was not so already.
    fn compare(&mut self, at: usize, script: &Script, section: &Section, down: &Touched, is_quiet: bool) -> bool {
        let Some(Some(applied)) = self.applied.get_mut(at) else { return false };
        let mut is_different = false;
        applied.is_reverted = true;
        let up = &applied.up.touched;
        // What was other already, was not as it should be when the section began.
        let is_only_down = |object: &Object| !up.0.contains_key(object) && !self.left.contains_key(object);
        let only_down: Vec<_> = down.0.iter().filter(|(object, _)| is_only_down(object)).collect();
        let of_up = up.0.iter().map(|touched| (touched, &script.up));
        for ((object, (number, before)), of) in of_up.chain(only_down.into_iter().map(|touched| (touched, section))) {
            let after = self.bench.catalogue.state(&self.bench.shadow, object);
            let found = differences(object, before, &after);
            let known = match self.left.get(object) {
                None => &[],
                Some(Some(known)) => known.as_slice(),
                // In which way it was other before is not known, and so is what this section has to do with it.
                Some(None) if !found.is_empty() => continue,
                Some(None) => &[],
            };
            let new: Vec<_> = found.iter().filter(|one| !known.contains(one)).cloned().collect();
            if found.is_empty() {
                self.left.remove(object);
                continue;
            }
            self.left.insert(object.clone(), Some(found));
            if new.is_empty() {
                continue;
            }
            is_different = true;
            self.differing.insert(object.name().to_owned());
            if !is_quiet {
                let span = of.statements.get(*number).copied().unwrap_or_default();
                let message = format!("after the down section, {}", new.join(", and "));
                self.verdicts[at].alarms.push((Half::Down, Alarm::new(&down_leaves_difference::RULE, span, message)));
            }
        }
        is_different
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
            self.verdicts[at].alarms.push((
                half,
                match help {
                    Some(help) => alarm.with_help(help),
                    None => alarm,
                },
            ));
        }
    }
}

/// What the statements of sections make, change and drop.
pub(super) fn subjects<const N: usize>(text: &str, sections: [&Section; N]) -> Vec<String> {
    let spans = sections.into_iter().flat_map(|section| &section.statements);
    let names = spans.filter_map(|span| match Statement::new(span.of(text)).work() {
        Work::Schema(names) => Some(names),
        _ => None,
    });
    names.flatten().collect()
}

/// Whether something is done only if it is there, or only if it is not.
fn has_condition(text: &str, section: &Section) -> bool {
    section.statements.iter().any(|span| Statement::new(span.of(text)).has_word("if"))
}

fn is_renaming(statement: &str) -> bool {
    Statement::new(statement).renames_table_to().is_some()
}
