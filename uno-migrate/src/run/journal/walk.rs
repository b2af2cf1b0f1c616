//! Statements outside a transaction of ours: each in a transaction with the history's word that it is done, where it
//! can be, and else before it.

use std::time::Instant;

use tracing::debug;
use uno_migrate_core::{Dialect, Effect, Fate, StatementClass, class, fails_as_a_whole};

use super::Journal;
use super::bunches::JournalledBunches;
use super::course::{Course, Unit};
use crate::applied::AppliedMigration;
use crate::context::StatementError;
use crate::driver::{Connection, send};
use crate::error::{Error, ErrorKind, Place};
use crate::plan::Step;
use crate::run::bunch::Bunch;
use crate::run::failure;
use crate::run::history::Note;
use crate::run::patience::Patience;
use crate::run::patience::pace::{Pace, Stopped};
use crate::run::scope::Scope;
use crate::run::session::transaction::{Bracket, Ended};

/// Whether that is PostgreSQL's word for a statement that cannot run in a transaction.
fn is_refused(code: Option<&str>) -> bool {
    const ACTIVE_TRANSACTION: &str = "25001";
    code == Some(ACTIVE_TRANSACTION)
}

/// A step on its way.
#[derive(Clone, Copy)]
pub(in crate::run) struct Walk<'s> {
    pub(in crate::run) scope: &'s Scope<'s>,
    pub(in crate::run) step: &'s Step,
    pub(in crate::run) course: &'s Course<'s>,
    /// No Rust code runs around it.
    pub(in crate::run) is_only_sql: bool,
}

