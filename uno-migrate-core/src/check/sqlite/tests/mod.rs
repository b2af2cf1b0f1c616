//! What SQLite finds in small sets.

mod differences;
mod limits;
mod properties;
mod refusals;
mod speed;
mod unknown;

use crate::check::{Checks, Judge};
use crate::{Coded, Dialect, Found, Info, Loaded, MigrationId, Options, Origin, Problems, Prover, load};

/// SQLite is asked, or it is not.
fn checks(is_asked: bool) -> Checks {
    let provers = is_asked.then(Prover::sqlite).into_iter().collect();
    Checks { provers, ..Checks::default() }
}

fn options() -> Options {
    Options { dialects: vec![Dialect::Sqlite], missing_down: true, checks: Some(checks(true)), ..Options::default() }
}

fn load_set(files: &[(&str, &str)], coded: &[&str], options: &Options) -> Result<Loaded, Problems> {
    let coded = coded.iter().map(|id| Coded {
        info: Info::new(MigrationId::parse(id).unwrap()),
        origin: Origin::file(format!("{id}.rs")),
        depends_at: Vec::new(),
        hooks_at: Vec::new(),
        checksum: None,
    });
    load(Found::texts(files.iter().copied()), coded.collect(), options)
}

/// What is found: a line for each, with its file, line and column.
fn found_in(files: &[(&str, &str)], coded: &[&str], options: &Options) -> Vec<String> {
    let problems = match load_set(files, coded, options) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    };
    let line = |problem: &crate::Problem| {
        let origin = problem.origin.as_ref().unwrap();
        let at = origin.location.map_or(String::new(), |at| format!(":{at}"));
        format!("{}{at} {}", origin.path, problem.message)
    };
    // What other judges say of the same statements is told elsewhere.
    let is_ours = |problem: &&crate::Problem| {
        problem.rule.is_none_or(|rule| rule.judge == Judge::Sqlite || rule.id == "unused-allow")
    };
    problems.iter().filter(is_ours).map(line).collect()
}

/// The same in a set of files `1_a.sql`, `2_a.sql` … with these texts.
fn found(texts: &[&str]) -> Vec<String> {
    found_with(texts, &[])
}

/// The same with migrations in Rust between them: `15_rust` is behind the first.
fn found_with(texts: &[&str], coded: &[&str]) -> Vec<String> {
    let names: Vec<_> = (1..=texts.len()).map(|number| format!("{number}0_a.sql")).collect();
    let files: Vec<_> = names.iter().map(String::as_str).zip(texts.iter().copied()).collect();
    found_in(&files, coded, &options())
}

/// How problems are shown.
fn shown(texts: &[&str]) -> String {
    let names: Vec<_> = (1..=texts.len()).map(|number| format!("{number}0_a.sql")).collect();
    let files: Vec<_> = names.iter().map(String::as_str).zip(texts.iter().copied()).collect();
    match load_set(&files, &[], &options()) {
        Ok(loaded) => loaded.warnings.to_string(),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn the_examples_of_the_rules_are_true() {
    for id in ["sqlite-execution", "down-leaves-difference"] {
        let examples = crate::Rule::named(id).unwrap().examples;
        assert_eq!(found(&[examples.refused]).len(), 1, "{id}");
        assert!(found(&[examples.accepted]).is_empty(), "{id}");
    }
}
