//! What `Allow:` lines and the application's levels make of what rules find.

use super::super::super::{Checks, Level, Levels, Rule};
use crate::{Dialect, Found, Options, Problems, Severity, load};

const DROP: &str = "ALTER TABLE users DROP COLUMN a;\n";
const VACUUM: &str = "VACUUM;\n";

fn problems(text: &str, levels: Levels) -> Problems {
    let checks = Some(Checks { levels, ..Checks::default() });
    let options = Options { dialects: vec![Dialect::Postgres], missing_down: true, checks, ..Options::default() };
    match load(Found::texts([("0001_a.sql", text)]), Vec::new(), &options) {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    }
}

/// Each with its line.
fn found(text: &str, levels: Levels) -> Vec<(&'static str, u32)> {
    let line =
        |problem: &crate::Problem| problem.origin.as_ref().and_then(|origin| origin.location).map_or(0, |at| at.line);
    let problems = problems(text, levels);
    problems.iter().map(|problem| (problem.rule.map_or("", |rule| rule.id), line(problem))).collect()
}

fn by_default(text: &str) -> Vec<(&'static str, u32)> {
    found(text, Levels::default())
}

#[test]
fn a_line_at_the_top_excuses_both_ways() {
    assert_eq!(
        by_default(&format!("{VACUUM}-- DOWN\n{VACUUM}")),
        [("not-in-transaction", 1), ("not-in-transaction", 3)]
    );
    assert!(by_default(&format!("-- Allow: not-in-transaction why\n{VACUUM}-- DOWN\n{VACUUM}")).is_empty());
    // Where it helps one of them it is of use.
    assert!(by_default(&format!("-- Allow: not-in-transaction why\nSELECT 1;\n-- DOWN\n{VACUUM}")).is_empty());
}

#[test]
fn a_line_below_the_marker_excuses_the_way_down() {
    let text = format!("{VACUUM}-- DOWN\n-- Allow: not-in-transaction why\n{VACUUM}");
    assert_eq!(by_default(&text), [("not-in-transaction", 1)]);
    // What stands there takes the place of what stands at the top.
    let text = format!(
        "-- Allow: not-in-transaction why\n{VACUUM}-- DOWN\n-- Allow: leaking-setting why\nSET ROLE a;\n{VACUUM}"
    );
    assert_eq!(by_default(&text), [("not-in-transaction", 6)]);
}

#[test]
fn a_line_that_excuses_nothing_is_found() {
    assert_eq!(by_default("-- Allow: drop-column why\nSELECT 1;\n"), [("unused-allow", 1)]);
    // A way down may drop what it likes, so nothing is excused there.
    let text = format!("-- Allow: drop-column why\n{DROP}-- DOWN\n-- Allow: drop-column why\n{DROP}");
    assert_eq!(by_default(&text), [("unused-allow", 4)]);
    // Rules of other databases are not asked here, and what is not asked for is not in use.
    assert!(by_default("-- Allow: several-ddl why\nSELECT 1;\n").is_empty());
    let mut levels = Levels::default();
    levels.set_warnings(Level::Allow);
    assert!(found("-- Allow: drop-column why\nSELECT 1;\n", levels).is_empty());
}

#[test]
fn what_is_no_rule_or_excuses_nobody_is_an_error() {
    let text = format!("-- Allow: drop-colum why\n{DROP}");
    insta::assert_snapshot!(problems(&text, Levels::default()));
    let text = "-- Allow: transaction-control why\nBEGIN;\nSELECT 1;\n";
    insta::assert_snapshot!(problems(text, Levels::default()));
}

#[test]
fn the_application_decides_about_levels() {
    let rule = |id: &str| Rule::named(id).unwrap();
    let text = format!("-- Transaction: none\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a);\n{DROP}");
    let found = |levels: &Levels| -> Vec<_> {
        problems(&text, levels.clone()).iter().map(|problem| (problem.rule.unwrap().id, problem.severity)).collect()
    };
    let (index, column) = ("concurrent-if-not-exists", "drop-column");
    let mut levels = Levels::default();
    assert_eq!(found(&levels), [(index, Severity::Warning), (column, Severity::Warning)]);
    levels.set(rule(column), Level::Deny);
    assert_eq!(found(&levels), [(index, Severity::Warning), (column, Severity::Error)]);
    levels.set_warnings(Level::Allow);
    assert_eq!(found(&levels), [(column, Severity::Error)]);
    levels.set(rule(index), Level::Deny);
    levels.set(rule(column), Level::Allow);
    assert_eq!(found(&levels), [(index, Severity::Error)]);
    // What a set judge finds obeys as well.
    let ground = "CREATE TYPE a AS ENUM ('b');\n";
    let used = "ALTER TYPE a ADD VALUE 'c';\nSELECT 'c'::a;\n";
    for (level, severity) in
        [(Level::Allow, None), (Level::Warn, Some(Severity::Warning)), (Level::Deny, Some(Severity::Error))]
    {
        let mut levels = Levels::default();
        levels.set(rule("enum-value-used"), level);
        let checks = Some(Checks { levels, ..Checks::default() });
        let options = Options { dialects: vec![Dialect::Postgres], missing_down: true, checks, ..Options::default() };
        let found = Found::texts([("0001_a.sql", ground), ("0002_b.sql", used)]);
        let problems = load(found, Vec::new(), &options).map_or_else(|problems| problems, |loaded| loaded.warnings);
        assert_eq!(problems.iter().next().map(|problem| problem.severity), severity);
    }
}

#[test]
fn a_file_that_is_too_long_is_only_divided() {
    let found = |text: &str| {
        let checks = Some(Checks { longest: 80, ..Checks::default() });
        let options = Options { dialects: vec![Dialect::Sqlite], missing_down: true, checks, ..Options::default() };
        load(Found::texts([("0001_a.sql", text)]), Vec::new(), &options)
            .map_or_else(|problems| problems.len(), |loaded| loaded.warnings.len())
    };
    let long = format!("-- Allow: drop-column {}\n{VACUUM}", "x".repeat(80));
    assert_eq!((found(VACUUM), found(&long)), (1, 0));
    assert_eq!(found(&format!("{long}COMMIT;\n")), 1);
}
