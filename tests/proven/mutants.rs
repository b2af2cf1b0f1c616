//! What the checks say of broken files, beside what the servers say.

use std::collections::BTreeMap;

use uno_migrate::Dialect;
use uno_migrate_core::{Checks, Found, Options, Problems, Severity, load};

use crate::mutate::{Class, Mutant, Sections, Shelf, classes};
use crate::oracle::{Oracle, Question, Verdict};
use crate::{checked, generate};

/// The sets that are broken.
pub(crate) fn shelf(dialect: Dialect, sets: u64) -> Shelf {
    Shelf::new(dialect, (1..=sets).map(|seed| generate::short_set(dialect, seed)).collect())
}

/// What the checks say of a mutant.
pub(crate) fn refusal(shelf: &Shelf, mutant: &Mutant) -> Option<Problems> {
    let files = shelf.files(&shelf.bases[mutant.base], &mutant.change);
    let options = Options { checks: Some(Checks::default()), ..checked::options(&[shelf.dialect]) };
    let problems = load(Found::texts(files), Vec::new(), &options).err()?;
    Some(problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect())
}

/// What the server is asked about a mutant; none where it would see nothing.
pub(crate) fn question(shelf: &Shelf, class: &Class, mutant: &Mutant) -> Option<Question> {
    let base = &shelf.bases[mutant.base];
    let sections = mutant.change.sections(base).filter(|_| class.is_seen)?;
    let known = |file: &(String, String)| crate::mutate::Base::of_file(shelf.dialect, &file.0, &file.1);
    let unchanged = |base: crate::mutate::Base| crate::mutate::Change::default().sections(&base);
    let mut before: Vec<Sections> = mutant.change.beside.iter().filter_map(known).filter_map(unchanged).collect();
    if mutant.change.name.is_none() {
        let earlier = shelf.bases[..mutant.base].iter().filter(|other| other.set == base.set);
        before.splice(0..0, earlier.filter_map(|other| crate::mutate::Change::default().sections(other)));
    }
    Some(Question { before, sections })
}

#[tokio::test]
#[ignore = "being made"]
async fn first_look() {
    for dialect in [Dialect::Postgres, Dialect::Sqlite, Dialect::MySql] {
        let shelf = shelf(dialect, 40);
        let mut oracle = Oracle::new(dialect).await;
        let mut asked: BTreeMap<usize, Vec<(usize, Mutant)>> = BTreeMap::new();
        let all: Vec<&Class> = classes().filter(|class| class.dialects.contains(&dialect)).collect();
        for (number, class) in all.iter().enumerate() {
            for mutant in class.mutants(&shelf, 60) {
                asked.entry(mutant.base).or_default().push((number, mutant));
            }
        }
        let started = std::time::Instant::now();
        let mut spent = std::time::Duration::ZERO;
        let mut counts = vec![[[0_usize; 2]; 4]; all.len()];
        for (number, mutant) in asked.into_values().flatten() {
            let begun = std::time::Instant::now();
            let refusal = refusal(&shelf, &mutant);
            spent += begun.elapsed();
            let verdict = match question(&shelf, all[number], &mutant) {
                Some(question) => Some(oracle.ask(&question).await),
                None => None,
            };
            let row = match verdict {
                Some(Verdict::Accepts) => 0,
                Some(Verdict::Grammar) => 1,
                Some(Verdict::Refuses) => 2,
                None => 3,
            };
            counts[number][row][usize::from(refusal.is_some())] += 1;
            let sort = all[number].sort;
            if (row == 3 || sort == crate::mutate::Sort::Grammar) && row % 3 == 0 && (refusal.is_some() == (row == 0)) {
                let base = &shelf.bases[mutant.base];
                println!(
                    "ALARM {dialect} {}: {:?} in {} set {}: {}",
                    all[number].name,
                    mutant
                        .change
                        .edits
                        .iter()
                        .map(|edit| (
                            base.text
                                .get(edit.at.start.saturating_sub(20)..edit.at.end + 20)
                                .unwrap_or(&base.text[edit.at.clone()]),
                            String::from_utf8_lossy(&edit.with)
                        ))
                        .collect::<Vec<_>>(),
                    base.name,
                    base.set,
                    refusal.unwrap()
                );
            }
        }
        println!("{dialect}: checks {spent:.1?} of {:.1?}", started.elapsed());
        for (class, [accepts, grammar, refuses, unasked]) in all.iter().zip(counts) {
            println!(
                "{:60} accepts {accepts:?} grammar {grammar:?} refuses {refuses:?} unasked {unasked:?}",
                class.name
            );
        }
    }
}
