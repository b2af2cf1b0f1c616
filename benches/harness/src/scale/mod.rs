//! What is far larger than usual: time, and memory, of uno-migrate.

mod large;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uno_migrate_bench_workload::Database;

use crate::Settings;
use crate::failure::Outcome;
use crate::figures::Figures;
use crate::wire::place::{Fresh, Place, run};
use crate::wire::program::{Program, Took};

/// One story, in turns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) database: String,
    pub(crate) story: String,
    /// Bytes of SQL in the largest migration.
    pub(crate) largest: usize,
    pub(crate) milliseconds: f64,
    /// By how many KiB the memory of the process grew, at its peak.
    pub(crate) memory: u64,
}

/// How many other namespaces there are, with as many rows each as the set has migrations.
const NAMESPACES: usize = 100;

pub(crate) fn measure(settings: &Settings) -> Outcome {
    let mut figures = Figures::new(settings);
    for place in Place::all(settings)?.iter().filter(|place| place.is_usual()) {
        for story in [ten_thousand, many_namespaces, fifty_megabytes, many_large_statements] {
            figures.figures.extend(story(place, settings)?);
            figures.save(settings, "scale")?;
        }
    }
    Ok(())
}

fn ten_thousand(place: &Place, settings: &Settings) -> Outcome<Vec<Figure>> {
    let count = if settings.quick { 1_000 } else { 10_000 };
    let fresh = place.fresh()?;
    let applied = turn(settings, &fresh, count, "")?;
    let nothing = turn(settings, &fresh, count, "")?;
    let largest = uno_migrate_bench_workload::Migration { number: count, rows: 0 }.file().len();
    Ok(vec![
        figure(place, &format!("{count} embedded migrations, fresh"), largest, applied),
        figure(place, &format!("{count} embedded migrations, nothing pending"), largest, nothing),
    ])
}

fn many_namespaces(place: &Place, settings: &Settings) -> Outcome<Vec<Figure>> {
    let count = 1_000;
    let fresh = place.fresh()?;
    turn(settings, &fresh, count, "fake")?;
    let before = turn(settings, &fresh, count, "")?;
    let mut copy = fresh.client(None)?;
    let temporary = if place.database == Database::Postgres { "TEMPORARY TABLE" } else { "TABLE" };
    let mut script = format!("CREATE {temporary} copied AS SELECT * FROM uno_migrations;\n");
    for namespace in 0..NAMESPACES {
        script.push_str(&format!(
            "UPDATE copied SET namespace = 'other_{namespace}';\nINSERT INTO uno_migrations SELECT * FROM copied;\n"
        ));
    }
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), script)?;
    run(copy.stdin(std::fs::File::open(file.path())?))?;
    let after = turn(settings, &fresh, count, "")?;
    let story = |rows| format!("{count} migrations, nothing pending, {rows} rows of other namespaces");
    Ok(vec![figure(place, &story(0), 0, before), figure(place, &story(NAMESPACES * count), 0, after)])
}

fn fifty_megabytes(place: &Place, settings: &Settings) -> Outcome<Vec<Figure>> {
    let (statements, size) = if settings.quick { (5_000, 1_000) } else { (50_000, 1_000) };
    from_directory(place, settings, "one migration of many statements", statements, size)
}

fn many_large_statements(place: &Place, settings: &Settings) -> Outcome<Vec<Figure>> {
    from_directory(place, settings, "one migration of large statements", 200, 100_000)
}

fn from_directory(
    place: &Place,
    settings: &Settings,
    story: &str,
    statements: usize,
    size: usize,
) -> Outcome<Vec<Figure>> {
    let directory = tempfile::tempdir()?;
    let largest = large::write(directory.path(), place.database, statements, size)?;
    let fresh = place.fresh()?;
    let style = format!("directory:{}", directory.path().display());
    let applied = turn(settings, &fresh, 10, &style)?;
    let nothing = turn(settings, &fresh, 10, &style)?;
    let story = format!("{story}, {statements} × {size} bytes, read from a directory");
    Ok(vec![
        figure(place, &story, largest, applied),
        figure(place, &format!("{story}, nothing pending"), largest, nothing),
    ])
}

/// One turn in a process of its own.
fn turn(settings: &Settings, fresh: &Fresh<'_>, count: usize, style: &str) -> Outcome<Took> {
    Program::start(&settings.programs.join("with-uno-migrate"), &fresh.url(None), count, style)?.turn()
}

fn figure(place: &Place, story: &str, largest: usize, took: Took) -> Figure {
    let Took { time, memory } = took;
    let milliseconds = Duration::as_secs_f64(&time) * 1e3;
    let figure = Figure { database: place.name.to_owned(), story: story.to_owned(), largest, milliseconds, memory };
    eprintln!("{figure:?}");
    figure
}
