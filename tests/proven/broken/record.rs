//! What was said of every mutant, in a file for each database.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use uno_migrate::Dialect;

use super::Said;
use crate::mutate::{Mutant, Shelf};
use crate::oracle::Verdict;

/// What is known of one class: a letter for each mutant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// Of the mutants, so that nobody takes what was said of others for what is said of them.
    pub(super) fingerprint: String,
    /// `a`ccepts, not in its `g`rammar, `r`efuses when it is run, `-` was not asked.
    pub(super) server: String,
    /// `.` nothing, `s`tructure, `g`rammar, another `r`ule; `x`: nothing, but `lint` or
    /// `check-sqlite` do.
    pub(super) checks: String,
}

pub(super) type Records = BTreeMap<String, Record>;

impl Record {
    /// For each mutant, what the server and the checks said.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (char, char)> + '_ {
        self.server.chars().zip(self.checks.chars())
    }
}

pub(super) fn of_verdict(verdict: Option<Verdict>) -> char {
    match verdict {
        None => '-',
        Some(Verdict::Accepts) => 'a',
        Some(Verdict::Grammar) => 'g',
        Some(Verdict::Refuses) => 'r',
    }
}

pub(super) fn of_said(said: Said) -> char {
    match said {
        Said::Nothing => '.',
        Said::Structure => 's',
        Said::Grammar => 'g',
        Said::Rule => 'r',
        Said::Patience => 'x',
    }
}

/// Of mutants and of what they are made from.
pub(super) fn fingerprint(shelf: &Shelf, mutants: &[Mutant]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| {
        for byte in bytes.iter().chain(&[0xff]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    };
    for Mutant { base, change } in mutants {
        let base = &shelf.bases[*base];
        add(base.name.as_bytes());
        add(base.text.as_bytes());
        for edit in &change.edits {
            add(format!("{:?}", edit.at).as_bytes());
            add(&edit.with);
        }
        add(format!("{:?} {:?}", change.name, change.beside).as_bytes());
    }
    format!("{hash:016x}")
}

fn path(dialect: Dialect) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/proven/verdicts/{dialect}.txt"))
}

/// What was recorded; nothing where nothing was.
pub(super) fn read(dialect: Dialect) -> Records {
    let text = fs::read_to_string(path(dialect)).unwrap_or_default();
    let mut records = Records::new();
    let mut name = "";
    for line in text.lines() {
        if let Some(class) = line.strip_prefix("# ") {
            name = class;
        } else if let Some((column, value)) = line.split_once(' ') {
            let record = records.entry(name.to_owned()).or_default();
            match column {
                "mutants" => value.clone_into(&mut record.fingerprint),
                "server" => value.clone_into(&mut record.server),
                _ => value.clone_into(&mut record.checks),
            }
        }
    }
    records
}

pub(super) fn write(dialect: Dialect, records: &Records) {
    let mut text = String::new();
    for (name, Record { fingerprint, server, checks }) in records {
        let _ = writeln!(text, "# {name}\nmutants {fingerprint}\nserver {server}\nchecks {checks}");
    }
    let path = path(dialect);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
