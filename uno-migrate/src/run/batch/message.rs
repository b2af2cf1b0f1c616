//! Migrations as they are sent.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use uno_migrate_core::{Dialect, row_list};

use super::Stride;
use super::draft::{Draft, SEPARATOR, Statements};
use super::group::Group;
use super::stride::most_bytes;
use crate::applied::AppliedMigration;
use crate::dialect::{Journal, NulError, Recorded, Write, sql};
use crate::driver::Checkpoint;
use crate::error::{Error, ErrorKind};
use crate::lease::Lease;
use crate::plan::Step;
use crate::run::patience::limits::Limits;
use crate::run::scope::Scope;
use crate::run::script::Script;
use crate::run::session::Session;
use crate::run::session::settings::are_reset_in_transaction;
use crate::tracker::{DatabaseTracker, History};

/// Migrations, one after the other, or one that has it for itself.
pub(super) struct Message<'p> {
    pub(super) dialect: Dialect,
    pub(super) groups: Vec<Group<'p>>,
    /// So many texts stand in front of the first: they say in which session it is sent.
    pub(super) ahead: usize,
    /// For each, what stands in front of its end: one statement each.
    pub(super) parts: Vec<Vec<Part>>,
    /// Those of which the journal has one word together, by their places among the groups.
    pub(super) chapters: Vec<Range<usize>>,
    /// Its migrations have a journal, and are not a transaction each.
    pub(super) is_journalled: bool,
    /// Nothing is left to do behind it: it gives the lease back as well.
    pub(super) is_last: bool,
    pub(super) text: Arc<str>,
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

    /// Whether a run that is asked to stop does so behind the statement in hand, and does not end that: what it has done would
    /// stay, or is all that there is to do.
    pub(super) fn stops_behind_statement(&self) -> bool {
        self.only().is_some_and(|only| self.is_journalled || only.script.total() == 1)
    }

    pub(super) fn text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The migration that has it for itself.
    pub(super) fn only(&self) -> Option<&Group<'_>> {
        match self.groups.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

