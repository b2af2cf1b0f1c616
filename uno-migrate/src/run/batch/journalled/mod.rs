//! Migrations that are not a transaction each, in one message: the journal's word on every statement goes along. The row says
//! at each moment what it says of a migration that comes alone, but that it is never seen with all statements done and the
//! migration not, and that it leaves to the catalogue what that tells of several statements.
//!
//! * this file: which can, and how they are written
//! * [`exchange`]: what the server says while it works on them
//! * [`outcome`]: what has become of them where it did not come to its end

use std::time::Duration;

use uno_migrate_core::{Fate, StatementClass, class};

use super::draft::Draft;
use super::group::Group;
use super::message::{MOST_BYTES, Message, unwritable};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::dialect::{Beginning, Journal, NulError, Word, sql};
use crate::error::Error;
use crate::plan::Step;
use crate::run::journal::course::Course;
use crate::run::record;
use crate::run::scope::Scope;
use crate::run::session::Session;
use crate::run::session::server::Server;
use crate::run::work::Work;

pub(super) mod exchange;
pub(super) mod outcome;

/// What the protocol adds to a message.
const HEADER: usize = 64;

/// Whether a migration's journal can go along in a message. What others keep in the row has to stay as it is, which the
/// server need not leave it where it writes into it; and what is begun, or holds transactions of its own, goes its own way.
pub(super) fn is_fit(scope: &Scope<'_>, step: &Step, work: &Work<'_>) -> bool {
    let is_new = scope.row(step).is_none_or(|row| {
        !matches!(row.status, HistoryStatus::Running | HistoryStatus::Failed) && row.metadata.is_none()
    });
    let is_plain = |statement| class(scope.dialect, statement) != StatementClass::TransactionControl;
    Journal::is_kept(scope.dialect)
        && is_new
        && !work.changes_session(scope.dialect)
        && work.script().is_some_and(|script| {
            script.total() > 0 && (0..script.total()).all(|index| is_plain(script.statement(index)))
        })
}

impl Scope<'_> {
    /// As many of these migrations as one message takes; none where that are fewer than two, or where messages are not to be
    /// shared.
    pub(super) async fn journalled_message<'p>(
        &self,
        session: &mut Session<'_>,
        journal: &Journal<'_>,
        mut groups: Vec<Group<'p>>,
        steps: &[Step],
    ) -> Result<Option<Message<'p>>, Error> {
        let Some(server) = self.settings.server(session.connection()).await else { return Ok(None) };
        // What the server cannot end by itself is ended from another connection, which has to know what it ends.
        let is_limited = self.options.statement_timeout.is_some() && !server.ends_statements;
        if server.is_cluster || is_limited {
            return Ok(None);
        }
        let farewell = self.farewell(groups.len(), steps)?;
        let behind = Journal::far().len() + farewell.as_ref().map_or(0, String::len);
        let most = MOST_BYTES.min(server.most_bytes).saturating_sub(HEADER + behind);
        let mut writing =
            Writing { scope: self, journal, server, draft: Draft::default(), statements: 0, set: Vec::new() };
        Journal::opening().iter().for_each(|text| writing.draft.end(text));
        let mut fitting: usize = 0;
        for group in &groups {
            let length = writing.draft.length();
            let previous = fitting.checked_sub(1).map(|before| &groups[before].row);
            writing.group(group, previous).map_err(unwritable)?;
            if writing.draft.length() > most {
                writing.draft.cut(fitting, length);
                break;
            }
            fitting += 1;
        }
        let mut draft = writing.draft;
        groups.truncate(fitting);
        if let Some(farewell) = farewell.filter(|_| fitting == steps.len()) {
            draft.leave(&farewell);
        }
        // Last of all, since only that tells that nothing was left out.
        draft.end(Journal::far());
        Ok((fitting > 1).then(|| draft.message(self.dialect, groups, true)))
    }

    pub(super) fn course<'s>(&self, group: &'s Group<'_>) -> Course<'s> {
        let session = self.lease.as_ref().and_then(|lease| lease.session().map(str::to_owned));
        Course::new(&group.script, self.dialect, true, session)
    }
}

