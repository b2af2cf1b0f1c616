//! Work on a connection, whichever database it leads to.
//!
//! The engine and the [`Context`](crate::Context) see one [`Connection`]; each database implements it in a file of its
//! own, so that nothing else names a driver's types and the engine is compiled once, not once a database.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use sqlx::SqlStr;
use sqlx::pool::PoolConnection;
use uno_migrate_core::Dialect;

use crate::value::{Row, Value};

mod ask;
#[cfg_attr(not(feature = "_sqlite"), allow(dead_code, reason = "only SQLite has them"))]
mod checkpoints;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "_sqlite"))]
mod columns;
mod fault;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "_sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "_sqlite"))]
mod transaction;
mod tries;

pub(crate) use ask::{execute, rows, send};
pub(crate) use checkpoints::{Checkpoint, Checkpoints, End, Passed};
pub(crate) use fault::{Contention, Fault, Obstacle};
pub(crate) use tries::Tries;

/// A database that migrations run on: `sqlx::Postgres`, `sqlx::MySql` or `sqlx::Sqlite`, as the features
/// `postgres`, `mysql` and `sqlite` enable them.
///
/// Sealed: another database cannot implement it.
#[diagnostic::on_unimplemented(
    message = "uno-migrate does not run on `{Self}`",
    note = "enable the database's feature of uno-migrate: `postgres`, `mysql` or `sqlite`"
)]
pub trait Driver: sqlx::Database {
    /// Whose SQL it speaks.
    #[doc(hidden)]
    const DIALECT: Dialect;

    /// A name that no other connection has, for one with the pool's options; none where connections have no names.
    #[doc(hidden)]
    fn name(_pool: &sqlx::Pool<Self>) -> Option<String> {
        None
    }

    /// Opens a connection that is the engine's alone, with the pool's options or to another URL; under that name, or else one
    /// that no other has.
    #[doc(hidden)]
    fn open<'a>(
        pool: &'a sqlx::Pool<Self>,
        direct_url: Option<&'a str>,
        name: Option<String>,
    ) -> BoxFuture<'a, Result<Box<dyn Connection>, sqlx::Error>>;

    /// Whether connections with the pool's options begin in that schema, where the server does not tell it of one that it
    /// has moved from there.
    #[doc(hidden)]
    fn begins_in(_pool: &sqlx::Pool<Self>, _schema: Option<&str>) -> bool {
        true
    }

    /// The connection as the engine sees it.
    #[doc(hidden)]
    fn borrow(connection: &mut Self::Connection) -> &mut dyn Connection;
}

/// A connection that idles in a pool, and goes back to it.
pub(crate) trait Idle: Send {
    fn connection(&mut self) -> &mut dyn Connection;
}

impl<DB: Driver> Idle for PoolConnection<DB> {
    fn connection(&mut self) -> &mut dyn Connection {
        DB::borrow(self)
    }
}

/// What the engine asks of a connection. SQL without values goes over the simple protocol, one message a call.
#[doc(hidden)]
pub trait Connection: Send {
    /// Whose SQL it speaks.
    fn dialect(&self) -> Dialect;

    /// Whether it already stands in a transaction that sqlx knows of.
    fn in_transaction(&self) -> bool;

    /// Opens a transaction with that statement; an error if it already stands in one.
    fn begin(&mut self, sql: SqlStr) -> BoxFuture<'_, Result<Box<dyn Transaction<'_> + '_>, sqlx::Error>>;

    /// Runs one statement or several; the sum of the rows that they affected.
    fn execute(&mut self, sql: SqlStr) -> BoxFuture<'_, Result<u64, sqlx::Error>>;

    /// Runs one statement with values for `$1, $2, …`.
    fn execute_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxFuture<'_, Result<u64, sqlx::Error>>;

    /// The rows of one statement or several, one after the other.
    fn fetch(&mut self, sql: SqlStr) -> BoxStream<'_, Result<Row, sqlx::Error>>;

    /// What several statements answer, one after the other.
    fn answers(&mut self, sql: SqlStr) -> BoxStream<'_, Result<Answer, sqlx::Error>>;

    /// Runs several transactions and begins another one, which it ends, in one call: nothing is answered before the end, and the
    /// text tells of itself at its checkpoints. After an error it may stand in one of them. Only SQLite has this.
    fn in_one_call(&mut self, _sql: SqlStr, _checkpoints: Arc<Checkpoints>) -> BoxFuture<'_, Result<(), sqlx::Error>> {
        let refused = sqlx::Error::Protocol("a database answers statement by statement".to_owned());
        Box::pin(std::future::ready(Err(refused)))
    }

    /// The rows of one statement with values for `$1, $2, …`.
    fn fetch_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxStream<'_, Result<Row, sqlx::Error>>;

    /// Drops what the driver keeps of the session, such as the names of prepared statements, before it is reset.
    fn forget(&mut self) -> BoxFuture<'_, Result<(), sqlx::Error>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Whether it goes back to a pool when it is closed, so that no other connection can take its place.
    fn is_pooled(&self) -> bool {
        false
    }

    /// Gives a pooled connection back the settings with which it was taken.
    fn restore(&mut self) -> BoxFuture<'_, Result<(), sqlx::Error>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// The sqlx connection itself.
    fn as_any(&mut self) -> &mut dyn Any;

    /// Closes it, or gives it back to the pool that it was taken from.
    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), sqlx::Error>>;
}

/// A part of what several statements answer.
#[doc(hidden)]
#[derive(Debug)]
pub enum Answer {
    Row(Row),
    /// The statement has ended. Of one that is empty, nothing is told.
    Done,
}

