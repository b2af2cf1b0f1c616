//! Many stories at once, and what became of them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::blow::Blow;
use crate::story::{Prepared, Told};

/// So many stories are told at once: most of them wait for a lease to run out.
const TELLERS: usize = 8;

/// Points tried by kind, and what failed.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) points: BTreeMap<&'static str, usize>,
    pub(crate) recovery: Duration,
    pub(crate) failures: Vec<String>,
}

impl Tally {
    pub(crate) fn add(&mut self, blow: Blow, told: Result<Told, String>) {
        match told {
            Ok(told) => {
                *self.points.entry(blow.kind()).or_default() += told.points;
                self.recovery = self.recovery.max(told.recovery);
            }
            Err(failure) => self.failures.push(failure),
        }
    }

    /// Fails the test with what failed.
    pub(crate) fn conclude(&self, title: &str, took: Duration) {
        println!("{title}: {self}, in {took:.0?}");
        let shown: Vec<_> = self.failures.iter().take(10).map(|failure| format!("- {failure}\n")).collect();
        assert!(shown.is_empty(), "{title}: {} of the stories failed:\n{}", self.failures.len(), shown.concat());
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let points: Vec<_> = self.points.iter().map(|(kind, points)| format!("{points} {kind}")).collect();
        write!(f, "{}; the longest recovery took {:.1?}", points.join(", "), self.recovery)
    }
}

/// Tells every k-th story, from the first to the one that does not reach its point in any phase.
pub(crate) async fn tell_all(prepared: Prepared, blow: fn(usize) -> Blow, tally: &mut Tally) {
    /// More points than any run of the tests has.
    const ENDLESS: usize = 2000;
    /// So many failures say what there is to say.
    const ENOUGH: usize = 40;
    let (prepared, next, is_over) =
        (Arc::new(prepared), Arc::new(AtomicUsize::new(1)), Arc::new(AtomicBool::new(false)));
    let results = Arc::new(Mutex::new(Vec::new()));
    let tellers: Vec<_> = (0..TELLERS)
        .map(|_| {
            let (prepared, next, is_over, results) =
                (Arc::clone(&prepared), Arc::clone(&next), Arc::clone(&is_over), Arc::clone(&results));
            tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    let k = next.fetch_add(1, Ordering::Relaxed);
                    assert!(k < ENDLESS, "a run without an end");
                    let told = prepared.tell(blow(k)).await;
                    let is_behind = told.as_ref().is_ok_and(|told| told.points == 0);
                    let mut results = results.lock().unwrap();
                    results.push((k, told));
                    let failed = results.iter().filter(|(_, told)| told.is_err()).count();
                    if is_behind || failed >= ENOUGH {
                        is_over.store(true, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    for teller in tellers {
        teller.await.unwrap();
    }
    let mut results = std::mem::take(&mut *results.lock().unwrap());
    results.sort_by_key(|(k, _)| *k);
    results.into_iter().for_each(|(k, told)| tally.add(blow(k), told));
}

/// Tells these stories.
pub(crate) async fn tell_these(prepared: Prepared, blows: Vec<Blow>, tally: &mut Tally) {
    let prepared = Arc::new(prepared);
    let places = Arc::new(tokio::sync::Semaphore::new(TELLERS));
    let stories: Vec<_> = blows
        .into_iter()
        .map(|blow| {
            let (prepared, places) = (Arc::clone(&prepared), Arc::clone(&places));
            tokio::spawn(async move {
                let _place = places.acquire().await;
                (blow, prepared.tell(blow).await)
            })
        })
        .collect();
    for story in stories {
        let (blow, told) = story.await.unwrap();
        tally.add(blow, told);
    }
}

/// Runs a body, and concludes with the time that it took.
pub(crate) async fn tallied(title: &str, body: impl AsyncFnOnce(&mut Tally)) {
    let (started, mut tally) = (Instant::now(), Tally::default());
    body(&mut tally).await;
    tally.conclude(title, started.elapsed());
}
