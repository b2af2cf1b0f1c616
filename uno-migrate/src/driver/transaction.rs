//! Transactions that sqlx knows of: whoever begins one on the sqlx connection inside of it gets a savepoint.

use futures_util::future::BoxFuture;
use sqlx::{Error, SqlStr};
use uno_migrate_core::Dialect;

use super::{Connection, Driver, Transaction};

pub(super) fn begin<'a, DB: Driver>(
    connection: &'a mut DB::Connection,
    sql: SqlStr,
) -> BoxFuture<'a, Result<Box<dyn Transaction<'a> + 'a>, Error>> {
    Box::pin(async move {
        let transaction = sqlx::Connection::begin_with(connection, sql).await?;
        Ok(Box::new(transaction) as Box<dyn Transaction<'a> + 'a>)
    })
}

impl<'a, DB: Driver> Transaction<'a> for sqlx::Transaction<'a, DB> {
    fn connection(&mut self) -> &mut dyn Connection {
        DB::borrow(self)
    }

    fn commit(mut self: Box<Self>) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            // `COMMIT` rolls an aborted transaction back and calls that a success: any other statement tells.
            if self.connection().dialect() == Dialect::Postgres {
                self.connection().execute(SqlStr::from_static("SELECT")).await?;
            }
            sqlx::Transaction::commit(*self).await
        })
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(sqlx::Transaction::rollback(*self))
    }
}
