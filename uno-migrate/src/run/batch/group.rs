//! A migration that can share a message with others, or have one for itself.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use uno_migrate_core::{Dialect, Effect, changes_session, effect, new_table, only_defines, row_list};

use super::{Stride, journalled};
use crate::applied::{AppliedMigration, HistoryStatus};
use crate::error::Error;
use crate::plan::{Act, Step};
use crate::run::bunch;
use crate::run::record;
use crate::run::scope::Scope;
use crate::run::script::Script;
use crate::run::session::settings::are_reset_in_transaction;
use crate::run::work::Work;

/// One migration of a message.
pub(super) struct Group<'p> {
    pub(super) step: &'p Step,
    pub(super) script: Script,
    /// The row that it leaves.
    pub(super) row: AppliedMigration,
    /// No code runs in it that might change the session, where that is taken back inside of its transaction.
    pub(super) only_defines: bool,
    /// What is set before each statement: limits.
    pub(super) settings: Vec<Vec<String>>,
    /// What whoever listens has heard: nothing, that it begins, or of one statement less.
    heard: AtomicUsize,
}

impl<'p> Group<'p> {
    /// A step as one, if it can be: SQL that calls nobody and leaves its session as it is, in a transaction, or with a
    /// journal that can share the message. What may be sent again by itself has to bear that.
    pub(super) fn of(scope: &Scope<'_>, step: &'p Step) -> Result<Option<Self>, Error> {
        let is_run = matches!(step.act, Act::Run(_) | Act::Stored { .. });
        if !is_run || step.resumes() || scope.options.on_connect.is_some() || scope.is_done(step) {
            return Ok(None);
        }
        let work = Work::of(step, scope.dialect)?;
        let is_atomic = scope.is_atomic(&work);
        let is_fit = is_atomic || journalled::is_fit(scope, step, &work);
        if !is_fit || !work.is_only_sql(scope) || work.foreign_keys_off(scope.dialect) {
            return Ok(None);
        }
        let Some(script) = work.into_script() else { return Ok(None) };
        if changes_session(scope.dialect, &script.text, &script.section) {
            return Ok(None);
        }
        let settings = scope.limits(&script, is_atomic);
        let row = record::ended(&scope.begun(step), step.direction, Duration::ZERO);
        let only_defines =
            are_reset_in_transaction(scope.dialect) && only_defines(scope.dialect, &script.text, &script.section);
        Ok(Some(Self { step, script, row, only_defines, settings, heard: AtomicUsize::new(0) }))
    }

    /// Whether it can have a message for itself: there it is heard how far it is, it is brief, or those before it were.
    pub(super) fn goes_alone(&self, dialect: Dialect, stride: Stride) -> bool {
        match dialect {
            Dialect::Postgres | Dialect::Sqlite => stride.is_full() || self.is_brief(dialect),
            Dialect::MySql => true,
        }
    }

    /// Whether nothing is missed by hearing of its statements only when all of them are done: there is one, or none of them has
    /// anything to work on but what it makes, and the rows that it lists.
    fn is_brief(&self, dialect: Dialect) -> bool {
        let total = self.script.total();
        let (mut made, mut adding, mut bytes) = (Vec::new(), 0, 0);
        for statement in (0..total).map(|index| self.script.statement(index)) {
            match (new_table(dialect, statement), effect(dialect, statement)) {
                (Some(table), _) => made.push(table),
                (None, Some(Effect::Index { table: Some(of), exists: true, .. }))
                    if made.contains(&of) && adding == 0 => {}
                (None, None) if row_list(dialect, statement).is_some() => {
                    (adding, bytes) = (adding + 1, bytes + statement.len());
                    if adding > bunch::LONGEST || bytes > bunch::MOST_BYTES {
                        return false;
                    }
                }
                (None, _) => return total == 1,
            }
        }
        true
    }

    /// Whether whoever listens has heard that it begins.
    pub(super) fn is_heard_of(&self) -> bool {
        self.heard.load(Ordering::Relaxed) > 0
    }

    /// Whoever listens hears of so many of its statements; of how many they had, if they knew at all that it begins.
    pub(super) fn hear(&self, statements: usize) -> Option<usize> {
        self.heard.fetch_max(statements + 1, Ordering::Relaxed).checked_sub(1)
    }

    /// Whether that is the row that says that it is under way, written in this run.
    pub(super) fn is_begun_by(&self, row: &AppliedMigration) -> bool {
        let is_it = (&row.namespace, &row.id) == (&self.row.namespace, &self.row.id);
        is_it && row.status == HistoryStatus::Running && row.epoch == self.row.epoch
    }

    /// Whether that is the row that it leaves, written in this run.
    pub(super) fn is_left_by(&self, row: &AppliedMigration) -> bool {
        let said = |row: &AppliedMigration| (row.status, row.epoch);
        (&row.namespace, &row.id) == (&self.row.namespace, &self.row.id) && said(row) == said(&self.row)
    }

    /// About so many bytes in a message.
    pub(super) fn bytes(&self) -> usize {
        const AROUND: usize = 2_000;
        let statements = (0..self.script.total()).map(|index| self.script.statement(index).len()).sum::<usize>();
        statements + self.row.down_sql.as_ref().map_or(0, String::len) + AROUND
    }
}
