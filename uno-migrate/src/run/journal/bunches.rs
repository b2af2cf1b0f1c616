//! Statements that only add rows to the same table share a message, and one transaction with the history's word on all of them:
//! to write that for each takes several times as long as what they do.

use std::time::Duration;

use uno_migrate_core::{Dialect, QualifiedName};

use super::course::{Course, Unit};
use super::look;
use crate::driver::Connection;
use crate::run::bunch::{Bunches, MOST_BYTES};
use crate::run::scope::Scope;

/// For so many it is worth a look at what table that is.
pub(in crate::run) const WORTH_IT: usize = 4;

/// How many of the statements to come share one.
pub(super) struct JournalledBunches<'s> {
    scope: &'s Scope<'s>,
    course: &'s Course<'s>,
    bunches: Bunches,
    /// Where rows were added last, and whether several statements can do so together. Nothing else was done since.
    asked: Option<(QualifiedName, bool)>,
}

impl<'s> JournalledBunches<'s> {
    pub(super) fn new(scope: &'s Scope<'s>, course: &'s Course<'s>) -> Self {
        Self { scope, course, bunches: Bunches::new(scope.dialect), asked: None }
    }

    /// A statement that shares a transaction with the history's word, with those behind it that can do so together with it.
    pub(super) async fn next(&mut self, connection: &mut dyn Connection, unit: &Unit) -> Unit {
        let (course, first) = (self.course, unit.statements.start);
        let Some(table) = course.adds_rows(first) else {
            self.asked = None;
            return unit.clone();
        };
        let can_share = match self.asked.take() {
            Some((asked, can_share)) if asked == table => can_share,
            _ if course.adding_rows(first, WORTH_IT) < WORTH_IT => return unit.clone(),
            _ => self.can_share(connection, &table).await,
        };
        let joins = |index| can_share && course.adds_rows(index).as_ref() == Some(&table);
        let statements = self.bunches.next(course.script, first, joins).statements;
        self.asked = Some((table, can_share));
        Unit { statements, fate: unit.fate }
    }

    /// Something else is done, after which a table may not be what it was.
    pub(super) fn forget(&mut self) {
        self.asked = None;
    }

    /// The last ones cannot share a transaction.
    pub(super) fn refuse(&mut self) {
        self.asked = self.asked.take().map(|(table, _)| (table, false));
    }

    /// So many took so long.
    pub(super) fn sent(&mut self, count: usize, took: Duration) {
        self.bunches.sent(count, took);
    }

    /// Whether a transaction takes back what is added there, and the server takes a message of several. A node of a cluster may
    /// undo a transaction between two statements of one, and run the rest outside of it.
    async fn can_share(&self, connection: &mut dyn Connection, table: &QualifiedName) -> bool {
        let takes_messages = match self.scope.dialect {
            Dialect::MySql => {
                let server = self.scope.settings.server(connection).await;
                server.is_some_and(|server| server.most_bytes > 2 * MOST_BYTES && !server.is_cluster)
            }
            Dialect::Postgres | Dialect::Sqlite => true,
        };
        takes_messages && !look::keeps_rows(connection, table).await
    }
}
