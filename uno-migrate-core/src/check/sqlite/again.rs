//! The up sections once more, after the down sections: rows that are left are in their way.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::section::Refusal;
use super::walk::{Applied, Step, Walk, subjects};
use crate::check::alarm::Alarm;
use crate::check::rules::down_leaves_difference;
use crate::marker::Half;

impl Walk<'_> {
    /// Applies again what was reverted, and says what cannot be.
    ///
    /// What stands in the way of that may have nothing to do with a migration: what was left by another one, or has
    /// never been reverted.
    pub(super) fn again(&mut self, asked: Range<usize>) {
        let mut doubtful = self.differing.clone();
        let mut later = self.kept(asked.clone());
        let mut anew = BTreeSet::new();
        for at in asked {
            let (Step::Sql { script, text, .. }, Some(Some(applied))) = (&self.steps[at], self.applied.get(at)) else {
                continue;
            };
            if applied.is_reverted {
                anew.extend(applied.up.touched.0.keys().cloned());
                let names: Vec<_> = doubtful.iter().chain(later.keys()).cloned().collect();
                doubtful.extend(self.up_again(at, names));
                continue;
            }
            // From here on it is as it was, unless what it was done to was made anew.
            let is_lost = applied.up.touched.0.keys().any(|object| anew.contains(object));
            for name in subjects(text, [&script.up]) {
                if let Some(count) = later.get_mut(&name) {
                    *count -= 1;
                }
                if is_lost {
                    doubtful.insert(name);
                }
            }
            later.retain(|_, count| *count > 0);
        }
    }

    /// What those are about that are not reverted, and how many times.
    fn kept(&self, asked: Range<usize>) -> BTreeMap<String, usize> {
        let mut kept = BTreeMap::new();
        for at in asked {
            if let (Step::Sql { script, text, .. }, Some(Some(Applied { is_reverted: false, .. }))) =
                (&self.steps[at], self.applied.get(at))
            {
                for name in subjects(text, [&script.up]) {
                    *kept.entry(name).or_default() += 1;
                }
            }
        }
        kept
    }

    /// Applies one; what could not be done is in doubt for the next ones.
    fn up_again(&mut self, at: usize, names: Vec<String>) -> Vec<String> {
        let (Step::Sql { script, text, .. }, Some(Some(applied))) = (&self.steps[at], self.applied.get(at)) else {
            return Vec::new();
        };
        let mut doubt = applied.before.clone();
        doubt.add_names(names);
        let known = doubt.clone();
        let again = self.bench.run(text, &script.up, &mut doubt);
        // The first one says it; the others may come from it.
        if let Some((&number, Refusal { failure, .. })) = again.failures.iter().find(|(_, refusal)| refusal.is_certain)
        {
            let message = format!("after the down section, the migration cannot be applied again: {}", failure.message);
            let span = script.up.statements.get(number).copied().unwrap_or_default();
            let alarm = Alarm::new(&down_leaves_difference::RULE, span, message)
                .with_help("delete in the down section what the up section inserts");
            self.verdicts[at].alarms.push((Half::Down, alarm));
        }
        doubt.beyond(&known)
    }
}
