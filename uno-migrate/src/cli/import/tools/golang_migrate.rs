//! golang-migrate: `1_a.up.sql` and `1_a.down.sql`. One row: the version that the database is at, and whether getting there
//! failed. Everything up to it is applied; when, nobody knows.

use super::pairs::pairs;
use super::{Tool, optional, text};
use crate::cli::import::history::{Cells, Entry, Kind, Table, is_true};
use crate::cli::import::original::{Body, Found, Half, number};
use crate::cli::import::tree::Tree;

pub(super) const TABLE: Table = Table {
    name: "schema_migrations",
    columns: &[("version", Kind::Text), ("dirty", Kind::Text)],
    order: "version",
    mark: "dirty",
    absent: None,
};

pub(super) fn read(tree: &Tree) -> Found {
    let mut found = Found::in_tree(tree);
    for pair in pairs(tree, Tool::GolangMigrate, false, &mut found) {
        let body = Body::Sql { up: Half::of(pair.up.text()), down: pair.down.map(|down| Half::of(down.text())) };
        found.take(number(pair.version), pair.version, pair.name, pair.up, body);
    }
    found
}

pub(super) fn entries(rows: &[Cells], found: &Found) -> Vec<Entry> {
    let Some(row) = rows.first() else { return Vec::new() };
    let (current, is_dirty) = (text(row, 0), is_true(optional(row, 1)));
    let numeric = |key: &str| key.parse::<u128>().ok();
    let before = found.originals.iter().map(|original| original.key.clone());
    let before = before.filter(|key| *key != current && numeric(key) < numeric(&current));
    let entry = |key| Entry { key, ..Entry::default() };
    before.map(entry).chain([Entry { is_dirty, ..entry(current.clone()) }]).collect()
}
