//! The SQL of one step, and what is said about its statements.

use std::ops::Range;
use std::sync::OnceLock;

use tracing::debug;
use uno_migrate_core::{Dialect, Location, Section, Span, Text};

use super::scope::Scope;
use crate::context::StatementError;
use crate::error::Place;
use crate::event::Event;
use crate::plan::Step;

pub(super) struct Script {
    pub(super) path: String,
    pub(super) text: Text,
    pub(super) section: Section,
    /// Where its statements begin, once somebody wants to know.
    locations: OnceLock<Vec<Location>>,
}

impl Script {
    pub(super) fn new(path: String, text: Text, section: Section) -> Self {
        Self { path, text, section, locations: OnceLock::new() }
    }

    pub(super) fn total(&self) -> usize {
        self.section.statements.len()
    }

    fn span(&self, index: usize) -> Span {
        self.section.statements.get(index).copied().unwrap_or_default()
    }

    pub(super) fn statement(&self, index: usize) -> &str {
        self.span(index).of(&self.text)
    }

    pub(super) fn location(&self, index: usize) -> Location {
        let all = self.locations.get_or_init(|| {
            Location::of_each(&self.text, self.section.statements.iter().map(|span| span.start as usize))
        });
        all.get(index).copied().unwrap_or_else(|| Location::of(&self.text, 0))
    }

    pub(super) fn place(&self, index: usize) -> Place {
        Place { path: self.path.clone(), location: Some(self.location(index)) }
    }

    /// Some statements as a person is shown them, without their secrets: the first and how many more.
    pub(super) fn excerpt(&self, dialect: Dialect, statements: &Range<usize>) -> String {
        let mut shown = StatementError::refused(dialect, self.statement(statements.start), String::new()).statement;
        if let Some((end, _)) = shown.char_indices().nth(LENGTH) {
            shown.truncate(end);
            shown.push('…');
        }
        match statements.len() {
            0 | 1 => shown,
            several => format!("{shown}; and {} more", several - 1),
        }
    }
}

impl Scope<'_> {
    /// Tells whoever listens which statement is next.
    pub(super) fn tell(&self, step: &Step, script: &Script, index: usize) {
        let (line, total) = (script.location(index).line, script.total());
        self.at(|| format!("`{}`, statement {} of {total}", step.called, index + 1));
        debug!(path = script.path, line, "statement {} of {total}", index + 1);
        let (id, path) = (step.id().to_owned(), script.path.clone());
        self.emit(&Event::Statement { id, path, line, position: index + 1, total });
    }
}

/// How many characters of a statement the history keeps.
const LENGTH: usize = 160;
