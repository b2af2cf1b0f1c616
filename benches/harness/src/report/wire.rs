use std::fmt::Write;

use super::table::{Table, number, or_dash, ratio, whole};
use crate::figures::median;
use crate::wire::{Figure, Workload};

const OURS: &str = "uno-migrate";

/// The figure of somebody somewhere.
pub(super) fn find<'a>(
    figures: &'a [Figure],
    (database, workload, count): (&str, Workload, usize),
    contestant: &str,
    latency_ms: Option<u64>,
) -> Option<&'a Figure> {
    figures.iter().find(|figure| {
        figure.database == database
            && figure.workload == workload
            && figure.count == count
            && figure.contestant == contestant
            && figure.latency_ms == latency_ms
    })
}

/// Milliseconds, in the middle.
pub(super) fn time(
    figures: &[Figure],
    situation: (&str, Workload, usize),
    contestant: &str,
    latency_ms: Option<u64>,
) -> Option<f64> {
    find(figures, situation, contestant, latency_ms).map(|figure| median(&figure.milliseconds))
}

/// Round trips, at whatever latency they were counted.
pub(super) fn round_trips(figures: &[Figure], situation: (&str, Workload, usize), contestant: &str) -> Option<usize> {
    counted(figures, situation, contestant).filter_map(|figure| figure.round_trips).min()
}

pub(super) fn received(figures: &[Figure], situation: (&str, Workload, usize), contestant: &str) -> Option<usize> {
    counted(figures, situation, contestant).filter_map(|figure| figure.received).min()
}

fn counted<'a>(
    figures: &'a [Figure],
    (database, workload, count): (&'a str, Workload, usize),
    contestant: &'a str,
) -> impl Iterator<Item = &'a Figure> {
    figures.iter().filter(move |figure| {
        figure.database == database
            && figure.workload == workload
            && figure.count == count
            && figure.contestant == contestant
    })
}

/// As tables have them, whatever was measured first.
const DATABASES: [&str; 4] = ["PostgreSQL", "MariaDB", "SQLite", "SQLite on a disk"];

/// The values of a column, in the order in which they first come.
fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.fold(Vec::new(), |mut seen, value| {
        if !seen.contains(&value) {
            seen.push(value);
        }
        seen
    })
}

fn latencies<'a>(figures: impl Iterator<Item = &'a Figure>) -> Vec<Option<u64>> {
    let mut latencies = distinct(figures.map(|figure| figure.latency_ms));
    latencies.sort_unstable();
    latencies
}

fn counts<'a>(figures: impl Iterator<Item = &'a Figure>) -> Vec<usize> {
    let mut counts = distinct(figures.map(|figure| figure.count));
    counts.sort_unstable();
    counts
}

fn latency(ms: Option<u64>) -> String {
    ms.map_or_else(|| "direct, ms".to_owned(), |ms| format!("{ms} ms RTT, ms"))
}

/// What the columns say that each of these tables begins with: round trips only where there is a wire, and then the times.
fn heads(first: String, latencies: &[Option<u64>]) -> Vec<String> {
    let wired = (latencies.len() > 1).then(|| "round trips".to_owned());
    [first].into_iter().chain(wired).chain(latencies.iter().map(|ms| latency(*ms))).collect()
}

/// The same columns of a contestant.
fn cells(
    figures: &[Figure],
    situation: (&str, Workload, usize),
    contestant: &str,
    latencies: &[Option<u64>],
) -> Vec<String> {
    let trips = || or_dash(round_trips(figures, situation, contestant), |trips| whole(trips as u64));
    let times = latencies.iter().map(|ms| or_dash(time(figures, situation, contestant, *ms), number));
    [contestant.to_owned()].into_iter().chain((latencies.len() > 1).then(trips)).chain(times).collect()
}

