//! What is asked when.

use std::sync::Arc;
use std::{env, fs};

use uno_migrate::Dialect;

use super::record::{Record, fingerprint, of_said, of_verdict, read, write};
use super::{MUTANTS, Said, ask, check, errors, shelf, table};
use crate::mutate::Sort;
use crate::oracle::Verdict;

/// The checks are asked anew about every so many mutants.
const EVERY: usize = 50;

/// The servers are asked anew about the first ones of each class of grammar.
const FIRST: usize = 2;

const OUTDATED: &str = "`cargo xtask prove --broken` records it anew";

#[test]
fn the_checks_say_what_is_recorded_on_postgres() {
    checks_say_what_is_recorded(Dialect::Postgres);
}

#[test]
fn the_checks_say_what_is_recorded_on_mysql() {
    checks_say_what_is_recorded(Dialect::MySql);
}

#[test]
fn the_checks_say_what_is_recorded_on_sqlite() {
    checks_say_what_is_recorded(Dialect::Sqlite);
}

fn checks_say_what_is_recorded(dialect: Dialect) {
    let (shelf, records) = (shelf(dialect), read(dialect));
    let mutants = ask::mutants(&shelf, MUTANTS);
    assert_eq!(mutants.len(), records.len(), "other classes are recorded: {OUTDATED}");
    let mut different = Vec::new();
    for (class, mutants) in &mutants {
        let record = records.get(class.name).unwrap_or_else(|| panic!("`{}` is not recorded: {OUTDATED}", class.name));
        assert_eq!(
            record.fingerprint,
            fingerprint(&shelf, mutants),
            "{}: the mutants are others: {OUTDATED}",
            class.name
        );
        for (mutant, recorded) in mutants.iter().zip(record.checks.chars()).step_by(EVERY) {
            let said = of_said(check(&shelf, class, mutant));
            if said != recorded {
                let base = &shelf.bases[mutant.base];
                different
                    .push(format!("{}, {}: `{recorded}` was recorded, and `{said}` is said", class.name, base.name));
            }
        }
    }
    assert!(different.is_empty(), "{}\n{OUTDATED}", different.join("\n"));
}

#[test]
fn the_page_is_made_of_what_is_recorded() {
    let page = table::page(read);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/proven.md");
    if env::var_os("BLESS").is_some() {
        fs::write(path, &page).unwrap();
    }
    let shown = fs::read_to_string(path).unwrap_or_default();
    assert!(shown == page, "docs/proven.md is not what is recorded: `BLESS=1 cargo test --test proven page` writes it");
}

/// The grammar's judges say nothing where they are not certain.
#[test]
fn nothing_that_a_server_accepts_is_refused_for_its_grammar() {
    for dialect in Dialect::ALL {
        for (name, record) in read(dialect) {
            let wrong = record.pairs().filter(|&pair| pair == ('a', 'g')).count();
            assert_eq!(wrong, 0, "{dialect}, {name}");
        }
    }
}

#[tokio::test]
async fn what_is_refused_for_its_grammar_is_refused_by_postgres() {
    refused_by_the_server(Dialect::Postgres).await;
}

#[tokio::test]
async fn what_is_refused_for_its_grammar_is_refused_by_mysql() {
    refused_by_the_server(Dialect::MySql).await;
}

#[tokio::test]
async fn what_is_refused_for_its_grammar_is_refused_by_sqlite() {
    refused_by_the_server(Dialect::Sqlite).await;
}

/// Of the server that the tests run on, which may be another one than what was recorded.
async fn refused_by_the_server(dialect: Dialect) {
    let shelf = Arc::new(shelf(dialect));
    let mut mutants = ask::mutants(&shelf, MUTANTS);
    mutants.retain(|(class, _)| class.sort == Sort::Grammar);
    let records = read(dialect);
    for (class, mutants) in &mut mutants {
        let checks = records.get(class.name).map_or("", |record| &record.checks);
        let mut checks = checks.chars();
        mutants.retain(|_| checks.next() == Some(of_said(Said::Grammar)));
        mutants.truncate(FIRST);
    }
    let mutants = Arc::new(mutants);
    let verdicts = ask::verdicts(Arc::clone(&shelf), Arc::clone(&mutants), FIRST).await;
    for ((class, mutants), verdicts) in mutants.iter().zip(verdicts) {
        for (mutant, verdict) in mutants.iter().zip(verdicts) {
            let said = errors(&shelf, class, mutant, false);
            assert_ne!(verdict, Some(Verdict::Accepts), "{}: {said:?}", class.name);
        }
    }
}