impl<'s> Walk<'s> {
    /// All that is not done yet; returns where a transaction was begun that is still open, if the journal has seen one.
    pub(in crate::run) async fn run(
        self,
        connection: &mut dyn Connection,
        pace: &mut Pace,
        journal: &mut Journal<'_, '_>,
    ) -> Result<Option<Place>, Error> {
        let mut open = None;
        let mut bunches = JournalledBunches::new(self.scope, self.course);
        let mut next = journal.row.done();
        'units: while let Some(unit) = self.course.from(next).first() {
            // Within a transaction of the file's own there is no stopping.
            self.scope.go_on(connection).await?;
            let is_shared = unit.fate == Fate::Shared && !*journal.is_open;
            let is_one = is_shared && unit.statements.len() == 1;
            let unit = &match is_one && pace.takes_bunches() {
                true => bunches.next(connection, unit).await,
                false => {
                    bunches.forget();
                    unit.clone()
                }
            };
            pace.before(connection, self.texts(unit)).await?;
            let began = Instant::now();
            let mut patience = Patience::new(self.can_be_repeated(journal, unit));
            let is_settled = loop {
                let done = match (is_one, is_shared) {
                    (true, _) => self.together(connection, pace, journal, unit).await,
                    (false, true) => self.transaction(connection, pace, journal, unit).await,
                    (false, false) => self.apart(connection, pace, journal, unit).await,
                };
                match done {
                    Ok(is_settled) => break is_settled,
                    Err(error) if error.contention().is_some() && self.course.leaves_rows(connection, unit).await => {
                        return Err(error);
                    }
                    // Of them, one or the other may still run outside of a transaction.
                    Err(error) if unit.statements.len() > 1 && is_one && is_refused(error.code().as_deref()) => {
                        bunches.refuse();
                        continue 'units;
                    }
                    Err(error) => patience.again(self.scope, connection, error).await?,
                }
            };
            if self.course.adds_rows(next).is_some() {
                bunches.sent(unit.statements.len(), began.elapsed());
            }
            next = unit.statements.end;
            open = match is_settled {
                true => None,
                false => open.or_else(|| Some(self.course.script.place(unit.statements.start))),
            };
        }
        Ok(open)
    }

    fn texts(self, unit: &Unit) -> impl DoubleEndedIterator<Item = &'s str> + use<'s> {
        unit.statements.clone().map(move |index| self.course.script.statement(index))
    }

    /// Whether nothing is left of a unit when one of its statements has failed. What a transaction has done that is open
    /// still is lost with it, and one that is the caller's is not ours to try again.
    fn can_be_repeated(self, journal: &Journal<'_, '_>, unit: &Unit) -> bool {
        let dialect = self.scope.dialect;
        let commits = |statement| match class(dialect, statement) {
            StatementClass::TransactionControl => true,
            StatementClass::Ddl | StatementClass::Other => dialect == Dialect::MySql,
            _ => false,
        };
        let mut inner = self.texts(unit);
        let is_one = (inner.next(), inner.next_back()).1.is_none();
        self.is_only_sql
            && !journal.inside
            && !*journal.is_open
            && (is_one || !inner.any(commits))
            && self.texts(unit).all(|statement| fails_as_a_whole(dialect, statement))
    }

    /// One statement, or some that share a message, in one transaction with the history's word.
    async fn together(
        self,
        connection: &mut dyn Connection,
        pace: &Pace,
        journal: &mut Journal<'_, '_>,
        unit: &Unit,
    ) -> Result<bool, Error> {
        let (scope, course, index) = (self.scope, self.course, unit.statements.start);
        let mut bracket = Bracket::open(&mut *connection, false, &scope.settings).await?;
        let inside = bracket.connection();
        let bunch = Bunch { script: course.script, statements: unit.statements.clone() };
        let mut is_apart = false;
        let done = match pace.send_bunch(scope, inside, &bunch, |index| self.tell(index)).await {
            Ok(()) => self.noted(inside, journal.row, unit).await,
            Err((index, stopped)) => {
                is_apart = unit.statements.len() == 1 && is_refused(stopped.error.code().as_deref());
                Err(self.stopped(index, stopped))
            }
        };
        let (row, done) = match done {
            Ok(row) => (Some(row), Ok(())),
            Err(error) => (None, Err(error)),
        };
        match bracket.close(done).await {
            Ended::Committed => {
                if let Some(row) = row {
                    *journal.row = row;
                }
                Ok(true)
            }
            Ended::Undone(_) if is_apart => {
                debug!("statement {} cannot run in a transaction, and runs outside of one", index + 1);
                let begun = course.begun(connection, unit, Fate::Apart).await?;
                let row = course.row(journal.row, unit.statements.start, Some(begun));
                scope.note(connection, journal.ledger.as_deref_mut(), Note::Advance(&row)).await?;
                *journal.row = row;
                self.apart(connection, pace, journal, unit).await
            }
            Ended::Undone(error) | Ended::Unknown(error) => Err(self.uncommitted(unit, error)),
        }
    }

    /// A transaction of the file's own, which takes the history's word along.
    async fn transaction(
        self,
        connection: &mut dyn Connection,
        pace: &Pace,
        journal: &mut Journal<'_, '_>,
        unit: &Unit,
    ) -> Result<bool, Error> {
        let last = unit.statements.end - 1;
        for index in unit.statements.start..last {
            self.tell(index);
            self.send_in_transaction(connection, pace, index).await?;
        }
        let row = match self.noted(connection, journal.row, unit).await {
            Ok(row) => row,
            Err(error) => {
                let _ = send(connection, "ROLLBACK").await;
                return Err(error);
            }
        };
        self.tell(last);
        self.send_in_transaction(connection, pace, last).await?;
        *journal.row = row;
        Ok(true)
    }

    /// Says in the transaction that a unit is done; the row as it is once that is committed.
    async fn noted(
        self,
        connection: &mut dyn Connection,
        row: &AppliedMigration,
        unit: &Unit,
    ) -> Result<AppliedMigration, Error> {
        let row = self.course.noted(connection, row, unit.statements.end).await?;
        self.scope.history.note(connection, Note::Advance(&row)).await?;
        Ok(row)
    }

    /// Whatever is in it, and then the history's word, if no transaction is open.
    async fn apart(
        self,
        connection: &mut dyn Connection,
        pace: &Pace,
        journal: &mut Journal<'_, '_>,
        unit: &Unit,
    ) -> Result<bool, Error> {
        match self.course.effect(unit) {
            Some(effect @ Effect::Index { exists: true, concurrent: true, .. }) => {
                self.tell(unit.statements.start);
                self.index(connection, pace, unit.statements.start, &effect).await?;
            }
            _ => {
                for index in unit.statements.clone() {
                    self.tell(index);
                    match unit.statements.len() {
                        1 => self.send(connection, pace, index).await?,
                        _ => self.send_in_transaction(connection, pace, index).await?,
                    }
                }
            }
        }
        journal.advance(self.scope, connection, self.course, unit).await.map_err(Error::late)
    }

    pub(super) async fn send(self, connection: &mut dyn Connection, pace: &Pace, index: usize) -> Result<(), Error> {
        let statement = self.course.script.statement(index);
        pace.send(self.scope, connection, statement).await.map_err(|stopped| self.stopped(index, stopped))
    }

    /// The transaction may be open still. If not, or if the connection is lost, there is nothing to undo.
    async fn send_in_transaction(
        self,
        connection: &mut dyn Connection,
        pace: &Pace,
        index: usize,
    ) -> Result<(), Error> {
        let done = self.send(connection, pace, index).await;
        if done.is_err() {
            let _ = send(connection, "ROLLBACK").await;
        }
        done
    }

    fn tell(self, index: usize) {
        self.scope.tell(self.step, self.course.script, index);
    }

    pub(super) fn failed(self, index: usize, error: sqlx::Error) -> Error {
        let error = StatementError::new(self.scope.dialect, self.course.script.statement(index), error);
        self.stopped(index, Stopped { error, blockers: Vec::new() })
    }

    fn stopped(self, index: usize, Stopped { error, blockers }: Stopped) -> Error {
        let script = self.course.script;
        failure::statement(self.step, &script.path, script.location(index), error).blocked_by(blockers)
    }

    /// What is checked at the end of a transaction fails there.
    fn uncommitted(self, unit: &Unit, error: Error) -> Error {
        if error.path().is_some() || error.kind() != ErrorKind::Migration {
            return error;
        }
        let script = self.course.script;
        let excerpt = script.excerpt(self.scope.dialect, &unit.statements);
        error.within(failure::message(self.step)).at(script.place(unit.statements.start)).statement(excerpt)
    }
}
