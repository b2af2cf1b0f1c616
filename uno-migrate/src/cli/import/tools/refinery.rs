//! refinery: `V1__a.sql` and `U1__a.sql`, which differ in what may come late; no way down. `.rs` files give SQL when they
//! are run. A row for each that is applied.

use super::checksums::siphash;
use super::{Tool, optional, text};
use crate::cli::import::history::{Cells, Entry, Kind, Table, time};
use crate::cli::import::original::{Body, Found, Half, number};
use crate::cli::import::tree::Tree;

pub(super) const TABLE: Table = Table {
    name: "refinery_schema_history",
    columns: &[("version", Kind::Text), ("applied_on", Kind::Text), ("checksum", Kind::Text)],
    order: "version",
    mark: "applied_on",
    absent: None,
};

pub(super) fn read(tree: &Tree) -> Found {
    let mut found = Found::in_tree(tree);
    for file in &tree.files {
        let stem = file.stem().strip_prefix(['V', 'U']).and_then(|stem| stem.split_once("__"));
        let Some((version, name)) = stem.filter(|_| matches!(file.ending(), "sql" | "rs")) else {
            if file.name != "mod.rs" {
                found.no_migration(Tool::Refinery, file);
            }
            continue;
        };
        let Ok(numeric) = version.parse::<i64>() else {
            found.leave(file, "its version is no number", "give it one, as refinery itself needs it");
            continue;
        };
        if file.ending() == "rs" {
            found.take(number(version), version, name, file, Body::Code("Rust"));
            continue;
        }
        found.take(number(version), version, name, file, Body::Sql { up: Half::of(file.text()), down: None });
        found.proven_by(siphash(name, numeric, &file.raw));
    }
    found
}

pub(super) fn entry(row: &Cells) -> Entry {
    Entry {
        key: text(row, 0),
        applied_at: time(optional(row, 1)),
        checksum: optional(row, 2).cloned(),
        ..Entry::default()
    }
}