impl Scope<'_> {
    /// The message for the first of these steps that can share one; none where the first is to be done by itself.
    pub(super) async fn message<'p>(
        &self,
        session: &mut Session<'_>,
        steps: &'p [Step],
        stride: &Stride,
        seating: Option<&[String]>,
    ) -> Result<Option<Message<'p>>, Error> {
        if session.is_lent() {
            return Ok(None);
        }
        let Some((history, groups)) = self.groups(steps, stride)? else { return Ok(None) };
        match self.journal(history) {
            Some(journal) => match self.settings.server(session.connection()).await {
                Some(server) => self.journalled_message(server, &journal, groups, steps, seating),
                None => Ok(None),
            },
            None => self.atomic_message(history, groups, steps, None, seating),
        }
    }

    /// The same while another one is under way.
    pub(super) fn message_behind<'p>(
        &self,
        message: &Message<'_>,
        steps: &'p [Step],
        stride: &Stride,
    ) -> Result<Option<Message<'p>>, Error> {
        let Some((history, groups)) = self.groups(steps, stride)? else { return Ok(None) };
        if let Some(journal) = self.journal(history) {
            let server = self.settings.known_server();
            return server.map_or(Ok(None), |server| self.journalled_message(server, &journal, groups, steps, None));
        }
        self.atomic_message(history, groups, steps, message.groups.last().map(|group| &group.row), None)
    }

    fn journal<'h>(&self, history: &'h DatabaseTracker) -> Option<Journal<'h>> {
        let lease = self.lease.as_ref()?;
        Journal::of(history.table(), lease.epoch(), lease.is_told())
    }

    /// The first of these steps that can share a message. One has it for itself only where the session is known, to look who keeps
    /// it waiting.
    fn groups<'p>(
        &self,
        steps: &'p [Step],
        stride: &Stride,
    ) -> Result<Option<(&DatabaseTracker, Vec<Group<'p>>)>, Error> {
        let History::Table(history) = &self.history else { return Ok(None) };
        if stride.is_alone() || self.settings.takes_one_at_a_time() {
            return Ok(None);
        }
        let (mut groups, mut bytes) = (Vec::new(), 0);
        for step in steps.iter().take(stride.steps()) {
            let Some(group) = Group::of(self, step)? else { break };
            bytes += group.bytes();
            if bytes > most_bytes(self.dialect) {
                break;
            }
            groups.push(group);
        }
        // Of SQLite's file everybody knows whom it waits for: whoever writes.
        let is_sqlite = self.dialect == Dialect::Sqlite;
        let is_worth_it = match groups.as_slice() {
            [] => false,
            [group] => group.goes_alone(self.dialect, *stride) && (is_sqlite || self.knows_session()),
            _ => true,
        };
        Ok(is_worth_it.then_some((history, groups)))
    }

    /// Whether others can find the session that the run works in.
    pub(super) fn knows_session(&self) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.session().is_some())
    }

    /// What gives the lease back, where it is held and nothing is left to do behind so many of these steps.
    pub(super) fn farewell(&self, groups: usize, steps: &[Step]) -> Result<Option<String>, Error> {
        self.lease.as_ref().filter(|_| groups == steps.len()).map(Lease::farewell).transpose()
    }

    /// Each a transaction; `last` is the row that was written before them, where that is certain.
    fn atomic_message<'p>(
        &self,
        history: &DatabaseTracker,
        groups: Vec<Group<'p>>,
        steps: &[Step],
        last: Option<&AppliedMigration>,
        seating: Option<&[String]>,
    ) -> Result<Option<Message<'p>>, Error> {
        let lease = self.lease.as_ref().map(Lease::epoch);
        let mut draft = Draft::default();
        if let Some(seating) = seating {
            draft.ahead(&[sql(self.dialect).begin()]);
            draft.ahead(seating);
            draft.ahead(&["COMMIT"]);
        }
        let mut prepared = Statements::new(self.dialect);
        let checkpoint = |at| sql(self.dialect).checkpoint(at);
        let (start, between) = (checkpoint(Checkpoint::Start), checkpoint(Checkpoint::Statement));
        start.iter().for_each(|start| draft.end(start));
        for (index, group) in groups.iter().enumerate() {
            let previous = index.checked_sub(1).map_or(last, |before| Some(&groups[before].row));
            let write =
                Write { row: &group.row, before: self.standing(group.step), lease, quiet: self.quiet, previous };
            let Some(recorded) = sql(self.dialect).record(history.table(), &write) else { return Ok(None) };
            draft.begin(self.settings.begin(self.dialect));
            checkpoint(Checkpoint::Begun).iter().for_each(|begun| draft.part(begun, None));
            if index == 0
                && let Some(stands) = sql(self.dialect).stands(history.table(), &write)
            {
                draft.part(&stands.map_err(unwritable)?, None);
            }
            let mut only_added = false;
            for (statement, settings) in group.settings.iter().enumerate() {
                let text = group.script.statement(statement);
                if let Some(between) = &between {
                    // Such statements take less than a checkpoint between them.
                    let only_adds = row_list(self.dialect, text).is_some();
                    if statement > 0 && !(only_added && only_adds) {
                        draft.part(between, None);
                    }
                    only_added = only_adds;
                }
                settings.iter().for_each(|setting| draft.part(setting, None));
                draft.part(text, Some(statement));
            }
            if are_reset_in_transaction(self.dialect) && (!group.only_defines || index + 1 == groups.len()) {
                draft.end(&self.settings.taken_back(self.dialect));
            }
            match recorded.map_err(unwritable)? {
                Recorded::Prepared(record) => {
                    if let Some(setting) = self.settings.plan_once(self.dialect) {
                        draft.end(setting);
                    }
                    prepared.execute(&record, &mut draft);
                }
                Recorded::Silently(texts) => texts.iter().for_each(|text| draft.end(text)),
            }
            draft.end("COMMIT");
        }
        prepared.forget(&mut draft);
        if let Some(farewell) = self.farewell(groups.len(), steps)? {
            draft.leave(&farewell);
        }
        if start.is_some() {
            draft.end("BEGIN");
        }
        Ok(Some(draft.message(self.dialect, groups, None)))
    }

    /// What is set before each statement of a script.
    pub(super) fn limits(&self, script: &Script, in_transaction: bool) -> Vec<Vec<String>> {
        let mut limits = Limits::new(self, Some(script), false, in_transaction);
        let mut opening = Some(limits.opening().into_iter().chain(limits.taken_back()).collect::<Vec<_>>());
        let settings = (0..script.total()).map(|index| {
            let mut settings = opening.take().unwrap_or_default();
            settings.extend(limits.before([script.statement(index)].into_iter(), None));
            settings
        });
        settings.collect()
    }
}

pub(super) fn unwritable(error: NulError) -> Error {
    Error::new(ErrorKind::History, "the history could not be written").caused_by(error)
}

/// For those who wait, and for the log.
impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.groups.as_slice() {
            [] => Ok(()),
            [only] => write!(f, "`{}`", only.step.called),
            [first, .., last] => {
                let count = self.groups.len();
                write!(f, "`{}` to `{}`, {count} migrations in one message", first.step.called, last.step.called)
            }
        }
    }
}
