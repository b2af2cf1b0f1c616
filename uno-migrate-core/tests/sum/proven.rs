//! What judges have found nothing in is written down, and travels in the index to who asks the binary.

use uno_migrate_core::{
    Checks, Dialect, Entry, Index, IndexEntry, Integrity, Judge, MigrationId, Options, Prover, RulesVersion, Sum,
};

use super::kit::{File, options, read};

fn checks() -> Checks {
    let prover = |judge, library: &str| Prover { judge, rules: RulesVersion::CURRENT, library: library.to_owned() };
    Checks { provers: vec![prover(Judge::Lint, "2.68.0"), prover(Judge::Sqlite, "3.50.2")], ..Checks::default() }
}

fn with(checks: Checks) -> Options {
    Options { checks: Some(checks), ..options(&Dialect::ALL, Integrity::Enforced) }
}

fn files() -> Vec<File> {
    // More than a byte has bits.
    let sql = (10..20).map(|n| File::sql(&format!("{n}_t"), &format!("SELECT {n};")));
    sql.chain([File::rust("20_code", None)]).collect()
}

/// How many of the lines each judge has proven.
fn counts(sum: &Sum) -> [usize; 2] {
    [Judge::Lint, Judge::Sqlite]
        .map(|judge| sum.lines.iter().filter(|line| line.proofs.iter().any(|proof| proof.by.judge == judge)).count())
}

#[test]
fn the_index_says_what_the_file_says() {
    let loaded = read(&files(), None, &with(checks())).unwrap();
    let sum = loaded.sum.unwrap();
    assert_eq!(counts(&sum), [10, 10]);
    let mut index = Index { dialects: Dialect::ALL.to_vec(), ..Index::default() };
    for entry in loaded.entries {
        index.entries.push(match entry {
            Entry::Sql(migration) => IndexEntry::Sql(migration),
            Entry::Coded(_) => {
                let id = MigrationId::parse("20_code").unwrap();
                IndexEntry::Coded { id, path: String::new(), checksum: None }
            }
        });
    }
    let bare = index.encode().unwrap().0.len();
    index.remember(&sum);
    assert_eq!(index.sum(), sum);
    let (encoded, _) = index.encode().unwrap();
    assert!(encoded.len() - bare < 40, "{} bytes for what is proven", encoded.len() - bare);
}

#[test]
fn a_text_that_is_too_long_is_not_judged_and_so_not_proven() {
    let mut files = files();
    files.pop();
    let sum = |longest| read(&files, None, &with(Checks { longest, ..checks() })).unwrap().sum.unwrap();
    assert_eq!(counts(&sum(usize::MAX)), [10, 10]);
    assert_eq!(counts(&sum(10)), [0, 0]);
}

#[test]
fn a_judge_of_another_database_has_nothing_to_prove() {
    let files = [File::sql("1_a", "SELECT 1;")];
    let options = Options { dialects: vec![Dialect::MySql, Dialect::Sqlite], ..with(checks()) };
    assert_eq!(counts(&read(&files, None, &options).unwrap().sum.unwrap()), [0, 1]);
}

#[test]
fn without_checks_nothing_is_proven_and_nothing_forgotten() {
    let files = [File::sql("1_a", "SELECT 1;"), File::sql("2_b", "SELECT 2;")];
    let known = read(&files, None, &with(checks())).unwrap().sum.unwrap();
    assert_eq!(counts(&known), [2, 2]);
    let none = options(&Dialect::ALL, Integrity::Renewed);
    assert_eq!(counts(&read(&files, None, &none).unwrap().sum.unwrap()), [0, 0]);
    assert_eq!(read(&files, Some(&known.to_string()), &none).unwrap().sum.unwrap(), known);
}
