//! What is shown as a picture.

use std::fs;

use super::Known;
use super::compile::find;
use super::plot::{Plot, Series};
use super::wire::{round_trips, time};
use crate::Settings;
use crate::compile::Profile;
use crate::failure::Outcome;
use crate::figures::median;
use crate::wire::Workload;

const TOOLS: [&str; 6] = ["uno-migrate", "sqlx", "refinery", "refinery, grouped", "diesel", "sea-orm"];

const EMBEDDINGS: [&str; 7] = [
    "uno-migrate, postgres",
    "uno-migrate, postgres + check",
    "uno-migrate, postgres + lint, uno.sum",
    "sqlx::migrate!",
    "diesel",
    "refinery",
    "include_str!",
];

/// Draws them, and gives the lines of the page that show them.
pub(super) fn draw(settings: &Settings, known: &Known) -> Outcome<String> {
    let place = settings.root.join("benches/plots");
    fs::create_dir_all(&place)?;
    let plots = [
        (
            "nothing-pending.svg",
            over_latency(known, "Nothing pending, 100 applied, PostgreSQL", Workload::Nothing, 100),
        ),
        ("fresh-100.svg", over_latency(known, "A fresh database, 100 migrations, PostgreSQL", Workload::Fresh, 100)),
        (
            "fresh-1000.svg",
            over_latency(known, "A fresh database, 1,000 migrations, PostgreSQL", Workload::Fresh, 1_000),
        ),
        ("round-trips.svg", trips(known)),
        ("compile-dev.svg", over_files(known, "An edit and a build, dev profile", Profile::Dev)),
        ("compile-release.svg", over_files(known, "An edit and a build, release profile", Profile::Release)),
    ];
    let mut lines = String::new();
    for (name, plot) in plots {
        if plot.draw(&place.join(name))? {
            lines.push_str(&format!("![{}](plots/{name})\n", plot.title));
        }
    }
    Ok(lines)
}

fn over_latency(Known { wire, .. }: &Known, title: &'static str, workload: Workload, count: usize) -> Plot {
    let series = TOOLS.iter().chain(&["floor"]).map(|tool| {
        let at = |ms: Option<u64>| {
            let time = time(wire, ("PostgreSQL", workload, count), tool, ms)?;
            Some((ms.unwrap_or_default() as f64, time))
        };
        let points = [None, Some(1), Some(5), Some(20)].into_iter().filter_map(at).collect();
        Series { name: (*tool).to_owned(), points }
    });
    plot(title, "latency of a round trip, ms", "wall time, ms", series)
}

fn trips(Known { wire, .. }: &Known) -> Plot {
    let series = TOOLS.iter().map(|tool| {
        let at = |count: usize| {
            let workload = if count == 0 { (Workload::Nothing, 100) } else { (Workload::Fresh, count) };
            let trips = round_trips(wire, ("PostgreSQL", workload.0, workload.1), tool)?;
            Some((count as f64, trips as f64))
        };
        Series { name: (*tool).to_owned(), points: [0, 100, 1_000].into_iter().filter_map(at).collect() }
    });
    plot("Round trips, PostgreSQL", "pending migrations", "round trips", series)
}

fn over_files(Known { compile, .. }: &Known, title: &'static str, profile: Profile) -> Plot {
    let series = EMBEDDINGS.iter().map(|name| {
        let at = |count: usize| {
            let figure = find(compile, name, profile, count, 3)?;
            Some((count as f64, median(&figure.seconds)))
        };
        Series { name: (*name).to_owned(), points: [0, 100, 1_000, 5_000].into_iter().filter_map(at).collect() }
    });
    plot(title, "migrations", "seconds", series)
}

fn plot(
    title: &'static str,
    across: &'static str,
    upwards: &'static str,
    series: impl Iterator<Item = Series>,
) -> Plot {
    Plot { title, across, upwards, series: series.filter(|series| !series.points.is_empty()).collect() }
}
