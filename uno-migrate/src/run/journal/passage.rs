//! Statements that add rows to the same table and are done together, in one transaction with the history's word on all of them:
//! to write that for each takes several times as long as what they do.

use uno_migrate_core::{Dialect, QualifiedName};

use super::course::Course;
use super::look;
use crate::driver::Connection;
use crate::run::bunch::{Bunch, Bunches, MOST_BYTES};
use crate::run::scope::Scope;

/// How many of the statements to come are done together.
pub(super) struct Passages<'s> {
    scope: &'s Scope<'s>,
    course: &'s Course<'s>,
    pub(super) bunches: Bunches,
    /// Where rows were added last, and whether several statements can do so together.
    asked: Option<(QualifiedName, bool)>,
}

impl<'s> Passages<'s> {
    pub(super) fn new(scope: &'s Scope<'s>, course: &'s Course<'s>) -> Self {
        Self { scope, course, bunches: Bunches::new(scope.rows.is_empty()), asked: None }
    }

    /// One statement that shares a transaction with the history's word, and those behind it that do so with it.
    pub(super) async fn next(&mut self, connection: &mut dyn Connection, first: usize) -> Bunch<'s> {
        let (course, script) = (self.course, self.course.script);
        let table = course.adds_rows(first).filter(|table| course.adds_rows(first + 1).as_ref() == Some(table));
        let Some(table) = table else { return self.bunches.one(script, first) };
        let can_share = match &self.asked {
            Some((asked, can_share)) if *asked == table => *can_share,
            _ => self.can_share(connection, &table).await,
        };
        let bunch =
            self.bunches.next(script, first, |index| can_share && course.adds_rows(index).as_ref() == Some(&table));
        self.asked = Some((table, can_share));
        bunch
    }

    /// Whether a transaction takes back what is added there, and the server takes a message of several.
    async fn can_share(&self, connection: &mut dyn Connection, table: &QualifiedName) -> bool {
        let takes_messages = match self.scope.dialect {
            Dialect::MySql => {
                let server = self.scope.settings.server(connection).await;
                server.is_some_and(|server| server.most_bytes > 2 * MOST_BYTES)
            }
            Dialect::Postgres | Dialect::Sqlite => true,
        };
        takes_messages && !look::keeps_rows(connection, table).await
    }
}
