//! Whole files, as `load` reads them.

mod corpus;
mod exemptions;
mod findings;
mod nonsense;
mod settings;

use crate::{Checks, Dialect, Found, Judge, Loaded, Options, Problem, Problems, Prover, load};

/// Options that ask the linter about everything.
fn options() -> Options {
    Options {
        dialects: vec![Dialect::Postgres],
        missing_down: true,
        checks: Some(Checks { provers: Prover::enabled(), ..Checks::default() }),
        ..Options::default()
    }
}

fn read(text: &str) -> Result<Loaded, Problems> {
    load(Found::texts([("migrations/0001_a.sql", text)]), Vec::new(), &options())
}

/// What is found in a file, errors or warnings, but for what other rules find.
fn problems(text: &str) -> Problems {
    own(read(text))
}

fn own(found: Result<Loaded, Problems>) -> Problems {
    let found = found.map(|loaded| loaded.warnings).unwrap_or_else(|problems| problems);
    let is_own = |problem: &Problem| {
        problem.rule.is_none_or(|rule| matches!(rule.judge, Judge::Grammar | Judge::Lint) || rule.id == "unused-allow")
    };
    found.into_iter().filter(is_own).collect()
}

/// The rules that find something in a file, in the order of its text.
fn rules(text: &str) -> Vec<&'static str> {
    problems(text).iter().map(|problem| problem.rule.map_or("unreadable", |rule| rule.id)).collect()
}
