//! Transactions around migrations, and the limits for what runs in them.

use sqlx::SqlStr;
use tracing::warn;
use uno_migrate_core::{Dialect, Timeout};

use super::settings::Settings;
use crate::dialect::sql;
use crate::driver::{Connection, Transaction, rows, send};
use crate::error::{Error, ErrorKind};

/// The level of the engine's savepoint; those of contexts lie above it.
const LEVEL: usize = 0;

/// What is committed or undone as a whole: a transaction, or a savepoint inside the caller's.
pub(in crate::run) enum Bracket<'c> {
    Transaction(Box<dyn Transaction<'c> + 'c>),
    Savepoint(&'c mut dyn Connection),
}

/// How a bracket ended.
pub(in crate::run) enum Ended {
    Committed,
    Undone(Error),
    /// The connection was lost before the database could tell whether it has committed.
    Unknown(Error),
}

impl<'c> Bracket<'c> {
    /// A savepoint where the connection stands inside a transaction of the caller's.
    pub(in crate::run) async fn open(
        connection: &'c mut dyn Connection,
        inside: bool,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let text = sql(connection.dialect());
        let failed =
            |error| Error::new(ErrorKind::Connection, "a transaction could not be begun").caused_by_database(error);
        if inside {
            send(connection, text.savepoint(LEVEL)).await.map_err(failed)?;
            return Ok(Self::Savepoint(connection));
        }
        let begin = settings.begin(connection.dialect());
        connection.begin(SqlStr::from_static(begin)).await.map(Self::Transaction).map_err(failed)
    }

    pub(in crate::run) fn connection(&mut self) -> &mut dyn Connection {
        match self {
            Self::Transaction(transaction) => transaction.connection(),
            Self::Savepoint(connection) => &mut **connection,
        }
    }

    /// Keeps what was done if that went well, and undoes it if not; the first error is the one that counts.
    pub(in crate::run) async fn close(mut self, done: Result<(), Error>) -> Ended {
        let Err(error) = done else { return self.commit().await };
        let text = sql(self.connection().dialect());
        let undone = match self {
            Self::Transaction(mut transaction) => {
                begin_again(transaction.connection()).await;
                transaction.rollback().await
            }
            Self::Savepoint(connection) => send(connection, text.undo(LEVEL)).await,
        };
        if let Err(lost) = undone {
            warn!("the transaction could not be rolled back, and ends with its connection: {lost}");
        }
        Ended::Undone(error)
    }

    async fn commit(self) -> Ended {
        let failed = |error| {
            Error::new(ErrorKind::Migration, "the transaction could not be committed").caused_by_database(error)
        };
        match self {
            Self::Transaction(transaction) => match transaction.commit().await {
                Ok(()) => Ended::Committed,
                Err(error) if error.as_database_error().is_some() => Ended::Undone(failed(error)),
                Err(error) => Ended::Unknown(failed(error)),
            },
            Self::Savepoint(connection) => {
                let text = sql(connection.dialect());
                match send(&mut *connection, text.release(LEVEL)).await {
                    Err(error) if !was_committed(connection.dialect(), &error) => {
                        // What is lost with its connection is undone with the caller's transaction.
                        let _ = send(connection, text.undo(LEVEL)).await;
                        Ended::Undone(failed(error))
                    }
                    _ => Ended::Committed,
                }
            }
        }
    }
}

/// A transaction that SQLite has ended by itself, as `INSERT OR ROLLBACK` has it do, is one to sqlx until it is rolled back.
/// Inside of one that is open this is refused, and changes nothing.
async fn begin_again(connection: &mut dyn Connection) {
    if connection.dialect() == Dialect::Sqlite {
        let _ = send(connection, "BEGIN").await;
    }
}

/// Whether the savepoint is gone because MySQL has committed it together with a change of the schema.
fn was_committed(dialect: Dialect, error: &sqlx::Error) -> bool {
    const SYNTAX_OR_ACCESS: &str = "42000"; // the SQLSTATE of "SAVEPOINT … does not exist"
    dialect == Dialect::MySql && code(error).as_deref() == Some(SYNTAX_OR_ACCESS)
}

/// A transaction that was begun on the sqlx connection and never ended has kept the one around it from its end: the
/// `COMMIT` was that of a savepoint. It is rolled back.
pub(in crate::run) async fn left_open(connection: &mut dyn Connection) -> Option<Error> {
    if !connection.in_transaction() {
        return None;
    }
    // Undone as the database sees it; what sqlx counts cannot be set right from outside, and ends with the connection.
    roll_back(connection).await;
    Some(
        Error::new(ErrorKind::Migration, "a transaction begun on the sqlx connection was not ended")
            .help("commit it, or roll it back; to do all or nothing of something, use `Context::transaction`"),
    )
}

/// Whether the connection stands in a transaction, sqlx's or one that was begun by SQL.
pub(in crate::run) async fn is_open(connection: &mut dyn Connection) -> Result<bool, sqlx::Error> {
    let text = sql(connection.dialect()).open_transaction();
    match rows(connection, text).await {
        Ok(rows) => Ok(!rows.is_empty()),
        Err(error) => match code(&error).as_deref() {
            // SQLSTATE's class of invalid transaction states; SQLite has one code for every error of this kind.
            Some(code) if code.starts_with("25") || connection.dialect() == Dialect::Sqlite => Ok(true),
            _ => Err(error),
        },
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// What cannot be rolled back ends with its connection.
pub(in crate::run) async fn roll_back(connection: &mut dyn Connection) {
    if let Err(lost) = send(connection, "ROLLBACK").await {
        warn!("the transaction could not be rolled back, and ends with its connection: {lost}");
    }
}

/// Sets limits for what follows.
pub(in crate::run) async fn limit(
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
