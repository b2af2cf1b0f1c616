//! The message of a failed proof, put together without an allocation.

use super::{Entry, Line, Place, as_str, is_equal};

/// The text of the error, as much of it as fits.
pub(super) struct Faults {
    bytes: [u8; Self::CAPACITY],
    length: usize,
    pub(super) count: usize,
}

impl Faults {
    const CAPACITY: usize = 8192;

    pub(super) const fn new() -> Self {
        Self { bytes: [0; Self::CAPACITY], length: 0, count: 0 }
    }

    pub(super) const fn begin(&mut self, text: &str) {
        if self.count > 0 {
            self.push("\n");
        }
        self.count += 1;
        self.push(text);
    }

    pub(super) const fn duplicate(&mut self, first: Entry, second: Entry) {
        let is_shared =
            first.set == second.set && matches!(first.place, Place::Included(_)) && is_same(first.code, second.code);
        if is_shared || second.id.is_empty() || !is_equal(first.id, second.id) {
            return;
        }
        if !is_equal(first.namespace.as_bytes(), second.namespace.as_bytes()) {
            return;
        }
        self.begin("there are two migrations `");
        self.push(as_str(second.id));
        self.push("` (one in ");
        self.place(first);
        self.push(", one in ");
        self.place(second);
        self.push(")");
    }

    pub(super) const fn unknown(&mut self, id: &str, on: &str) {
        self.begin("migration `");
        self.push(id);
        self.push("` depends on `");
        self.push(on);
        self.push("`, which does not exist (");
    }

    const fn place(&mut self, entry: Entry) {
        match (entry.place, entry.code) {
            (Place::Included(name), _) => {
                self.push("`");
                self.push(name);
                self.push("`");
            }
            (Place::Directory, Some(Line { file, line })) => self.line(file, line),
            (Place::Directory, None) => self.push("the directory"),
        }
    }

    pub(super) const fn line(&mut self, file: &str, line: u32) {
        self.push(file);
        self.push(":");
        self.number(line);
    }

    const fn number(&mut self, number: u32) {
        if number > 9 {
            self.number(number / 10);
        }
        self.push(as_str(&[b'0' + (number % 10) as u8]));
    }

    /// A text that does not fit is left out whole, so that what is there stays UTF-8.
    pub(super) const fn push(&mut self, text: &str) {
        if self.length + text.len() > Self::CAPACITY {
            return;
        }
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.length] = text.as_bytes()[at];
            self.length += 1;
            at += 1;
        }
    }

    pub(super) const fn text(&self) -> &str {
        as_str(self.bytes.split_at(self.length).0)
    }
}

/// Whether it is the same code, or no code at all: SQL is told by its set.
const fn is_same(a: Option<Line>, b: Option<Line>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.line == b.line && is_equal(a.file.as_bytes(), b.file.as_bytes()),
        (None, None) => true,
        _ => false,
    }
}
