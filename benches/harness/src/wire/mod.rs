//! Round trips, bytes and time: nothing pending, one more on a history, one of many statements, and a fresh database.

mod cell;
mod contestant;
pub(crate) mod place;
pub(crate) mod program;

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::failure::Outcome;
use crate::figures::Figures;
use cell::Cell;
use contestant::Contestant;
use place::Place;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Workload {
    /// Everything is applied, the connection is open, and nothing was asked of it yet: an application boots.
    Nothing,
    /// So many are applied, the connection is open, and one more comes: an application is deployed.
    Next,
    /// A few are applied, and one comes that adds so many rows to its table, by a statement each.
    Rows,
    /// The database is empty.
    Fresh,
}

/// One contestant in one situation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) database: String,
    pub(crate) workload: Workload,
    pub(crate) count: usize,
    /// Of a round trip; none where there is no proxy in between.
    pub(crate) latency_ms: Option<u64>,
    pub(crate) contestant: String,
    /// Over all connections, after authentication.
    pub(crate) round_trips: Option<usize>,
    /// By the client.
    pub(crate) received: Option<usize>,
    pub(crate) milliseconds: Vec<f64>,
}

pub(crate) fn measure(settings: &Settings) -> Outcome {
    let mut figures = Figures::again(settings, "wire")?;
    let places = Place::all(settings)?;
    let each =
        places.iter().flat_map(|place| Cell::all(place, settings.quick).into_iter().map(move |cell| (place, cell)));
    let mut cells: Vec<_> = each.collect();
    // What takes longest comes last.
    cells.sort_by_key(|(_, cell)| cell.cost());
    for (place, cell) in cells {
        let started = Instant::now();
        cell.measure(place, settings, |measured| {
            figures.replace(measured, Figure::is_like);
            figures.save(settings, "wire")
        })?;
        eprintln!("{cell} took {:.0} s", started.elapsed().as_secs_f64());
    }
    Ok(())
}

impl Figure {
    /// The same contestant in the same situation.
    fn is_like(&self, other: &Self) -> bool {
        self.database == other.database
            && self.workload == other.workload
            && self.count == other.count
            && self.latency_ms == other.latency_ms
            && self.contestant == other.contestant
    }
}

/// So many times as often what takes next to no time, and varies the more by what else the machine does.
const OFTEN: usize = 3;

/// How often a cell is measured: as long as there is time.
fn is_enough(times: &[Duration], wanted: usize) -> bool {
    let slowest = times.iter().max().copied().unwrap_or_default();
    let wanted = match slowest.as_millis() {
        10_000.. => 1,
        500.. => wanted,
        _ => wanted * OFTEN,
    };
    times.len() >= wanted
}
