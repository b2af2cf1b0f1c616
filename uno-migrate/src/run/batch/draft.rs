//! A message that is being written.

use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use uno_migrate_core::Dialect;

use super::group::Group;
use super::message::{Message, Part};
use crate::dialect::{Prepared, sql};

/// On a line of its own, since a comment may end the line before.
pub(in crate::run) const SEPARATOR: &str = "\n;\n";

/// A message that is being written.
#[derive(Default)]
pub(super) struct Draft {
    text: String,
    parts: Vec<Vec<Part>>,
    ahead: usize,
    is_last: bool,
}

impl Draft {
    /// In front of the first migration.
    pub(super) fn ahead(&mut self, texts: &[impl AsRef<str>]) {
        texts.iter().for_each(|text| self.end(text.as_ref()));
        self.ahead += texts.len();
    }

    /// With a journal's chapters where it has one.
    pub(super) fn message(
        self,
        dialect: Dialect,
        groups: Vec<Group<'_>>,
        journal: Option<Vec<Range<usize>>>,
    ) -> Message<'_> {
        let Self { text, parts, ahead, is_last } = self;
        let (is_journalled, chapters) = (journal.is_some(), journal.unwrap_or_default());
        Message { dialect, groups, ahead, parts, chapters, is_journalled, is_last, text: text.into() }
    }

    /// Behind the last migration of a run: what gives the lease back.
    pub(super) fn leave(&mut self, farewell: &str) {
        self.end(farewell);
        self.is_last = true;
    }

    /// A migration begins with these statements.
    pub(super) fn begin(&mut self, begin: &str) {
        self.next();
        begin.split("; ").for_each(|statement| self.part(statement, None));
    }

    /// What follows is the next migration's.
    pub(super) fn next(&mut self) {
        self.parts.push(Vec::new());
    }

    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    /// Only the first migrations, in so many bytes.
    pub(super) fn cut(&mut self, migrations: usize, length: usize) {
        self.parts.truncate(migrations);
        self.text.truncate(length);
    }

    pub(super) fn part(&mut self, text: &str, statement: Option<usize>) {
        let span = self.push(text);
        if let Some(parts) = self.parts.last_mut() {
            parts.push(Part { span, statement });
        }
    }

    /// What is said around the migration's own statements.
    pub(super) fn end(&mut self, text: &str) {
        self.push(text);
    }

    fn push(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        let span = start..self.text.len();
        self.text.push_str(SEPARATOR);
        span
    }
}

/// The statements that a message has prepared.
pub(super) struct Statements {
    dialect: Dialect,
    /// In their names: behind a pooler those are shared with others.
    own: u64,
    texts: Vec<String>,
}

impl Statements {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, own: RandomState::new().hash_one(()), texts: Vec::new() }
    }

    /// Executes such a statement, which is prepared first where none before was the same.
    pub(super) fn execute(&mut self, record: &Prepared, draft: &mut Draft) {
        let known = self.texts.iter().position(|text| *text == record.statement);
        let name = self.name(known.unwrap_or(self.texts.len()));
        if known.is_none() {
            draft.end(&record.prepare(&name));
            self.texts.push(record.statement.clone());
        }
        draft.end(&record.execute(&name));
    }

    /// Behind the last migration: a failure before has the session cleared of them as well.
    pub(super) fn forget(&self, draft: &mut Draft) {
        (0..self.texts.len()).for_each(|index| draft.end(&sql(self.dialect).deallocate(&self.name(index))));
    }

    fn name(&self, index: usize) -> String {
        format!("uno_migrate_{:016x}_{index}", self.own)
    }
}
