//! What was proven is not asked again; what has changed since is.

use crate::check::Permits;
use crate::sum::{Body, Current, Proofs, sum};
use crate::{Checks, Dialect, Entry, Found, Judge, Loaded, Options, Prover, RulesVersion, SourceFile, Sum, load};

fn prover(judge: Judge, library: &str) -> Prover {
    Prover { judge, rules: RulesVersion::CURRENT, library: library.to_owned() }
}

fn asking(provers: &[Prover]) -> Checks {
    Checks { provers: provers.to_vec(), ..Checks::default() }
}

fn set(texts: &[(&str, &str)]) -> (Vec<SourceFile>, Loaded) {
    let found =
        Found::texts(texts.iter().map(|(id, sql)| (format!("{id}.sql"), format!("{sql}\n-- DOWN\nSELECT 0;\n"))));
    let files = found.sql.clone();
    let options = Options { dialects: Dialect::ALL.to_vec(), ..Options::default() };
    (files, load(found, Vec::new(), &options).unwrap())
}

fn current(loaded: &Loaded) -> Vec<Current<'_>> {
    let sql = loaded.entries.iter().filter_map(|entry| match entry {
        Entry::Sql(migration) => Some(migration),
        Entry::Coded(_) => None,
    });
    sql.map(|migration| Current { id: &migration.info.id, body: Body::Sql(migration), origin: None }).collect()
}

/// What a run of these judges that finds nothing writes down.
fn proven(loaded: &Loaded, before: Option<&Sum>, checks: &Checks) -> Sum {
    let current = current(loaded);
    let mut new = sum(&Dialect::ALL, &current);
    Proofs::new(before, Some(checks)).note(&mut new, &current, |_, _| true, |_, _| false);
    new
}

/// For each migration, which of two judges is spared it.
fn spared(texts: &[(&str, &str)], known: &Sum, checks: &Checks) -> Vec<(bool, bool)> {
    let (files, loaded) = set(texts);
    let (proofs, current) = (Proofs::new(Some(known), Some(checks)), current(&loaded));
    let in_order = proofs.in_order(&current);
    let sqlite = |at: usize| in_order.iter().any(|(judge, are_proven)| *judge == Judge::Sqlite && are_proven[at]);
    let lint = |file: &SourceFile| {
        let mut permits = Permits::default();
        proofs.spare_file(&file.name.id, file, &Dialect::ALL, &mut permits);
        permits.is_spared(Judge::Lint)
    };
    files.iter().enumerate().map(|(at, file)| (lint(file), sqlite(at))).collect()
}

const SET: [(&str, &str); 3] = [("10_a", "SELECT 1;"), ("20_b", "SELECT 2;"), ("30_c", "SELECT 3;")];

#[test]
fn only_what_has_changed_is_asked_again() {
    let both = asking(&[prover(Judge::Lint, "2.68.0"), prover(Judge::Sqlite, "3.50.2")]);
    let known = proven(&set(&SET).1, None, &both);
    assert!(known.lines.iter().all(|line| line.proofs.len() == 2));
    let (yes, no) = ((true, true), (false, false));
    assert_eq!(spared(&SET, &known, &both), [yes, yes, yes]);

    // One file is judged by itself, the other judge sees what was there before.
    let mut edited = SET;
    edited[1].1 = "SELECT 2; -- the checksum is the same";
    assert_eq!(spared(&edited, &known, &both), [yes, no, (true, false)]);
    let inserted = [SET[0], ("15_b", "SELECT 2;"), SET[1], SET[2]];
    assert_eq!(spared(&inserted, &known, &both), [yes, no, (true, false), (true, false)]);
    let removed = [SET[0], SET[2]];
    assert_eq!(spared(&removed, &known, &both), [yes, (true, false)]);

    let all = Checks { all: true, ..both.clone() };
    assert_eq!(spared(&SET, &known, &all), [no, no, no]);
    let updated = asking(&[prover(Judge::Lint, "2.69.0"), prover(Judge::Sqlite, "3.50.2")]);
    assert_eq!(spared(&SET, &known, &updated), [(false, true); 3]);
    let later = Prover { rules: RulesVersion::NEXT, ..prover(Judge::Lint, "2.68.0") };
    assert_eq!(spared(&SET, &known, &asking(&[later])), [no, no, no]);
}

#[test]
fn a_build_without_a_judge_forgets_what_it_has_proven_only_where_that_has_changed() {
    let both = asking(&[prover(Judge::Lint, "2.68.0"), prover(Judge::Sqlite, "3.50.2")]);
    let known = proven(&set(&SET).1, None, &both);
    assert_eq!(proven(&set(&SET).1, Some(&known), &Checks::default()), known);

    let mut edited = SET;
    edited[1].1 = "SELECT 2; SELECT 4;";
    let judges = |sum: &Sum| -> Vec<Vec<Judge>> {
        sum.lines.iter().map(|line| line.proofs.iter().map(|proof| proof.by.judge).collect()).collect()
    };
    let kept = proven(&set(&edited).1, Some(&known), &Checks::default());
    assert_eq!(judges(&kept), [vec![Judge::Lint, Judge::Sqlite], vec![], vec![Judge::Lint]]);
    // A judge that is asked says itself what it has proven.
    let updated = asking(&[prover(Judge::Lint, "2.69.0")]);
    let mixed = proven(&set(&edited).1, Some(&known), &updated);
    assert_eq!(judges(&mixed), [vec![Judge::Lint, Judge::Sqlite], vec![Judge::Lint], vec![Judge::Lint]]);
    assert!(mixed.lines.iter().all(|line| line.proofs[0].by.library == "2.69.0"));
}
