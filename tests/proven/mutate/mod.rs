//! Valid files, broken.

mod base;
mod grammar;
mod sense;
mod sets;
mod structure;

use std::collections::HashSet;
use std::ops::Range;

use uno_migrate::Dialect;

pub(crate) use base::{Base, Half, Shelf};

use crate::support::Random;

/// One way of breaking files.
pub(crate) struct Class {
    /// What is done to a file.
    pub(crate) name: &'static str,
    pub(crate) sort: Sort,
    /// The databases that have it.
    pub(crate) dialects: &'static [Dialect],
    /// Whether the server sees what is broken: it knows nothing of names, markers' remains and directives.
    pub(crate) is_seen: bool,
    pub(crate) breaks: fn(&Base, &Shelf, &mut Random) -> Option<Change>,
}

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    /// The SQL.
    Grammar,
    /// What makes a file a migration.
    Structure,
    /// What a set is held together by.
    Set,
    /// What the SQL means.
    Sense,
}

/// What is different from the base.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Change {
    /// In the order of the text, none over another.
    pub(crate) edits: Vec<Edit>,
    /// Another name for the file.
    pub(crate) name: Option<String>,
    /// Files that come to the set, or take the place of one of the same name.
    pub(crate) beside: Vec<(String, String)>,
}

/// A part of a text that becomes something else.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Edit {
    pub(crate) at: Range<usize>,
    pub(crate) with: Vec<u8>,
}

/// A broken file.
pub(crate) struct Mutant {
    pub(crate) base: usize,
    pub(crate) change: Change,
}

/// What somebody who only looks for the marker would send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sections {
    pub(crate) up: String,
    pub(crate) down: Option<String>,
}

pub(crate) const ALL: &[Dialect] = &Dialect::ALL;
pub(crate) const POSTGRES: &[Dialect] = &[Dialect::Postgres];
pub(crate) const MYSQL: &[Dialect] = &[Dialect::MySql];
pub(crate) const SQLITE: &[Dialect] = &[Dialect::Sqlite];

/// Every class, in the order of the table.
pub(crate) fn classes() -> impl Iterator<Item = &'static Class> {
    [grammar::CLASSES, structure::CLASSES, sets::CLASSES, sense::CLASSES].into_iter().flatten()
}

impl Change {
    pub(crate) fn edit(at: Range<usize>, with: impl Into<Vec<u8>>) -> Self {
        Self { edits: vec![Edit { at, with: with.into() }], ..Self::default() }
    }

    pub(crate) fn renamed(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    pub(crate) fn beside(files: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { beside: files.into_iter().collect(), ..Self::default() }
    }

    pub(crate) fn and(mut self, at: Range<usize>, with: impl Into<Vec<u8>>) -> Self {
        self.edits.push(Edit { at, with: with.into() });
        self
    }

    /// The text as it is now.
    pub(crate) fn text(&self, base: &str) -> Vec<u8> {
        let (mut text, mut at) = (Vec::with_capacity(base.len() + 32), 0);
        for edit in &self.edits {
            text.extend_from_slice(&base.as_bytes()[at..edit.at.start]);
            text.extend_from_slice(&edit.with);
            at = edit.at.end;
        }
        text.extend_from_slice(&base.as_bytes()[at..]);
        text
    }

    /// What is left of the sections; none where the text is no text any more.
    pub(crate) fn sections(&self, base: &Base) -> Option<Sections> {
        let text = String::from_utf8(self.text(&base.text)).ok()?;
        // A mark at the start is no part of the text; whoever reads files knows that much.
        let without_mark = |text: &str| text.trim_start_matches('\u{FEFF}').to_owned();
        let mut marker = base.marker.clone();
        for edit in &self.edits {
            if edit.at.end <= base.marker.start {
                let by = edit.with.len().wrapping_sub(edit.at.len());
                marker = marker.start.wrapping_add(by)..marker.end.wrapping_add(by);
            } else if edit.at.start < base.marker.end {
                return Some(Sections { up: without_mark(&text), down: None });
            }
        }
        Some(Sections { up: without_mark(&text[..marker.start]), down: Some(text[marker.end..].to_owned()) })
    }
}

impl Sections {
    /// Whether the text asks to be run outside a transaction.
    pub(crate) fn is_outside(&self) -> bool {
        self.says("transaction", "none")
    }

    /// Whether the text asks for SQLite's foreign keys to be off.
    pub(crate) fn is_unchecked(&self) -> bool {
        self.says("foreignkeys", "off")
    }

    fn says(&self, key: &str, value: &str) -> bool {
        self.up.lines().any(|line| {
            let said = line.trim_start_matches('\u{FEFF}').strip_prefix("--").and_then(|said| said.split_once(':'));
            said.is_some_and(|(before, after)| before.trim().eq_ignore_ascii_case(key) && after.trim() == value)
        })
    }
}

impl Class {
    /// As many different mutants as are wanted, if there are so many.
    pub(crate) fn mutants(&self, shelf: &Shelf, wanted: usize) -> Vec<Mutant> {
        // Its own chance, whatever classes there are beside it.
        let seed = self.name.bytes().fold(7_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        let mut random = Random::new(seed ^ shelf.dialect as u64);
        let (mut mutants, mut known) = (Vec::new(), HashSet::new());
        let number = shelf.bases.len();
        for attempt in 0..20 * wanted.max(number) {
            if mutants.len() == wanted {
                break;
            }
            // Every file in its turn, in leaps, so that neighbours are not alike.
            let base = attempt * 7919 % number;
            let Some(change) = (self.breaks)(&shelf.bases[base], shelf, &mut random) else { continue };
            if known.insert((base, change.clone())) {
                mutants.push(Mutant { base, change });
            }
        }
        mutants
    }
}
