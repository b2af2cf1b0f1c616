//! Uno: `1616721123_a.sql` with `-- DOWN`, in folders, and `1616723456_b.py` as code. A row for each that is applied, with
//! the file's name. Its checksums are Python's to compute, and are not compared.

use super::sections::{Line, halves};
use super::{Tool, optional, text};
use crate::cli::import::history::{Cells, Entry, Kind, Table, time};
use crate::cli::import::original::{Body, Found, numbered};
use crate::cli::import::tree::{Foreign, Tree};

pub(super) const TABLE: Table = Table {
    name: "uno_migrations",
    columns: &[("id", Kind::Text), ("applied_at", Kind::Time)],
    order: "applied_at",
    mark: "applied_at",
    // Our own table of that name.
    absent: Some("seq"),
};

pub(super) fn read(tree: &Tree) -> Found {
    let mut found = Found::in_tree(tree);
    for file in &tree.files {
        match (numbered(file.stem()), file.ending()) {
            (Some((version, name)), "sql") => found.take(file.stem(), version, name, file, sections(file)),
            (Some((version, name)), "py") => found.take(file.stem(), version, name, file, Body::Code("Python")),
            _ if matches!(file.ending(), "pyc" | "py") => {}
            _ => found.no_migration(Tool::Uno, file),
        }
    }
    found
}

fn sections(file: &Foreign) -> Body {
    let (up, down) = halves(&file.text(), |_, line| match line.to_ascii_uppercase().as_str() {
        "-- UP" | "-- === UP MIGRATION ===" => Line::Up,
        "-- DOWN" | "-- === DOWN MIGRATION ===" => Line::Down,
        _ => Line::Sql,
    });
    Body::Sql { up, down }
}

pub(super) fn entry(row: &Cells) -> Entry {
    Entry { key: text(row, 0), applied_at: time(optional(row, 1)), ..Entry::default() }
}
