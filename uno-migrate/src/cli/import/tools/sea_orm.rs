//! sea-orm-migration: code, one file each, `m20220101_000001_a.rs`. A row for each that is applied, with the file's name
//! and seconds since 1970.

use chrono::DateTime;

use super::{Tool, text};
use crate::cli::import::history::{Cells, Entry, Kind, Table};
use crate::cli::import::original::{Body, Found};
use crate::cli::import::tree::Tree;

pub(super) const TABLE: Table = Table {
    name: "seaql_migrations",
    columns: &[("version", Kind::Text), ("applied_at", Kind::Text)],
    order: "version",
    mark: "applied_at",
    absent: None,
};

pub(super) fn read(tree: &Tree) -> Found {
    let mut found = Found::in_tree(tree);
    for file in tree.files.iter().filter(|file| file.ending() == "rs") {
        if matches!(file.name.as_str(), "lib.rs" | "main.rs" | "mod.rs") {
            continue;
        }
        match numbers(file.stem()) {
            Some((version, name)) => found.take(file.stem(), &version, name, file, Body::Code("Rust")),
            None => found.no_migration(Tool::SeaOrm, file),
        }
    }
    found
}

/// The groups of digits in front, put together: `m20220101_000001_a` has 20220101000001.
fn numbers(stem: &str) -> Option<(String, &str)> {
    let (mut version, mut rest) = (String::new(), stem.strip_prefix('m')?);
    loop {
        let (group, behind) = rest.split_once('_').unwrap_or((rest, ""));
        if group.is_empty() || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return (!version.is_empty()).then_some((version, rest));
        }
        version += group;
        rest = behind;
    }
}

pub(super) fn entry(row: &Cells) -> Entry {
    let applied_at = text(row, 1).parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    Entry { key: text(row, 0), applied_at, ..Entry::default() }
}
