//! goose: `00001_a.sql` with annotations in comments, `00001_a.go` as code. A row whenever one is applied, and in older
//! versions one whenever one is taken back, with `is_applied = false`: the last row of a version counts. Version 0 says
//! that the table was made.

use std::collections::BTreeMap;

use super::sections::{Line, comment, halves};
use super::{Tool, optional, text};
use crate::cli::import::history::{Cells, Entry, Kind, Table, is_true, time};
use crate::cli::import::original::{Body, Found, Half, number, numbered};
use crate::cli::import::tree::{Foreign, Tree};

pub(super) const TABLE: Table = Table {
    name: "goose_db_version",
    columns: &[("version_id", Kind::Text), ("is_applied", Kind::Text), ("tstamp", Kind::Time)],
    order: "id",
    mark: "is_applied",
    absent: None,
};

pub(super) fn read(tree: &Tree) -> Found {
    let mut found = Found::in_tree(tree);
    for file in tree.files.iter() {
        let numbered = numbered(file.stem()).filter(|_| file.folder.is_empty() && !file.stem().ends_with("_test"));
        match (numbered, file.ending()) {
            (Some((version, name)), "sql") => {
                let body = sections(file, &mut found);
                found.take(number(version), version, name, file, body);
            }
            (Some((version, name)), "go") => found.take(number(version), version, name, file, Body::Code("Go")),
            _ => found.no_migration(Tool::Goose, file),
        }
    }
    found
}

fn sections(file: &Foreign, found: &mut Found) -> Body {
    let (mut no_transaction, mut substituted) = (false, None);
    let (up, down) = halves(&file.text(), |number, line| {
        let said = comment(line).map(str::to_ascii_lowercase);
        let Some(said) = said.as_deref().and_then(|said| said.strip_prefix("+goose")) else { return Line::Sql };
        match said.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["up"] => return Line::Up,
            ["down"] => return Line::Down,
            ["no", "transaction"] => no_transaction = true,
            ["envsub", "on"] => substituted = Some(number),
            // Where a statement begins and ends is seen by its own quotes and blocks.
            _ => {}
        }
        Line::Dropped
    });
    if let Some(line) = substituted {
        let what = "goose puts variables of the environment into what follows";
        let todo = "write the values into the file: what is applied does not depend on who applies it";
        found.leave_line(file, line, what, todo);
    }
    let half = |half: Half| Half { no_transaction, ..half };
    Body::Sql { up: half(up), down: down.map(half) }
}

pub(super) fn entries(rows: &[Cells]) -> Vec<Entry> {
    let mut last: BTreeMap<String, (usize, bool, Entry)> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| text(row, 0) != "0") {
        let entry = Entry { key: text(row, 0), applied_at: time(optional(row, 2)), ..Entry::default() };
        last.insert(text(row, 0), (place, is_true(optional(row, 1)), entry));
    }
    let mut applied: Vec<(usize, Entry)> =
        last.into_values().filter(|(_, applied, _)| *applied).map(|(place, _, entry)| (place, entry)).collect();
    applied.sort_by_key(|(place, _)| *place);
    applied.into_iter().map(|(_, entry)| entry).collect()
}
