use std::fmt::Write;

use super::table::{Table, number, or_dash, whole};
use crate::compile::{Build, Figure, Profile};
use crate::figures::median;

/// A build after an edit, of the migrations that the goals are about.
pub(super) fn find<'a>(
    figures: &'a [Figure],
    application: &str,
    profile: Profile,
    count: usize,
    statements: usize,
) -> Option<&'a Figure> {
    figures.iter().find(|figure| {
        figure.build == Build::Touched
            && figure.application == application
            && figure.profile == profile
            && figure.count == count
            && figure.statements == statements
    })
}

/// Seconds of processors that so many files add.
pub(super) fn added(figures: &[Figure], application: &str, profile: Profile, count: usize) -> Option<f64> {
    let cpu = |count| Some(median(&find(figures, application, profile, count, 3)?.cpu));
    Some(cpu(count)? - cpu(0)?)
}

/// Bytes of the binary for each migration beyond its text.
pub(super) fn per_migration(figures: &[Figure], application: &str) -> Option<f64> {
    let one = find(figures, application, Profile::Release, 0, 3)?;
    let many = find(figures, application, Profile::Release, 1_000, 3)?;
    Some(over_text(one, many)? / 1_000.0)
}

/// Bytes of the binary for each statement more, beyond its text.
pub(super) fn per_statement(figures: &[Figure], application: &str) -> Option<f64> {
    let few = find(figures, application, Profile::Release, 1_000, 3)?;
    let many = find(figures, application, Profile::Release, 1_000, 23)?;
    Some(over_text(few, many)? / (1_001.0 * 20.0))
}

fn over_text(small: &Figure, large: &Figure) -> Option<f64> {
    Some(large.binary? as f64 - small.binary? as f64 - (large.text - small.text) as f64)
}

pub(super) fn applications(figures: &[Figure]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for figure in figures.iter().filter(|figure| figure.build == Build::Touched) {
        if !names.contains(&figure.application.as_str()) {
            names.push(&figure.application);
        }
    }
    names
}

pub(super) fn section(figures: &[Figure]) -> String {
    if figures.is_empty() {
        return String::new();
    }
    let mut text = String::from("## What embedding costs\n");
    let mut counts: Vec<usize> = figures.iter().map(|figure| figure.count).collect();
    counts.sort_unstable();
    counts.dedup();
    for profile in [Profile::Dev, Profile::Release] {
        let heads = counts.iter().map(|count| format!("{} files, s", whole(*count as u64)));
        let largest = counts.last().copied().unwrap_or_default();
        let more = counts[1..].iter().map(|count| format!("0 → {} adds, CPU s", whole(*count as u64)));
        let memory = std::iter::once(format!("peak MiB at 0, {}", whole(largest as u64)));
        let mut table =
            Table::new(std::iter::once("touch and build".to_owned()).chain(heads).chain(more).chain(memory));
        for name in applications(figures) {
            let mut cells = vec![name.to_owned()];
            let at = |count| find(figures, name, profile, count, 3);
            cells.extend(counts.iter().map(|count| or_dash(at(*count), |figure| number(median(&figure.seconds)))));
            cells.extend(counts[1..].iter().map(|count| or_dash(added(figures, name, profile, *count), number)));
            let memory = |count| or_dash(at(count), |figure| whole(figure.memory.round() as u64));
            cells.push(format!("{}, {}", memory(0), memory(largest)));
            table.row(&cells);
        }
        let _ = write!(text, "\n### {profile:?} profile\n\n{}", table.text());
    }
    text.push_str(&sizes(figures));
    text.push_str(&clean(figures));
    text
}

fn sizes(figures: &[Figure]) -> String {
    let mut table = Table::new(["release binary, stripped", "bytes a migration beside its text", "a statement"]);
    for name in applications(figures) {
        let statement = per_statement(figures, name);
        if let Some(bytes) = per_migration(figures, name) {
            table.row(&[name.to_owned(), number(bytes), or_dash(statement, number)]);
        }
    }
    format!("\n### Size\n\n{}", table.text())
}

fn clean(figures: &[Figure]) -> String {
    let mut table = Table::new(["clean dev build", "s", "peak MiB"]);
    let mut is_empty = true;
    for figure in figures.iter().filter(|figure| figure.build == Build::Clean) {
        is_empty = false;
        let memory = whole(figure.memory.round() as u64);
        table.row(&[figure.application.clone(), number(median(&figure.seconds)), memory]);
    }
    if is_empty { String::new() } else { format!("\n### From nothing\n\n{}", table.text()) }
}
