//! Asking the servers about many mutants, several at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use uno_migrate::Dialect;

use super::{earlier, question};
use crate::mutate::{Change, Class, Mutant, Shelf};
use crate::oracle::{Oracle, Question, Verdict};

/// Each with a database of its own.
const ASKING: usize = 4;

/// MariaDB cannot take back what is done to tables, so that every question needs tables made anew: it is asked about so many
/// of a class, of files that need no other.
const ASKED_OF_MYSQL: usize = 150;

/// The mutants of the classes of one database.
pub(super) type Mutants = Vec<(&'static Class, Vec<Mutant>)>;

/// Whether the server is asked about a mutant at all, given how many of its class it was asked about.
fn is_asked(shelf: &Shelf, class: &Class, mutant: &Mutant, before: usize) -> bool {
    let is_cheap = shelf.dialect != Dialect::MySql || before < ASKED_OF_MYSQL && shelf.bases[mutant.base].file == 0;
    class.is_seen && is_cheap
}

/// The server's verdicts, by class and mutant; none where it was not asked.
pub(super) async fn verdicts(shelf: Arc<Shelf>, mutants: Arc<Mutants>, most: usize) -> Vec<Vec<Option<Verdict>>> {
    // Those of one file follow one another, and find its state there.
    let mut by_base: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    for (number, (class, mutants)) in mutants.iter().enumerate() {
        let mut asked = 0;
        for (at, mutant) in mutants.iter().enumerate().take(most) {
            if is_asked(&shelf, class, mutant, asked) {
                asked += 1;
                by_base.entry(mutant.base).or_default().push((number, at));
            }
        }
    }
    let given = mutants.iter().map(|(_, mutants)| vec![None; mutants.len()]).collect::<Vec<_>>();
    let (given, left) = (Arc::new(Mutex::new(given)), Arc::new(Mutex::new(by_base)));
    // Where there is nothing to ask, no server has to be there.
    let asking = ASKING.min(left.lock().unwrap().len());
    let asking: Vec<_> = (0..asking)
        .map(|_| {
            let (shelf, mutants, given, left) =
                (Arc::clone(&shelf), Arc::clone(&mutants), Arc::clone(&given), Arc::clone(&left));
            tokio::spawn(async move {
                let mut oracle = Oracle::new(shelf.dialect).await;
                loop {
                    let next = left.lock().unwrap().pop_first();
                    let Some((base, questions)) = next else { break };
                    valid(&shelf, &mut oracle, base).await;
                    for (number, at) in questions {
                        let (class, of_class) = &mutants[number];
                        let Some(question) = question(&shelf, class, &of_class[at]) else { continue };
                        let verdict = oracle.ask(&question).await;
                        given.lock().unwrap()[number][at] = Some(verdict);
                    }
                }
            })
        })
        .collect();
    for task in asking {
        task.await.unwrap();
    }
    std::mem::take(&mut *given.lock().unwrap())
}

/// What is broken was whole before.
async fn valid(shelf: &Shelf, oracle: &mut Oracle, base: usize) {
    let base = &shelf.bases[base];
    let sections = Change::default().sections(base).expect("text");
    let verdict = oracle.ask(&Question { before: earlier(shelf, base), sections }).await;
    assert_eq!(verdict, Verdict::Accepts, "{} of {}:\n{}", base.name, shelf.set(base).name, base.text);
}

/// The classes of one database with their mutants.
pub(super) fn mutants(shelf: &Shelf, wanted: usize) -> Mutants {
    let mut names = BTreeSet::new();
    crate::mutate::classes()
        .filter(|class| class.dialects.contains(&shelf.dialect))
        .map(|class| {
            assert!(names.insert(class.name), "two classes are called `{}`", class.name);
            (class, class.mutants(shelf, wanted))
        })
        .collect()
}
