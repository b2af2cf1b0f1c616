//! Several migrations as they are sent.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use uno_migrate_core::Dialect;

use super::Stride;
use super::group::Group;
use crate::dialect::{NulError, Write, sql};
use crate::error::{Error, ErrorKind};
use crate::plan::Step;
use crate::run::patience::limits::Limits;
use crate::run::scope::Scope;
use crate::run::script::Script;
use crate::run::session::Session;
use crate::tracker::History;

/// So much of what is sent is in memory twice; a migration that is larger by itself is sent statement by statement.
const MOST_BYTES: usize = 1 << 20;

/// On a line of its own, since a comment may end the line before.
const SEPARATOR: &str = "\n;\n";

/// Several migrations, one after the other.
pub(super) struct Message<'p> {
    pub(super) dialect: Dialect,
    pub(super) groups: Vec<Group<'p>>,
    /// For each, what stands in front of its end: one statement each.
    pub(super) parts: Vec<Vec<Part>>,
    text: Arc<str>,
}

/// One statement of a message.
pub(super) struct Part {
    pub(super) span: Range<usize>,
    /// The migration's statement, if it is one.
    pub(super) statement: Option<usize>,
}

impl Message<'_> {
    /// Which migration has a statement in front of its end there, and which one that is. One that is not finished is found
    /// wrong at the semicolon behind it.
    pub(super) fn part_at(&self, position: usize) -> Option<(usize, usize)> {
        let is_at = |part: &Part| (part.span.start..part.span.end + SEPARATOR.len()).contains(&position);
        let part = |parts: &Vec<Part>| parts.iter().position(is_at);
        self.parts.iter().enumerate().find_map(|(group, parts)| Some((group, part(parts)?)))
    }

    pub(super) fn text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }
}

impl Scope<'_> {
    /// The message for the first of these steps that can share one; none where fewer than two can.
    pub(super) fn message<'p>(
        &self,
        session: &Session<'_>,
        steps: &'p [Step],
        stride: &Stride,
    ) -> Result<Option<Message<'p>>, Error> {
        let (History::Table(history), Some(lease)) = (&self.history, &self.lease) else { return Ok(None) };
        let (mut groups, mut bytes) = (Vec::new(), 0);
        for step in steps.iter().take(stride.steps()) {
            let Some(group) = Group::of(self, session, step)? else { break };
            bytes += group.bytes();
            if bytes > MOST_BYTES {
                break;
            }
            groups.push(group);
        }
        if groups.len() < 2 {
            return Ok(None);
        }
        let (table, lease) = (history.table(), lease.epoch());
        let mut draft = Draft::default();
        for (index, group) in groups.iter().enumerate() {
            let previous = index.checked_sub(1).map(|before| &groups[before].row);
            let write = Write { row: &group.row, before: self.standing(group.step), lease, previous };
            let Some(recorded) = sql(self.dialect).record(table, &write) else { return Ok(None) };
            draft.begin(self.settings.begin(self.dialect));
            for (statement, settings) in group.settings.iter().enumerate() {
                settings.iter().for_each(|setting| draft.part(setting, None));
                draft.part(group.script.statement(statement), Some(statement));
            }
            if !group.only_defines || index + 1 == groups.len() {
                draft.end(&self.settings.taken_back(self.dialect));
            }
            draft.end(&recorded.map_err(unwritable)?);
            draft.end("COMMIT");
        }
        Ok(Some(Message { dialect: self.dialect, groups, parts: draft.parts, text: draft.text.into() }))
    }

    /// What is set before each statement of a script.
    pub(super) fn limits(&self, script: &Script) -> Vec<Vec<String>> {
        let mut limits = Limits::new(self, Some(script), false, true);
        let mut opening = Some(limits.opening());
        let settings = (0..script.total()).map(|index| {
            let mut settings = opening.take().unwrap_or_default();
            settings.extend(limits.before([script.statement(index)].into_iter(), None));
            settings
        });
        settings.collect()
    }
}

/// A message that is being written.
#[derive(Default)]
struct Draft {
    text: String,
    parts: Vec<Vec<Part>>,
}

impl Draft {
    /// A migration begins with these statements.
    fn begin(&mut self, begin: &str) {
        self.parts.push(Vec::new());
        begin.split("; ").for_each(|statement| self.part(statement, None));
    }

    fn part(&mut self, text: &str, statement: Option<usize>) {
        let span = self.push(text);
        if let Some(parts) = self.parts.last_mut() {
            parts.push(Part { span, statement });
        }
    }

    /// What follows the migration's own statements.
    fn end(&mut self, text: &str) {
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

fn unwritable(error: NulError) -> Error {
    Error::new(ErrorKind::History, "the history could not be written").caused_by(error)
}

/// For those who wait, and for the log.
impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let called = |group: Option<&Group<'_>>| group.map_or("", |group| group.step.called.as_str()).to_owned();
        let (first, last) = (called(self.groups.first()), called(self.groups.last()));
        write!(f, "`{first}` to `{last}`, {} migrations in one message", self.groups.len())
    }
}