/// Everybody's boot, with 100 applied.
pub(super) fn nothing(figures: &[Figure]) -> String {
    let mut text = String::new();
    for database in DATABASES {
        let situation = (database, Workload::Nothing, 100);
        let here = |figure: &&Figure| figure.database == database && figure.workload == Workload::Nothing;
        let latencies = latencies(figures.iter().filter(here));
        let contestants = distinct(
            figures.iter().filter(here).filter(|figure| figure.count == 100).map(|figure| figure.contestant.as_str()),
        );
        if contestants.is_empty() {
            continue;
        }
        let is_wired = latencies.len() > 1;
        let mut heads = heads("100 applied".to_owned(), &latencies);
        if is_wired {
            heads.extend(["bytes received".to_owned(), "with 1,000 applied".to_owned()]);
        } else {
            heads.push("1,000 applied, ms".to_owned());
        }
        let mut table = Table::new(heads);
        for contestant in contestants {
            let mut cells = cells(figures, situation, contestant, &latencies);
            let thousand = (database, Workload::Nothing, 1_000);
            if is_wired {
                let bytes = |situation| or_dash(received(figures, situation, contestant), |bytes| whole(bytes as u64));
                cells.extend([bytes(situation), bytes(thousand)]);
            } else {
                cells.push(or_dash(time(figures, thousand, contestant, None), number));
            }
            table.row(&cells);
        }
        let _ = write!(text, "\n### {database}\n\n{}", table.text());
    }
    if text.is_empty() { text } else { format!("## Nothing pending\n{text}") }
}

/// Ours, by what is applied.
pub(super) fn sizes(figures: &[Figure]) -> String {
    let ours = |figure: &&Figure| figure.workload == Workload::Nothing && figure.contestant == OURS;
    let counts = counts(figures.iter().filter(ours));
    let mut table =
        Table::new(["uno-migrate", "applied", "round trips", "bytes received", "direct, ms", "20 ms RTT, ms"]);
    for database in DATABASES {
        for &count in &counts {
            let situation = (database, Workload::Nothing, count);
            table.row(&[
                database.to_owned(),
                whole(count as u64),
                or_dash(round_trips(figures, situation, OURS), |trips| trips.to_string()),
                or_dash(received(figures, situation, OURS), |bytes| whole(bytes as u64)),
                or_dash(time(figures, situation, OURS, None), number),
                or_dash(time(figures, situation, OURS, Some(20)), number),
            ]);
        }
    }
    match counts.is_empty() {
        true => String::new(),
        false => format!("### Whatever the number of migrations\n\n{}", table.text()),
    }
}

/// Everybody's run when an application is deployed.
pub(super) fn next(figures: &[Figure]) -> String {
    pending(figures, Workload::Next, "One migration pending", |count| format!("one more on {count}"))
}

/// The same, of a migration of many statements.
pub(super) fn rows(figures: &[Figure]) -> String {
    pending(figures, Workload::Rows, "One migration that adds rows", |count| format!("{count} rows, a statement each"))
}

fn pending(figures: &[Figure], workload: Workload, heading: &str, what: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    for database in DATABASES {
        let here = |figure: &&Figure| figure.database == database && figure.workload == workload;
        for count in counts(figures.iter().filter(here)) {
            let situation = (database, workload, count);
            let latencies = latencies(figures.iter().filter(here));
            let mut table = Table::new(heads(what(&whole(count as u64)), &latencies));
            for contestant in distinct(figures.iter().filter(here).map(|figure| figure.contestant.as_str())) {
                table.row(&cells(figures, situation, contestant, &latencies));
            }
            let _ = write!(text, "\n### {database}\n\n{}", table.text());
        }
    }
    if text.is_empty() { text } else { format!("## {heading}\n{text}") }
}

/// Everybody's first run.
pub(super) fn fresh(figures: &[Figure]) -> String {
    let mut text = String::new();
    for database in DATABASES {
        let here = |figure: &&Figure| figure.database == database && figure.workload == Workload::Fresh;
        for count in counts(figures.iter().filter(here)) {
            let situation = (database, Workload::Fresh, count);
            let latencies = latencies(figures.iter().filter(here));
            let is_wired = latencies.len() > 1;
            let mut heads = heads(format!("fresh {}", whole(count as u64)), &latencies);
            heads.push("direct, to floor".to_owned());
            if is_wired {
                heads.push("at 5 ms, to uno-migrate".to_owned());
            }
            let mut table = Table::new(heads);
            let contestants = distinct(figures.iter().filter(here).map(|figure| figure.contestant.as_str()));
            for contestant in contestants {
                let at = |ms| time(figures, situation, contestant, ms);
                let by = |other: &str, ms| Some(at(ms)? / time(figures, situation, other, ms)?);
                let mut cells = cells(figures, situation, contestant, &latencies);
                cells.push(or_dash(by("floor", None), ratio));
                if is_wired {
                    cells.push(or_dash(by(OURS, Some(5)), ratio));
                }
                table.row(&cells);
            }
            let _ = write!(text, "\n### {database}, {}\n\n{}", whole(count as u64), table.text());
        }
    }
    if text.is_empty() { text } else { format!("## A fresh database\n{text}") }
}
