//! dbmate: `20200227231541_a.sql` with `-- migrate:up` and `-- migrate:down`, each with options behind it. A row for each
//! that is applied, and nothing in it but the version.

use super::sections::{Line, comment, halves};
use super::{Tool, text};
use crate::cli::import::history::{Cells, Entry, Kind, Table};
use crate::cli::import::original::{Body, Found, Half, numbered};
use crate::cli::import::tree::{Foreign, Tree};

pub(super) const TABLE: Table = Table {
    name: "schema_migrations",
    columns: &[("version", Kind::Text)],
    order: "version",
    mark: "version",
    // golang-migrate's table of that name.
    absent: Some("dirty"),
};

pub(super) fn read(tree: &Tree) -> Found {
    let mut found = Found::in_tree(tree);
    for file in &tree.files {
        match numbered(file.stem()).filter(|_| file.ending() == "sql" && file.folder.is_empty()) {
            // The version is a text, as it is written.
            Some((version, name)) => found.take(version, version, name, file, sections(file)),
            None => found.no_migration(Tool::Dbmate, file),
        }
    }
    found
}

fn sections(file: &Foreign) -> Body {
    let (mut up_outside, mut down_outside) = (false, false);
    let (up, down) = halves(&file.text(), |_, line| {
        let Some(said) = comment(line).and_then(|said| said.strip_prefix("migrate:")) else { return Line::Sql };
        let is_outside = said.contains("transaction:false");
        match said.split_whitespace().next() {
            Some("up") => {
                up_outside |= is_outside;
                Line::Up
            }
            Some("down") => {
                down_outside |= is_outside;
                Line::Down
            }
            _ => Line::Sql,
        }
    });
    let half = |half: Half, no_transaction| Half { no_transaction, ..half };
    Body::Sql { up: half(up, up_outside), down: down.map(|down| half(down, down_outside)) }
}

pub(super) fn entry(row: &Cells) -> Entry {
    Entry { key: text(row, 0), ..Entry::default() }
}
