//! Every rule refuses what it says it refuses, and accepts what it says to write in its place.

use super::super::super::{Checks, Judge, Rule};
use crate::{Dialect, Found, Options, Problems, load};

/// The files of an example: one, or each below a comment with its name.
fn files(example: &str) -> Vec<(String, String)> {
    let name = |line: &str| line.strip_prefix("-- ").filter(|name| name.ends_with(".sql")).map(str::to_owned);
    let mut files: Vec<(String, String)> = Vec::new();
    for line in example.lines() {
        match (name(line), files.last_mut()) {
            (Some(name), _) => files.push((name, String::new())),
            (None, Some((_, text))) => text.extend([line, "\n"]),
            (None, None) => files.push(("0001_example.sql".to_owned(), format!("{line}\n"))),
        }
    }
    files
}

/// Everything that is found in an example, warnings included.
fn problems(example: &str, dialect: Dialect) -> Problems {
    let options =
        Options { dialects: vec![dialect], missing_down: true, checks: Some(Checks::default()), ..Options::default() };
    match load(Found::texts(files(example)), Vec::new(), &options) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    }
}

/// The rules that are judged by this crate.
fn own() -> impl Iterator<Item = &'static Rule> {
    Rule::all().iter().copied().filter(|rule| matches!(rule.judge, Judge::Statements | Judge::Set))
}

#[test]
fn what_is_refused_is_found_by_its_rule_alone() {
    for rule in own() {
        let found = problems(rule.examples.refused, rule.dialects[0]);
        assert!(!found.is_empty() && found.iter().all(|problem| problem.rule == Some(rule)), "{}:\n{found}", rule.id);
    }
}

/// Where it stands for more than one database, others may refuse it for other reasons, too.
#[test]
fn what_is_refused_is_found_for_every_database_that_it_is_written_for() {
    // Written with what only the first database has.
    let first_only = ["leaking-setting", "not-in-transaction"];
    for rule in own().filter(|rule| !first_only.contains(&rule.id)) {
        for &dialect in rule.dialects {
            let found = problems(rule.examples.refused, dialect);
            assert!(found.iter().any(|problem| problem.rule == Some(rule)), "{} of {dialect}:\n{found}", rule.id);
        }
    }
}

#[test]
fn what_is_accepted_is_found_by_no_rule() {
    for rule in own() {
        let found = problems(rule.examples.accepted, rule.dialects[0]);
        assert!(found.is_empty(), "{}:\n{found}", rule.id);
    }
}

#[test]
fn each_example_as_its_author_reads_it() {
    let shown = |rule: &Rule| format!("{}:\n{}", rule.id, problems(rule.examples.refused, rule.dialects[0]));
    insta::assert_snapshot!(own().map(shown).collect::<Vec<_>>().join("\n\n----\n\n"));
}

#[test]
fn rules_say_what_they_are_about() {
    for rule in Rule::all() {
        assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.id);
        for text in [rule.title, rule.why, rule.instead] {
            assert!(!text.is_empty() && !text.ends_with('.') && !text.contains("  "), "{}: {text}", rule.id);
            let is_name = ["MySQL", "PostgreSQL", "SQL"].iter().any(|name| text.starts_with(name));
            assert!(is_name || !text.starts_with(char::is_uppercase), "{}: {text}", rule.id);
        }
        for example in [rule.examples.refused, rule.examples.accepted] {
            assert!(example.ends_with('\n'), "{}: {example}", rule.id);
        }
        assert!(!rule.dialects.is_empty(), "{}", rule.id);
    }
}