/// A message on its way to the paper.
struct Writing<'w> {
    scope: &'w Scope<'w>,
    journal: &'w Journal<'w>,
    server: &'w Server,
    draft: Draft,
    /// Those of the migrations that are written.
    statements: usize,
    /// What was set last.
    set: Vec<String>,
}

impl Writing<'_> {
    fn group(&mut self, group: &Group<'_>, previous: Option<&AppliedMigration>) -> Result<(), NulError> {
        let (scope, journal) = (self.scope, self.journal);
        let (course, begun) = (scope.course(group), scope.begun(group.step));
        let total = group.script.total();
        let mut told = 0;
        self.draft.next();
        for (index, settings) in group.settings.iter().enumerate() {
            self.set(settings);
            if index == 0 {
                let entry = self.entry(&course, &begun, 0);
                told = entry.told;
                let beginning = Beginning {
                    word: entry.word(),
                    before: scope.standing(group.step),
                    previous,
                    locks_hold: self.server.locks_hold,
                };
                self.all(&journal.begun(&beginning, said(self.statements))?);
            }
            let is_shared = course.from(index).first().is_some_and(|unit| unit.fate == Fate::Shared);
            if is_shared {
                self.draft.end(sql(scope.dialect).begin());
            }
            self.draft.part(group.script.statement(index), Some(index));
            let (done, next) = (unsaid(self.statements), said(self.statements + 1));
            let texts = if index + 1 < told {
                vec![Journal::at(done)]
            } else if index + 1 < total {
                let entry = self.entry(&course, &begun, index + 1);
                told = entry.told;
                journal.advanced(&entry.word(), done, next)?
            } else {
                let row = record::ended(&course.row(&begun, total, None), group.step.direction, Duration::ZERO);
                journal.ended(&row, done, next)?
            };
            self.all(&texts);
            if is_shared {
                self.draft.end("COMMIT");
            }
            self.statements += 1;
        }
        Ok(())
    }

    /// What stands as it was set, since nothing in a message changes its session, is not set again.
    fn set(&mut self, settings: &[String]) {
        if !settings.is_empty() && settings != self.set {
            self.all(settings);
            self.set = settings.to_vec();
        }
    }

    fn all(&mut self, texts: &[String]) {
        texts.iter().for_each(|text| self.draft.end(text));
    }

    /// What the history is told when so many statements are done.
    fn entry(&self, course: &Course<'_>, begun: &AppliedMigration, done: usize) -> Entry {
        let Some(first) = course.from(done).first() else {
            return Entry { row: course.row(begun, done, None), look: None, told: done };
        };
        let sought = course.sought(first, first.fate).zip(self.server.schema.as_deref());
        let look = sought.and_then(|(effect, schema)| sql(self.scope.dialect).settle(&effect, schema));
        let last = match look {
            Some(_) => course.told_together(first).last().unwrap_or(first),
            None => first,
        };
        let told = last.statements.end;
        let row = course.row(begun, done, Some(course.begun_unseen(first.statements.start..told, first.fate)));
        Entry { row, look, told }
    }
}

/// What the history is told before a statement.
struct Entry {
    /// The row that says that it is begun.
    row: AppliedMigration,
    /// What the catalogue is asked before that.
    look: Option<String>,
    /// So many statements are done or begun then: what the catalogue will tell of needs no word of its own.
    told: usize,
}

impl Entry {
    fn word(&self) -> Word<'_> {
        Word { row: &self.row, look: self.look.as_deref() }
    }
}

/// The place in a message at which so many of its statements are done, and said to be.
fn said(statements: usize) -> usize {
    2 * statements
}

/// The place at which the next one is done as well, and not yet said to be.
fn unsaid(statements: usize) -> usize {
    2 * statements + 1
}

/// How many are done at a place.
fn done_at(place: usize) -> usize {
    place.div_ceil(2)
}

/// Whether the last of them is said to be.
fn is_said(place: usize) -> bool {
    place.is_multiple_of(2)
}
