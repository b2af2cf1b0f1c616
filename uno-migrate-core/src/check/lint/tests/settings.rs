//! What is asked, of which migration, and what excuses from it.

use super::super::prover;
use super::{options, own, rules};
use crate::check::{Inspector, Memory, Permits};
use crate::marker::Half;
use crate::{
    Checks, Dialect, Found, Integrity, Judge, Level, Levels, MigrationId, Options, Prover, Rule, Section, Span,
    SumLine, load,
};

const INDEX: &str = "CREATE INDEX i ON t (a);\n";

fn found(text: &str, options: &Options) -> Vec<String> {
    let problems = own(load(Found::texts([("migrations/0002_b.sql", text)]), Vec::new(), options));
    problems.iter().map(|problem| problem.rule.map_or("unreadable", |rule| rule.id).to_owned()).collect()
}

fn id(text: &str) -> MigrationId {
    MigrationId::parse(text).unwrap()
}

fn with(checks: Checks) -> Options {
    Options { checks: Some(checks), ..options() }
}

#[test]
fn an_allow_line_excuses_both_sections() {
    assert!(rules(&format!("-- Allow: index-not-concurrent small\n{INDEX}-- DOWN\n{INDEX}")).is_empty());
    let each = format!("-- Allow: index-not-concurrent small\n{INDEX}-- DOWN\n-- Allow: change-type small\n{INDEX}");
    assert_eq!(rules(&each), ["unused-allow", "index-not-concurrent"]);
}

#[test]
fn an_allow_line_that_allows_nothing_is_reported_if_the_linter_was_asked() {
    let text = "-- Allow: index-not-concurrent small\nSELECT 1;\n";
    assert_eq!(rules(text), ["unused-allow"]);
    let checks = Checks { provers: Prover::enabled(), ..Checks::default() };
    for silent in [Checks::default(), Checks { longest: 10, ..checks.clone() }] {
        assert!(found(text, &with(silent)).is_empty());
    }
    assert_eq!(found(text, &with(checks)), ["unused-allow"]);
    assert!(found(text, &Options { checks: None, ..options() }).is_empty());
    let sqlite = Options { dialects: vec![Dialect::Sqlite], ..options() };
    assert!(found(text, &sqlite).is_empty());
}

#[test]
fn only_postgres_is_linted() {
    for dialect in [Dialect::MySql, Dialect::Sqlite] {
        assert!(found(INDEX, &Options { dialects: vec![dialect], ..options() }).is_empty());
    }
    assert_eq!(found(INDEX, &Options { dialects: Dialect::ALL.to_vec(), ..options() }), ["index-not-concurrent"]);
}

#[test]
fn the_linter_is_asked_where_it_is_wanted() {
    let checks = Checks { provers: Prover::enabled(), ..Checks::default() };
    assert_eq!(found(INDEX, &with(checks.clone())), ["index-not-concurrent"]);
    assert!(found(INDEX, &with(Checks::default())).is_empty());
    assert!(found(INDEX, &with(Checks { longest: 10, ..checks.clone() })).is_empty());
    let mut denied = checks.clone();
    denied.levels.set(Rule::named("index-not-concurrent").unwrap(), Level::Deny);
    assert!(load(Found::texts([("migrations/0002_b.sql", INDEX)]), Vec::new(), &with(denied)).is_err());
    let mut old = checks;
    old.levels.since(id("0003_c"));
    assert_eq!(found(INDEX, &with(old)), ["unreadable"], "only that `rules_since` names nothing");
}

