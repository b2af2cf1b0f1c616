//! What was proven, and need not be proven again.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::current::{Current, digests, of_file};
use super::digest::Digest;
use super::{Sum, SumLine};
use crate::check::{Checks, Judge, Permits};
use crate::{Dialect, MigrationId, RulesVersion, SourceFile};

/// A judge that takes its time, as it is here: another version of it judges anew.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Prover {
    /// Which one.
    pub judge: Judge,
    /// The rules that it knows.
    pub rules: RulesVersion,
    /// The version of what it asks: neither blank nor `/` nor `=` may be in it.
    pub library: String,
}

/// A judge has found nothing in a migration, other than what the file itself allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proof {
    /// Who.
    pub by: Prover,
    /// Of all that its verdict depends on.
    pub digest: Digest,
}

/// What a verdict depends on.
#[derive(Clone, Copy)]
pub(crate) enum Scope {
    /// The file as that database reads it.
    File(Dialect),
    /// That, and all in front of it.
    Order(Dialect),
}

/// The judges whose verdicts are remembered.
const REMEMBERED: [(Judge, &str, Scope); 2] =
    [(Judge::Lint, "lint", Scope::File(Dialect::Postgres)), (Judge::Sqlite, "sqlite", Scope::Order(Dialect::Sqlite))];

/// The judges of this build that take their time.
const ENABLED: &[fn() -> Prover] = &[
    #[cfg(feature = "check-sqlite")]
    Prover::sqlite,
    #[cfg(feature = "lint")]
    crate::check::lint_prover,
];

impl Prover {
    /// Those of this build.
    pub fn enabled() -> Vec<Self> {
        ENABLED.iter().map(|prover| prover()).collect()
    }

    /// SQLite, as it is compiled in.
    #[cfg(any(test, feature = "check-sqlite"))]
    pub(crate) fn sqlite() -> Self {
        Self { judge: Judge::Sqlite, rules: RulesVersion::CURRENT, library: rusqlite::version().to_owned() }
    }
}

impl Judge {
    /// What its verdict depends on, if it is remembered.
    pub(crate) fn scope(self) -> Option<Scope> {
        REMEMBERED.into_iter().find(|(judge, ..)| *judge == self).map(|(.., scope)| scope)
    }
}

impl Proof {
    pub(super) fn parse(word: &str) -> Option<Self> {
        let (name, rest) = word.split_once('=')?;
        let (judge, ..) = REMEMBERED.into_iter().find(|(_, known, _)| *known == name)?;
        let mut parts = rest.split('/');
        let (rules, library, digest) = (parts.next()?.parse().ok()?, parts.next()?, Digest::parse(parts.next()?)?);
        let is_whole = parts.next().is_none() && !library.is_empty();
        is_whole.then(|| Self { by: Prover { judge, rules, library: library.to_owned() }, digest })
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { by: Prover { judge, rules, library }, digest } = self;
        let name = REMEMBERED.iter().find(|(known, ..)| known == judge).map_or("", |(_, name, _)| name);
        write!(f, "{name}={rules}/{library}/{digest}")
    }
}

/// What is proven already.
pub(crate) struct Proofs<'a> {
    /// The judges that are asked.
    asked: &'a [Prover],
    /// Whether they are to judge even what is proven.
    all: bool,
    known: BTreeMap<&'a str, &'a [Proof]>,
}

impl<'a> Proofs<'a> {
    pub(crate) fn new(sum: Option<&'a Sum>, checks: Option<&'a Checks>) -> Self {
        let lines = sum.map_or(&[][..], |sum| &sum.lines);
        let known = lines.iter().filter(|line| !line.proofs.is_empty());
        Self {
            asked: checks.map_or(&[], |checks| &checks.provers),
            all: checks.is_some_and(|checks| checks.all),
            known: known.map(|SumLine { id, proofs, .. }| (id.as_str(), proofs.as_slice())).collect(),
        }
    }

    /// Whether a judge that is asked has found nothing in what is there now.
    fn is_proven(&self, by: &Prover, id: &MigrationId, digest: Digest) -> bool {
        let is_it = |proof: &Proof| proof.by == *by && proof.digest == digest;
        !self.all && self.known.get(id.as_str()).is_some_and(|proofs| proofs.iter().any(is_it))
    }

    /// Spares judges of single files one that is proven.
    pub(crate) fn spare_file(&self, id: &MigrationId, file: &SourceFile, dialects: &[Dialect], permits: &mut Permits) {
        if self.all || !self.known.contains_key(id.as_str()) {
            return;
        }
        for by in self.asked {
            let is_read = matches!(by.judge.scope(), Some(Scope::File(dialect)) if dialects.contains(&dialect));
            if is_read && self.is_proven(by, id, of_file(&file.text)) {
                permits.spare(by.judge);
            }
        }
    }

    /// The judges of the whole order, each with whether a migration is proven.
    pub(crate) fn in_order(&self, migrations: &[Current<'_>]) -> Vec<(Judge, Vec<bool>)> {
        let mut judges = Vec::new();
        for by in self.asked.iter().filter(|_| !self.all && !self.known.is_empty()) {
            if let Some(scope @ Scope::Order(_)) = by.judge.scope() {
                let digests = digests(scope, migrations).into_iter().zip(migrations);
                let is_proven = |(digest, migration): (Option<Digest>, &Current<'_>)| {
                    digest.is_some_and(|digest| self.is_proven(by, migration.id, digest))
                };
                judges.push((by.judge, digests.map(is_proven).collect()));
            }
        }
        judges
    }

    /// Writes down what is proven now: by the judges that were asked where they found nothing, or need not look, and by
    /// others what still holds, so that a build without them forgets nothing.
    pub(crate) fn note(
        &self,
        sum: &mut Sum,
        migrations: &[Current<'_>],
        is_clean: impl Fn(usize, Judge) -> bool,
        is_spared: impl Fn(usize, Judge) -> bool,
    ) {
        for (judge, _, scope) in REMEMBERED {
            let asked = self.asked.iter().find(|by| by.judge == judge);
            let is_remembered = || self.known.values().any(|proofs| proofs.iter().any(|proof| proof.by.judge == judge));
            if asked.is_none() && !is_remembered() {
                continue;
            }
            // Most often everything is proven already, and nothing has to be hashed for it a second time.
            let digests = LazyCell::new(|| digests(scope, migrations));
            for (at, line) in sum.lines.iter_mut().enumerate() {
                let known = || self.known.get(line.id.as_str()).copied().unwrap_or_default().iter();
                let proof = match asked {
                    Some(by) if is_clean(at, judge) => match is_spared(at, judge) {
                        true => known().find(|proof| proof.by == *by).cloned(),
                        false => digests[at].map(|digest| Proof { by: by.clone(), digest }),
                    },
                    Some(_) => None,
                    None => {
                        let holds = |proof: &&Proof| proof.by.judge == judge && digests[at] == Some(proof.digest);
                        known().find(holds).cloned()
                    }
                };
                line.proofs.extend(proof);
            }
        }
    }
}