/// Asks the checks about every mutant; and the servers, unless what they said is known already.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes many minutes: `cargo xtask prove --broken`"]
async fn record() {
    for dialect in Dialect::ALL {
        let started = std::time::Instant::now();
        let shelf = Arc::new(shelf(dialect));
        let mutants = Arc::new(ask::mutants(&shelf, MUTANTS));
        let known = read(dialect);
        let fingerprints: Vec<_> = mutants.iter().map(|(_, mutants)| fingerprint(&shelf, mutants)).collect();
        let recorded = |name: &str, print: &String| known.get(name).filter(|record| record.fingerprint == *print);
        let new = mutants.iter().zip(&fingerprints).filter(|((class, _), print)| recorded(class.name, print).is_none());
        let new: Vec<_> = new.map(|((class, _), _)| class.name).collect();
        // What was said of mutants that are the same still holds.
        let asked = mutants.iter().filter(|(class, _)| new.contains(&class.name)).map(|(class, _)| *class);
        let asked: Vec<_> = asked.map(|class| (class, class.mutants(&shelf, MUTANTS))).collect();
        let verdicts = ask::verdicts(Arc::clone(&shelf), Arc::new(asked), MUTANTS).await;
        println!("{dialect}: {} classes asked in {:.0?}", new.len(), started.elapsed());
        let mut records = super::record::Records::new();
        for ((class, mutants), print) in mutants.iter().zip(fingerprints) {
            let server = match new.iter().position(|name| *name == class.name) {
                Some(at) => verdicts[at].iter().map(|verdict| of_verdict(*verdict)).collect(),
                None => known[class.name].server.clone(),
            };
            let checks = said(&shelf, class, mutants);
            records.insert(class.name.to_owned(), Record { fingerprint: print, server, checks });
        }
        write(dialect, &records);
        println!("{dialect}: recorded after {:.0?}", started.elapsed());
    }
    fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/proven.md"), table::page(read)).unwrap();
}

/// What the checks say of the mutants of a class, on all processors.
fn said(shelf: &Arc<super::Shelf>, class: &'static super::Class, mutants: &[super::Mutant]) -> String {
    let at_once = std::thread::available_parallelism().map_or(2, usize::from);
    let part = mutants.len().div_ceil(at_once).max(1);
    std::thread::scope(|scope| {
        let parts = mutants.chunks(part).map(|mutants| {
            scope.spawn(|| mutants.iter().map(|mutant| of_said(check(shelf, class, mutant))).collect::<String>())
        });
        parts.collect::<Vec<_>>().into_iter().map(|part| part.join().unwrap()).collect()
    })
}

/// Prints mutants that the server refuses for their grammar and the checks let pass, and those that only the checks refuse.
#[test]
#[ignore = "for whoever wants to find more: `cargo test --test proven misses -- --ignored --nocapture`"]
fn misses() {
    for dialect in Dialect::ALL {
        let (shelf, records) = (shelf(dialect), read(dialect));
        for (class, mutants) in ask::mutants(&shelf, MUTANTS) {
            let Some(record) = records.get(class.name) else { continue };
            for (mutant, pair) in mutants.iter().zip(record.pairs()) {
                let what = match pair {
                    ('g', '.') => "missed",
                    ('a', 's' | 'g' | 'r' | 'x') if class.sort == Sort::Grammar => "alone",
                    ('-', '.') if !class.is_seen => "unseen",
                    _ => continue,
                };
                let base = &shelf.bases[mutant.base];
                let said = errors(&shelf, class, mutant, true);
                let said = said.first().map(|problem| format!(": {}", problem.message)).unwrap_or_default();
                let around = mutant.change.edits.iter().map(|edit| {
                    let part =
                        |range: std::ops::Range<usize>| base.text.get(range).unwrap_or_default().replace('\n', "⏎");
                    let before = part(edit.at.start.saturating_sub(50)..edit.at.start);
                    let after = part(edit.at.end..(edit.at.end + 50).min(base.text.len()));
                    format!("{before}«{}»«{}»{after}", part(edit.at.clone()), String::from_utf8_lossy(&edit.with))
                });
                println!(
                    "{what}: {dialect}, {}, {} of {}: {}{said}",
                    class.name,
                    base.name,
                    shelf.set(base).name,
                    around.collect::<Vec<_>>().join(" … ")
                );
            }
        }
    }
}