#[cfg(any(feature = "postgres", feature = "mysql", feature = "_sqlite"))]
impl Answer {
    /// A driver's own.
    fn of<End, Found>(answer: sqlx::Either<End, Found>, row: impl FnOnce(Found) -> Row) -> Self {
        match answer {
            sqlx::Either::Left(_) => Self::Done,
            sqlx::Either::Right(found) => Self::Row(row(found)),
        }
    }
}

/// Opens another connection like that of the run.
pub(crate) type Opener = Arc<dyn Fn() -> BoxFuture<'static, Result<Box<dyn Connection>, sqlx::Error>> + Send + Sync>;

/// A transaction that sqlx knows of: one that is begun on the sqlx connection inside of it is a savepoint. It is rolled
/// back when it is dropped, as soon as the connection is used again.
#[doc(hidden)]
pub trait Transaction<'a>: Send {
    /// The connection, inside the transaction.
    fn connection(&mut self) -> &mut dyn Connection;

    /// Commits it; an error if an earlier statement has aborted it. If the connection is
    /// [in a transaction](Connection::in_transaction) afterwards, one begun inside was left open, and nothing is committed.
    fn commit(self: Box<Self>) -> BoxFuture<'a, Result<(), sqlx::Error>>;

    /// Undoes it.
    fn rollback(self: Box<Self>) -> BoxFuture<'a, Result<(), sqlx::Error>>;
}

/// The databases whose features are on, in the order of [`Dialect::ALL`].
pub(crate) fn enabled() -> Vec<Dialect> {
    let is_enabled = |dialect: &Dialect| match dialect {
        Dialect::Postgres => cfg!(feature = "postgres"),
        Dialect::MySql => cfg!(feature = "mysql"),
        Dialect::Sqlite => cfg!(feature = "_sqlite"),
    };
    Dialect::ALL.into_iter().filter(is_enabled).collect()
}

impl crate::Error {
    /// A driver's error, said in the database's own words.
    pub(crate) fn caused_by_database(self, error: sqlx::Error) -> Self {
        self.caused_in_words(message(&error), error)
    }
}

/// What the database's error means, if it is no mistake of the statement's.
pub(crate) fn fault(error: &sqlx::Error) -> Option<Fault> {
    let error = error.as_database_error()?;
    #[cfg(feature = "postgres")]
    if let Some(fault) = postgres::fault(error) {
        return Some(fault);
    }
    #[cfg(feature = "mysql")]
    if let Some(fault) = mysql::fault(error) {
        return Some(fault);
    }
    #[cfg(feature = "_sqlite")]
    if let Some(fault) = sqlite::fault(error) {
        return Some(fault);
    }
    let _ = error;
    None
}

/// Whether the session has ended with that error: the connection broke, or the server has ended it.
pub(crate) fn ends_session(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return true };
    #[cfg(feature = "postgres")]
    if postgres::ends_session(error) {
        return true;
    }
    #[cfg(feature = "mysql")]
    if mysql::ends_session(error) {
        return true;
    }
    let _ = error;
    false
}

/// Whether somebody has ended the statement, and not the session, where that is done.
pub(crate) fn is_interrupted(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    #[cfg(feature = "mysql")]
    if mysql::is_interrupted(error) {
        return true;
    }
    let _ = error;
    false
}

/// Whether a table is not there, where that is an error after which all goes on.
pub(crate) fn is_no_such_table(error: &sqlx::Error) -> bool {
    let Some(error) = error.as_database_error() else { return false };
    #[cfg(feature = "mysql")]
    if mysql::is_no_such_table(error) {
        return true;
    }
    let _ = error;
    false
}

/// The byte of the statement that the database points at.
pub(crate) fn position(error: &sqlx::Error, sql: &str) -> Option<usize> {
    let error = error.as_database_error()?;
    #[cfg(feature = "postgres")]
    if let Some(position) = postgres::position(error, sql) {
        return Some(position);
    }
    #[cfg(feature = "mysql")]
    if let Some(position) = mysql::position(error, sql) {
        return Some(position);
    }
    let _ = (error, sql);
    None
}

/// What the database said of the statement that stands first in a text, and is so long: nothing of what stands behind it.
pub(crate) fn message_of_first(error: &sqlx::Error, sql: &str, length: usize) -> String {
    #[cfg(feature = "mysql")]
    if let Some(database) = error.as_database_error()
        && let Some(said) = mysql::said_of_first(database, sql, length)
    {
        return message(error).replacen(database.message(), &said, 1);
    }
    let _ = (sql, length);
    message(error)
}

/// What the database said, with its code; the driver's own text adds a line of the server's source code to it.
pub(crate) fn message(error: &sqlx::Error) -> String {
    told(error, true)
}

/// The same about a statement with values, which the detail would show.
pub(crate) fn message_without_detail(error: &sqlx::Error) -> String {
    told(error, false)
}

fn told(error: &sqlx::Error, in_detail: bool) -> String {
    let Some(database) = error.as_database_error() else { return error.to_string() };
    let mut message = database.message().to_owned();
    if let Some(code) = database.code() {
        message.push_str(&format!(" ({code})"));
    }
    #[cfg(feature = "postgres")]
    for more in postgres::explanations(database, in_detail) {
        message.push('\n');
        message.push_str(&more);
    }
    let _ = in_detail;
    message
}

impl fmt::Debug for dyn Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Connection({})", self.dialect())
    }
}
