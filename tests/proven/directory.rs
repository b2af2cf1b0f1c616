//! Migrations of other projects: `cargo xtask prove --directory DIR --dialect postgres`.
//!
//! They are no migrations of ours, so every file is read for itself, without a way down, and what its own tool means by
//! markers and names is left alone. The server says whether the grammar has it; whoever finds an alarm that the server does
//! not share has found a mistake in the checks.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use uno_migrate::Dialect;
use uno_migrate_core::{Found, Options, Problem, Problems, Severity, load};

use crate::checked;
use crate::oracle::Oracle;

/// What was counted.
#[derive(Default)]
struct Tally {
    files: usize,
    /// Files that end or begin transactions themselves.
    own_transactions: usize,
    /// Files that the server's grammar does not have.
    refused: usize,
    /// Those of them that the checks refuse as well.
    found: usize,
    /// By what found them: files that the checks refuse and the server's grammar has.
    alone: BTreeMap<String, usize>,
}

#[tokio::test]
#[ignore = "for directories of other projects: `cargo xtask prove --directory DIR --dialect postgres`"]
async fn files_of_others() {
    let variable = |name| env::var(name).unwrap_or_else(|_| panic!("`{name}` is not set"));
    let (directory, name) = (variable("UNO_PROVE_DIRECTORY"), variable("UNO_PROVE_DIALECT"));
    let dialect = Dialect::ALL.into_iter().find(|dialect| dialect.to_string() == name).expect("a database");
    let mut oracle = Oracle::new(dialect).await;
    let mut tally = Tally::default();
    let mut files = Vec::new();
    collect(Path::new(&directory), &mut files);
    files.sort();
    for path in files {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        tally.files += 1;
        let errors = errors(dialect, &text);
        let refusal = oracle.grammar(&text).await.err();
        if errors.iter().any(|problem| rule(problem) == "transaction-control") {
            tally.own_transactions += 1;
        }
        let errors: Vec<_> = errors.into_iter().filter(|problem| rule(problem) != "transaction-control").collect();
        match (&refusal, errors.first()) {
            (Some(refusal), found) => {
                tally.refused += 1;
                tally.found += usize::from(found.is_some());
                let kind = if found.is_some() { "both refuse" } else { "only the server refuses" };
                println!("{kind}: {}: {refusal}", path.display());
            }
            (None, Some(first)) => {
                *tally.alone.entry(rule(first).to_owned()).or_default() += 1;
                println!("only the checks refuse: {}: {}", path.display(), Problems::from_iter([first.clone()]));
            }
            (None, None) => {}
        }
    }
    println!(
        "{}: {} files for {dialect}, {} with transactions of their own; the server's grammar refuses {}, of which the \
         checks refuse {}; the checks alone refuse {:?}",
        directory, tally.files, tally.own_transactions, tally.refused, tally.found, tally.alone
    );
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if !path.is_dir() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        files.extend(name.ends_with(".sql").then(|| path.to_owned()));
        return;
    }
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        collect(&entry.path(), files);
    }
}

fn errors(dialect: Dialect, text: &str) -> Vec<Problem> {
    // What was applied before it is not known.
    let options = Options { missing_down: true, open: true, ..checked::by_all_judges(checked::options(&[dialect])) };
    let problems = load(Found::texts([("1_a.sql", text)]), Vec::new(), &options).err().unwrap_or_default();
    problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect()
}

/// The rule that found it; what keeps a file from being read has none.
fn rule(problem: &Problem) -> &str {
    problem.rule.map_or("structure", |rule| rule.id)
}
