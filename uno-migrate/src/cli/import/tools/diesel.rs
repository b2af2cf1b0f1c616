//! diesel: a folder `2024-01-31-120000_a` with `up.sql`, `down.sql` and `metadata.toml`. A row for each that is applied,
//! with the digits of its folder; no checksum.

use super::{Tool, optional, text};
use crate::cli::import::history::{Cells, Entry, Kind, Table, time};
use crate::cli::import::original::{Body, Found, Half};
use crate::cli::import::tree::{Foreign, Tree};

pub(super) const TABLE: Table = Table {
    name: "__diesel_schema_migrations",
    columns: &[("version", Kind::Text), ("run_on", Kind::Time)],
    order: "version",
    mark: "run_on",
    absent: None,
};

pub(super) fn read(tree: &Tree) -> Found {
    let mut found = Found::in_tree(tree);
    for up in &tree.files {
        let beside = |name: &str| tree.files.iter().find(|file| file.folder == up.folder && file.name == name);
        match up.name.as_str() {
            "up.sql" => {}
            "down.sql" | "metadata.toml" if beside("up.sql").is_some() => continue,
            _ => {
                found.no_migration(Tool::Diesel, up);
                continue;
            }
        }
        let folder = up.folder.trim_end_matches('/');
        let folder = folder.rsplit('/').next().unwrap_or(folder);
        let (dated, name) = folder.split_once('_').unwrap_or((folder, ""));
        let version = dated.replace('-', "");
        if version.is_empty() || !version.bytes().all(|byte| byte.is_ascii_digit()) {
            found.leave(up, "its folder has no number in front", "name the folder `2024-01-31-120000_name` in a copy");
            continue;
        }
        let no_transaction = beside("metadata.toml").is_some_and(is_outside);
        let half = |file: &Foreign| Half { sql: file.text(), no_transaction };
        let body = Body::Sql { up: half(up), down: beside("down.sql").map(half) };
        // The folder was the migration: the file takes its place.
        let file = Foreign { folder: up.folder[..up.folder.len() - folder.len() - 1].to_owned(), ..up.clone() };
        found.take(version.as_str(), &version, name, &file, body);
    }
    found
}

/// A `metadata.toml` that does not say so runs its migration outside of a transaction as well.
fn is_outside(metadata: &Foreign) -> bool {
    let said = metadata.raw.lines().filter_map(|line| line.trim().strip_prefix("run_in_transaction"));
    !said.filter_map(|rest| rest.trim_start().strip_prefix('=')).any(|value| value.trim().starts_with("true"))
}

pub(super) fn entry(row: &Cells) -> Entry {
    Entry { key: text(row, 0), applied_at: time(optional(row, 1)), ..Entry::default() }
}