#[test]
fn what_has_nothing_in_it_is_remembered_and_not_looked_at_again() {
    let written = |text: &str, checks: &Checks| {
        let options = Options { integrity: Integrity::Enforced, ..with(checks.clone()) };
        let loaded = load(Found::texts([("migrations/0002_b.sql", text)]), Vec::new(), &options).unwrap();
        loaded.sum.unwrap().lines.into_iter().any(|line| line.proofs.iter().any(|proof| proof.by == prover()))
    };
    let checks = Checks { provers: Prover::enabled(), ..Checks::default() };
    assert!(written("CREATE TABLE t (a int);\n-- DOWN\nDROP TABLE t;\n", &checks));
    assert!(written(&format!("-- Allow: index-not-concurrent small\n{INDEX}"), &checks));
    assert!(!written(INDEX, &checks));
    assert!(!written(&format!("SELECT 1;\n-- DOWN\n{INDEX}"), &checks));
    assert!(!written("SELECT 1;", &Checks::default()), "nobody was asked");
    let mut old = checks.clone();
    old.levels.since(id("0003_c"));
    assert!(!written("SELECT 1;", &Checks { longest: 1, ..checks.clone() }), "nobody has looked");

    let text = "-- Allow: change-type small\nCREATE INDEX i ON t (a);\n";
    let file = Found::texts([("migrations/0002_b.sql", text)]).sql.remove(0);
    let section = Section { statements: vec![Span::new(28..text.len() - 2)], ..Section::default() };
    let (id, dialect, memory) = (id("0002_b"), Dialect::Postgres, Memory::default());
    for (is_spared, expected) in [(false, 1), (true, 0)] {
        let inspector = Inspector::new(&id, Some(&checks), &memory);
        let mut permits = Permits::default();
        if is_spared {
            permits.spare(Judge::Lint);
        }
        assert_eq!(inspector.section(&file, dialect, Half::Up, &section, &mut permits).len(), expected);
        assert_eq!(permits.is_clean(Judge::Lint), is_spared);
    }
    let mut permits = Permits::default();
    assert!(
        Inspector::new(&id, Some(&old), &memory).section(&file, dialect, Half::Up, &section, &mut permits).is_empty()
    );
    assert!(!permits.is_clean(Judge::Lint), "what was not looked at is not clean");
}

#[test]
fn squawks_own_comments_are_obeyed() {
    for ignored in [
        "-- squawk-ignore require-concurrent-index-creation\nCREATE INDEX i ON t (a);\n",
        "/* squawk-ignore require-concurrent-index-creation */\nCREATE INDEX i ON t (a);\n",
        "SELECT 1;\n-- squawk-ignore require-concurrent-index-creation, adding-required-field\nCREATE INDEX i ON t (a);\n",
        "CREATE INDEX i ON t (a);\n-- squawk-ignore-file require-concurrent-index-creation\n",
        "-- squawk-ignore-file\nCREATE INDEX i ON t (a);\n",
        "ALTER TABLE t\n  -- squawk-ignore adding-required-field\n  ADD a int NOT NULL;\n",
    ] {
        assert!(rules(ignored).is_empty(), "{ignored}");
    }
    for other in [
        "-- squawk-ignore adding-required-field\nCREATE INDEX i ON t (a);\n",
        "-- squawk-ignore require-concurrent-index-creation\n\nCREATE INDEX i ON t (a);\n",
        "-- squawk-ignore require-concurrent-index-creation\nSELECT 1;\nCREATE INDEX i ON t (a);\n",
        "-- squawk-ignore-file adding-required-field\nCREATE INDEX i ON t (a);\n",
    ] {
        assert_eq!(rules(other), ["index-not-concurrent"], "{other}");
    }
}

/// The judge of grammar has a part in the linter's house: silenced, it does not look there either, and what it did not look
/// at is not remembered as proven.
#[test]
fn a_grammar_that_is_silenced_is_not_asked() {
    let odd = "SELECT * FROM a JOIN b;";
    assert_eq!(rules(odd), ["grammar"]);
    let mut levels = Levels::default();
    levels.give("grammar", Level::Allow).unwrap();
    let checks = Checks { levels, provers: Prover::enabled(), ..Checks::default() };
    let options = Options { checks: Some(checks), integrity: Integrity::Renewed, ..options() };
    let files = [
        ("migrations/0001_odd.sql", odd),
        ("migrations/0002_plain.sql", "SELECT 1;"),
        ("migrations/0003_no.sql", "SELEC 1;"),
    ];
    let loaded = load(Found::texts(files), Vec::new(), &options).unwrap();
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    let sum = loaded.sum.unwrap();
    let is_proven = |line: &SumLine| line.proofs.iter().any(|proof| proof.by.judge == Judge::Lint);
    assert_eq!(sum.lines.iter().map(is_proven).collect::<Vec<_>>(), [false, true, true]);
}
