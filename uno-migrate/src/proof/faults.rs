//! The message of a failed proof, put together without an allocation.

use super::{Entry, Place, as_str, is_equal};

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
        let is_shared = first.set == second.set && matches!(first.place, Place::Included(_));
        if is_shared || second.id.is_empty() || !is_equal(first.id, second.id) {
            return;
        }
        if !is_equal(first.namespace.as_bytes(), second.namespace.as_bytes()) {
            return;
        }
        self.begin("there are two migrations `");
        self.push(as_str(second.id));
        self.push("` (one in ");
        self.place(first.place);
        self.push(", one in ");
        self.place(second.place);
        self.push(")");
    }

    pub(super) const fn unknown(&mut self, id: &str, on: &str) {
        self.begin("migration `");
        self.push(id);
        self.push("` depends on `");
        self.push(on);
        self.push("`, which does not exist (");
    }

    pub(super) const fn place(&mut self, place: Place) {
        match place {
            Place::Directory => self.push("the directory"),
            Place::Code { file, line } => self.line(file, line),
            Place::Included(name) => {
                self.push("`");
                self.push(name);
                self.push("`");
            }
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
