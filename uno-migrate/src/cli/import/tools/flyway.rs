//! Flyway: `V1.2__a.sql`, with `U1.2__a.sql` as its way down; `R__a.sql` runs whenever it has changed, `B1__a.sql` stands
//! for everything before it. A row whenever something was done: the last one of a version counts. A baseline's row says
//! that everything up to it was there before.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::time::Duration;

use super::checksums::crc32;
use super::{Tool, optional, text};
use crate::cli::import::history::{Cells, Entry, Kind, Table, is_true, time};
use crate::cli::import::original::{Body, Found, Half};
use crate::cli::import::tree::{Foreign, Tree};

pub(super) const TABLE: Table = Table {
    name: "flyway_schema_history",
    columns: &[
        ("version", Kind::Text),
        ("type", Kind::Text),
        ("checksum", Kind::Text),
        ("installed_on", Kind::Time),
        ("execution_time", Kind::Text),
        ("success", Kind::Text),
    ],
    order: "installed_rank",
    mark: "installed_rank",
    absent: None,
};

/// A version by its parts, zeros at the end left out: `1_2` is `1.2`, and `1.0` is `1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Version(Vec<u64>);

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(['.', '_']).map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
        while parts.len() > 1 && parts.last() == Some(&0) {
            parts.pop();
        }
        Some(Self(parts))
    }

    fn key(&self) -> String {
        self.0.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
    }
}

struct Named<'t> {
    prefix: char,
    version: Version,
    written: &'t str,
    name: &'t str,
    file: &'t Foreign,
}

pub(super) fn read(tree: &Tree) -> Found {
    let mut found = Found::in_tree(tree);
    let named: Vec<Named<'_>> = tree.files.iter().filter_map(|file| named(file, &mut found)).collect();
    let widths = widths(&named);
    for up in named.iter().filter(|one| one.prefix == 'V') {
        let down = named.iter().find(|one| one.prefix == 'U' && one.version == up.version);
        let version = if widths.len() > 1 { padded(&up.version, &widths) } else { up.written.to_owned() };
        if up.file.ending() != "sql" {
            found.take(up.version.key(), &version, up.name, up.file, Body::Code("Java"));
            continue;
        }
        placeholders(up.file, &mut found);
        let no_transaction =
            conf(tree, up.file).is_some_and(|conf| conf.raw.replace(' ', "").contains("executeInTransaction=false"));
        let half = |file: &Foreign| Half { sql: file.text(), no_transaction };
        let body = Body::Sql { up: half(up.file), down: down.map(|down| half(down.file)) };
        found.take(up.version.key(), &version, up.name, up.file, body);
        found.proven_by([crc32(&up.file.raw)]);
    }
    found
}

fn named<'t>(file: &'t Foreign, found: &mut Found) -> Option<Named<'t>> {
    let is_known = matches!(file.ending(), "sql" | "java" | "kt" | "groovy" | "class");
    let (front, name) = file.stem().split_once("__").unwrap_or((file.stem(), ""));
    let prefix = front.chars().next().filter(|_| is_known && file.name.contains("__"));
    match prefix {
        Some(prefix @ ('V' | 'U')) => match Version::parse(&front[1..]) {
            Some(version) => return Some(Named { prefix, version, written: &front[1..], name, file }),
            None => found.no_migration(Tool::Flyway, file),
        },
        Some('R') => found.leave(
            file,
            "it is repeatable: it runs whenever it has changed, and every migration here runs once",
            "write a migration whenever it has to change, with the whole of the view or routine",
        ),
        Some('B') => found.leave(
            file,
            "it is a baseline: it stands for all migrations before it on new databases",
            "nothing: new databases get those migrations",
        ),
        _ if file.ending() == "conf" => {}
        _ => found.no_migration(Tool::Flyway, file),
    }
    None
}

fn conf<'t>(tree: &'t Tree, file: &Foreign) -> Option<&'t Foreign> {
    tree.files.iter().find(|conf| conf.folder == file.folder && conf.name == format!("{}.conf", file.name))
}

fn placeholders(file: &Foreign, found: &mut Found) {
    for (number, line) in file.raw.lines().enumerate().filter(|(_, line)| line.contains("${")) {
        let shown = line.split_once("${").and_then(|(_, rest)| rest.split_once('}')).map_or("", |(name, _)| name);
        let what = format!("Flyway puts a value in the place of `${{{shown}}}`");
        found.leave_line(file, number + 1, &what, "write the value into the new file");
    }
}

/// How many digits each part of a version has at most, over all of them: what a version becomes has to keep their order.
fn widths(named: &[Named<'_>]) -> Vec<usize> {
    let mut widths: Vec<usize> = Vec::new();
    for one in named.iter().filter(|one| one.prefix == 'V') {
        for (place, part) in one.version.0.iter().enumerate() {
            let digits = part.to_string().len();
            match widths.get_mut(place) {
                Some(width) => *width = digits.max(*width),
                None => widths.push(digits),
            }
        }
    }
    widths
}

fn padded(version: &Version, widths: &[usize]) -> String {
    let part = |(place, width): (usize, &usize)| format!("{:0width$}", version.0.get(place).copied().unwrap_or(0));
    widths.iter().enumerate().map(part).collect()
}

pub(super) fn entries(rows: &[Cells], found: &Found) -> Vec<Entry> {
    let mut standing: BTreeMap<Version, Entry> = BTreeMap::new();
    for row in rows {
        // Those without a version are repeatable.
        let Some(version) = optional(row, 0).and_then(|text| Version::parse(text)) else { continue };
        let entry = Entry {
            key: version.key(),
            checksum: optional(row, 2).cloned(),
            applied_at: time(optional(row, 3)),
            took: text(row, 4).parse().map(Duration::from_millis).unwrap_or_default(),
            is_dirty: !is_true(optional(row, 5)),
        };
        match text(row, 1).as_str() {
            "BASELINE" | "SQL_BASELINE" => {
                let before = found.originals.iter().filter_map(|original| Version::parse(&original.key));
                for before in before.filter(|before| before.cmp(&version) != Ordering::Greater) {
                    let key = before.key();
                    standing.insert(before, Entry { key, checksum: None, took: Duration::ZERO, ..entry.clone() });
                }
            }
            "DELETE" | "UNDO_SQL" | "UNDO_JDBC" if !entry.is_dirty => drop(standing.remove(&version)),
            _ => drop(standing.insert(version, entry)),
        }
    }
    standing.into_values().collect()
}
