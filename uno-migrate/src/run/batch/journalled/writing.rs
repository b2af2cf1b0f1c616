//! A message on its way to the paper.

use std::ops::Range;
use std::time::Duration;

use uno_migrate_core::Fate;

use super::made::Made;
use super::{said, unsaid};
use crate::applied::AppliedMigration;
use crate::dialect::{Beginning, Journal, NulError, Word, sql};
use crate::run::batch::draft::Draft;
use crate::run::batch::group::Group;
use crate::run::journal::bunches::WORTH_IT;
use crate::run::journal::course::{Course, Unit};
use crate::run::record;
use crate::run::scope::Scope;
use crate::run::session::server::Server;

/// A message on its way to the paper.
pub(super) struct Writing<'w> {
    pub(super) scope: &'w Scope<'w>,
    pub(super) journal: &'w Journal<'w>,
    server: &'w Server,
    /// So many bytes at most.
    most: usize,
    pub(super) draft: Draft,
    chapters: Vec<Range<usize>>,
    /// Those of the migrations that are written.
    pub(super) statements: usize,
    /// What was set last.
    set: Vec<String>,
}

impl<'w> Writing<'w> {
    pub(super) fn new(scope: &'w Scope<'w>, journal: &'w Journal<'w>, server: &'w Server, most: usize) -> Self {
        let mut draft = Draft::default();
        Journal::opening().iter().for_each(|text| draft.end(text));
        Self { scope, journal, server, most, draft, chapters: Vec::new(), statements: 0, set: Vec::new() }
    }

    /// What is written, and which migrations of it are chapters.
    pub(super) fn ended(self) -> (Draft, Vec<Range<usize>>) {
        (self.draft, self.chapters)
    }

    /// As many of these migrations as there is room for; how many.
    pub(super) fn write(&mut self, groups: &[Group<'_>]) -> Result<usize, NulError> {
        let mut written = 0;
        while written < groups.len() {
            let Some(count) = self.next(&groups[written..], written)? else { break };
            if count > 1 {
                self.chapters.push(written..written + count);
            }
            written += count;
        }
        Ok(written)
    }

    /// The chapter that the first of these begins, or that one alone; how many, and none where there is no room.
    fn next(&mut self, groups: &[Group<'_>], written: usize) -> Result<Option<usize>, NulError> {
        let (length, statements, set) = (self.draft.length(), self.statements, self.set.clone());
        let chapter = self.chapter(groups);
        let mut count = chapter.len().max(1);
        loop {
            match count {
                1 => self.group(&groups[0], written == 0)?,
                _ => self.together(&chapter[..count], written == 0)?,
            }
            if self.draft.length() <= self.most {
                return Ok(Some(count));
            }
            self.draft.cut(written, length);
            (self.statements, self.set) = (statements, set.clone());
            if count == 1 {
                return Ok(None);
            }
            count /= 2;
        }
    }

    fn group(&mut self, group: &Group<'_>, is_first: bool) -> Result<(), NulError> {
        let (scope, journal) = (self.scope, self.journal);
        let (course, begun) = (scope.course(group), scope.begun(group.step));
        let total = group.script.total();
        let (mut since, mut told, mut made) = (0, 0, Made::default());
        self.draft.next();
        for (index, settings) in group.settings.iter().enumerate() {
            self.set(settings);
            if index == 0 {
                let entry = self.entry(&course, &begun, 0);
                told = entry.told;
                let beginning = Beginning {
                    word: entry.word(),
                    before: scope.standing(group.step),
                    is_first,
                    locks_hold: self.server.locks_hold,
                };
                self.all(&journal.begun(&beginning, said(self.statements))?);
            }
            let is_shared = course.from(index).first().is_some_and(|unit| unit.fate == Fate::Shared);
            let (opens, closes) = (is_shared && index == since, is_shared && index + 1 == told);
            if opens {
                self.open(&course, &mut made, since..told)?;
            }
            let statement = group.script.statement(index);
            self.draft.part(statement, Some(index));
            made.note(scope.dialect, statement);
            let (done, next) = (unsaid(self.statements), said(self.statements + 1));
            let texts = if index + 1 < told {
                vec![Journal::at(done)]
            } else if index + 1 < total {
                let entry = self.entry(&course, &begun, index + 1);
                (since, told) = (index + 1, entry.told);
                journal.advanced(&entry.word(), done, next)?
            } else {
                let row = record::ended(&course.row(&begun, total, None), group.step.direction, Duration::ZERO);
                journal.ended(&row, done, next)?
            };
            self.all(&texts);
            if closes {
                self.draft.end("COMMIT");
            }
            self.statements += 1;
        }
        Ok(())
    }

    /// Begins the transaction of statements that share one with the word on them.
    fn open(&mut self, course: &Course<'_>, made: &mut Made, statements: Range<usize>) -> Result<(), NulError> {
        // What might not be taken back is done one by one, and so not here.
        if statements.len() > 1
            && let Some(table) = course.adds_rows(statements.start)
            && made.looks_at(&table)
        {
            self.draft.end(&Journal::is_taken_back(&table, made.is_plain(&table), said(self.statements))?);
        }
        self.draft.end(sql(self.scope.dialect).begin());
        Ok(())
    }

    /// What stands as it was set, since nothing in a message changes its session, is not set again.
    pub(super) fn set(&mut self, settings: &[String]) {
        if !settings.is_empty() && settings != self.set {
            self.all(settings);
            self.set = settings.to_vec();
        }
    }

    pub(super) fn all(&mut self, texts: &[String]) {
        texts.iter().for_each(|text| self.draft.end(text));
    }

    /// What the history is told when so many statements are done.
    fn entry(&self, course: &Course<'_>, begun: &AppliedMigration, done: usize) -> Entry {
        let Some(first) = course.from(done).first() else {
            return Entry { row: course.row(begun, done, None), look: None, told: done };
        };
        let (look, told) = match first.fate {
            Fate::Shared => (None, done + sharing(course, done)),
            Fate::Apart => self.look(course, first),
        };
        let row = course.row(begun, done, Some(course.begun_unseen(first.statements.start..told, first.fate)));
        Entry { row, look, told }
    }

    /// What the catalogue is asked before a unit is begun, and how many statements are done or begun then of which it tells.
    pub(super) fn look(&self, course: &Course<'_>, first: &Unit) -> (Option<String>, usize) {
        let sought = course.sought(first, first.fate).zip(self.server.schema.as_deref());
        let look = sought.and_then(|(effect, schema)| sql(self.scope.dialect).settle(&effect, schema));
        let last = match look {
            Some(_) => course.told_together(first).last().unwrap_or(first),
            None => first,
        };
        (look, last.statements.end)
    }
}

/// How many statements from one on have one word and one transaction: of those that only add rows to the same table, several.
fn sharing(course: &Course<'_>, first: usize) -> usize {
    // So many are heard of at once, and wait for each other where one has to wait.
    const MOST: usize = 100;
    match course.adding_rows(first, MOST) {
        count if count >= WORTH_IT => count,
        _ => 1,
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
