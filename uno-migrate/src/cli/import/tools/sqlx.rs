//! sqlx: `1_a.sql` without a way down, or `1_a.up.sql` and `1_a.down.sql`. A row for each that is applied; on MySQL, one
//! that was begun says `success = false`.

use std::time::Duration;

use super::checksums::sha384;
use super::pairs::pairs;
use super::{Tool, optional, text};
use crate::cli::import::history::{Cells, Entry, Kind, Table, is_true, time};
use crate::cli::import::original::{Body, Found, Half, number};
use crate::cli::import::tree::{Foreign, Tree};

pub(super) const TABLE: Table = Table {
    name: "_sqlx_migrations",
    columns: &[
        ("version", Kind::Text),
        ("installed_on", Kind::Time),
        ("success", Kind::Text),
        ("checksum", Kind::Bytes),
        ("execution_time", Kind::Text),
    ],
    order: "version",
    mark: "execution_time",
    absent: None,
};

pub(super) fn read(tree: &Tree) -> Found {
    let mut found = Found::in_tree(tree);
    for pair in pairs(tree, Tool::Sqlx, true, &mut found) {
        let body = Body::Sql { up: half(pair.up), down: pair.down.map(half) };
        found.take(number(pair.version), pair.version, pair.name, pair.up, body);
        found.proven_by(sha384(&pair.up.raw));
    }
    found
}

fn half(file: &Foreign) -> Half {
    let text = file.text();
    // It is told by the first bytes: behind a byte order mark it is a comment.
    match text.strip_prefix("-- no-transaction").filter(|_| !file.raw.starts_with('\u{FEFF}')) {
        Some(rest) => Half { sql: rest.split_once('\n').map_or("", |(_, sql)| sql).to_owned(), no_transaction: true },
        None => Half::of(text),
    }
}

pub(super) fn entry(row: &Cells) -> Entry {
    Entry {
        key: text(row, 0),
        applied_at: time(optional(row, 1)),
        is_dirty: !is_true(optional(row, 2)),
        checksum: optional(row, 3).cloned(),
        // -1 where it was never written.
        took: text(row, 4).parse().map(Duration::from_nanos).unwrap_or_default(),
    }
}
