//! The situations, each of which all contestants take turns in.

use std::time::Duration;
use std::{fmt, mem};

use super::contestant::OURS;
use super::place::Fresh;
use super::{Contestant, Figure, OFTEN, Place, Workload, is_enough};
use crate::Settings;
use crate::failure::Outcome;

/// So many are applied before the one comes that adds rows.
const FEW: usize = 10;

pub(crate) struct Cell {
    place: &'static str,
    workload: Workload,
    count: usize,
    latencies: Vec<Option<Duration>>,
    repetitions: usize,
}

/// One contestant, with what it has done so far.
struct Entrant<'a> {
    contestant: Contestant,
    /// Where everything is applied.
    prepared: Option<Fresh<'a>>,
    runs: Runs,
}

/// At one latency.
#[derive(Default)]
struct Runs {
    times: Vec<Duration>,
    round_trips: Option<usize>,
    received: Option<usize>,
}

impl Cell {
    pub(crate) fn all(place: &Place, quick: bool) -> Vec<Self> {
        let is_wired = place.proxy().is_some();
        let latencies = |all: &[u64]| -> Vec<Option<Duration>> {
            let wired = all.iter().filter(|_| is_wired).map(|ms| Some(Duration::from_millis(*ms)));
            std::iter::once(None).chain(wired).collect()
        };
        let (nothing, fresh): (&[usize], &[usize]) =
            if quick { (&[100, 1_000], &[100]) } else { (&[10, 100, 1_000, 10_000], &[100, 1_000]) };
        let (boot, apply): (&[u64], &[u64]) = if quick { (&[5], &[5]) } else { (&[5, 20], &[1, 5, 20]) };
        let cells = |workload, counts: &[usize], latencies: Vec<Option<Duration>>, repetitions| {
            let each = counts.iter().map(|&count| (count, latencies.clone()));
            each.map(|(count, latencies)| Self { place: place.name, workload, count, latencies, repetitions })
                .collect::<Vec<_>>()
        };
        let mut all = cells(Workload::Nothing, nothing, latencies(boot), if quick { 5 } else { 11 });
        all.extend(cells(Workload::Next, &[100], latencies(boot), if quick { 3 } else { 7 }));
        all.extend(cells(Workload::Rows, &[1_000], latencies(boot), if quick { 3 } else { 7 }));
        all.extend(cells(Workload::Fresh, fresh, latencies(apply), if quick { 3 } else { 5 }));
        all
    }

    /// Roughly, to be compared with that of others.
    pub(crate) fn cost(&self) -> usize {
        match self.workload {
            Workload::Nothing => self.count,
            Workload::Next => self.count * 50,
            Workload::Rows => self.count * 10,
            Workload::Fresh => self.count * 100,
        }
    }

    /// Hands over what was measured at each latency.
    pub(crate) fn measure(
        &self,
        place: &Place,
        settings: &Settings,
        mut done: impl FnMut(Vec<Figure>) -> Outcome,
    ) -> Outcome {
        let mut entrants = Vec::new();
        for contestant in Contestant::all(self.workload, place) {
            // What others do when nothing is pending, two sizes tell.
            let is_for_all = self.workload != Workload::Nothing || [100, 1_000].contains(&self.count);
            if !is_for_all && contestant.name != OURS.name {
                continue;
            }
            let prepared = match self.workload {
                Workload::Nothing => {
                    let fresh = place.fresh()?;
                    contestant.prepare(&fresh, self.count, settings)?;
                    Some(fresh)
                }
                Workload::Next | Workload::Rows | Workload::Fresh => None,
            };
            entrants.push(Entrant { contestant, prepared, runs: Runs::default() });
        }
        for &latency in &self.latencies {
            // In turns, so that what else the machine does meets all of them.
            for _ in 0..self.repetitions * OFTEN {
                for entrant in &mut entrants {
                    if !is_enough(&entrant.runs.times, self.repetitions) {
                        entrant.run(self, latency, place, settings)?;
                    }
                }
            }
            done(entrants.iter_mut().map(|entrant| self.figure(latency, entrant)).collect())?;
        }
        Ok(())
    }

    /// What the entrant has done at this latency; it begins anew.
    fn figure(&self, latency: Option<Duration>, entrant: &mut Entrant<'_>) -> Figure {
        let Runs { times, round_trips, received } = mem::take(&mut entrant.runs);
        Figure {
            database: self.place.to_owned(),
            workload: self.workload,
            count: self.count,
            latency_ms: latency.map(|latency| latency.as_millis() as u64),
            contestant: entrant.contestant.name.to_owned(),
            round_trips,
            received,
            milliseconds: times.iter().map(|time| (time.as_secs_f64() * 1e6).round() / 1e3).collect(),
        }
    }
}

impl Entrant<'_> {
    fn run(&mut self, cell: &Cell, latency: Option<Duration>, place: &Place, settings: &Settings) -> Outcome {
        let run = match &self.prepared {
            Some(fresh) => self.contestant.run(place, fresh, (cell.count, 0), latency, settings)?,
            None => {
                let (before, all) = match cell.workload {
                    Workload::Next => (cell.count, (cell.count + 1, 0)),
                    Workload::Rows => (FEW, (FEW, cell.count)),
                    Workload::Nothing | Workload::Fresh => (0, (cell.count, 0)),
                };
                let fresh = place.fresh()?;
                if before > 0 {
                    self.contestant.prepare(&fresh, before, settings)?;
                }
                self.contestant.run(place, &fresh, all, latency, settings)?
            }
        };
        self.runs.times.push(run.took);
        // They do not vary but by what nobody waits for: the least is what has to be.
        self.runs.round_trips = self.runs.round_trips.into_iter().chain(run.round_trips).min();
        self.runs.received = self.runs.received.into_iter().chain(run.received).min();
        Ok(())
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, workload, count, .. } = self;
        write!(f, "{place}, {workload:?}, {count}")
    }
}
