//! Transactions around migrations, and the limits for what runs in them.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use tracing::warn;
use uno_migrate_core::Timeout;

use crate::dialect::sql;
use crate::driver::{Connection, Transaction};
use crate::error::{Error, ErrorKind};

/// The level of the engine's savepoint; those of contexts lie above it.
const LEVEL: usize = 0;

/// What is committed or undone as a whole: a transaction, or a savepoint inside the caller's.
pub(super) enum Bracket<'c> {
    Transaction(Box<dyn Transaction<'c> + 'c>),
    Savepoint(&'c mut dyn Connection),
}

impl<'c> Bracket<'c> {
    pub(super) async fn open(connection: &'c mut dyn Connection) -> Result<Self, Error> {
        let text = sql(connection.dialect());
        let failed =
            |error| Error::new(ErrorKind::Connection, "a transaction could not be begun").caused_by_database(error);
        if connection.in_transaction() {
            send(connection, text.savepoint(LEVEL)).await.map_err(failed)?;
            return Ok(Self::Savepoint(connection));
        }
        connection.begin(SqlStr::from_static(text.begin())).await.map(Self::Transaction).map_err(failed)
    }

    pub(super) fn connection(&mut self) -> &mut dyn Connection {
        match self {
            Self::Transaction(transaction) => transaction.connection(),
            Self::Savepoint(connection) => &mut **connection,
        }
    }

    /// Keeps what was done if that went well, and undoes it if not; the first error is the one that counts.
    pub(super) async fn close(mut self, done: Result<(), Error>) -> Result<(), Error> {
        let Err(error) = done else { return self.commit().await };
        let text = sql(self.connection().dialect());
        let undone = match self {
            Self::Transaction(transaction) => transaction.rollback().await,
            Self::Savepoint(connection) => send(connection, text.undo(LEVEL)).await,
        };
        if let Err(lost) = undone {
            warn!("the transaction could not be rolled back, and ends with its connection: {lost}");
        }
        Err(error)
    }

    async fn commit(mut self) -> Result<(), Error> {
        let text = sql(self.connection().dialect());
        let committed = match self {
            Self::Transaction(transaction) => transaction.commit().await,
            Self::Savepoint(connection) => send(connection, text.release(LEVEL)).await,
        };
        committed.map_err(|error| {
            Error::new(ErrorKind::Migration, "the transaction could not be committed").caused_by_database(error)
        })
    }
}

/// Sets limits for what follows.
pub(super) async fn limit(
    connection: &mut dyn Connection,
    lock: Option<Timeout>,
    statement: Option<Timeout>,
    in_transaction: bool,
) -> Result<(), Error> {
    for text in sql(connection.dialect()).limits(lock, statement, in_transaction) {
        send(connection, text).await.map_err(|error| {
            Error::new(ErrorKind::Connection, "the timeouts could not be set").caused_by_database(error)
        })?;
    }
    Ok(())
}

pub(super) async fn send(connection: &mut dyn Connection, text: String) -> Result<(), sqlx::Error> {
    connection.execute(AssertSqlSafe(text).into_sql_str()).await.map(drop)
}
