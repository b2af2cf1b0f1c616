//! Work on MySQL and MariaDB.

use std::any::Any;
use std::ops::Range;

use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlRow};
use sqlx::query::Query;
use sqlx::{
    Arguments, Column as _, ConnectOptions, Connection as _, Error, MySql, MySqlConnection, MySqlPool, Row as _,
    SqlStr, TypeInfo, query_with, raw_sql,
};
use uno_migrate_core::Dialect;

use super::columns::Columns;
use super::fault::{Contention, Fault, Obstacle};
use super::{Answer, Connection, Driver, Transaction, transaction};
use crate::value::{Cell, Row, Value};

mod cell;

use cell::Format;

impl Driver for MySql {
    const DIALECT: Dialect = Dialect::MySql;

    fn open<'a>(
        pool: &'a MySqlPool,
        direct_url: Option<&'a str>,
        _name: Option<String>,
    ) -> BoxFuture<'a, Result<Box<dyn Connection>, Error>> {
        Box::pin(async move {
            let options: MySqlConnectOptions = match direct_url {
                Some(url) => url.parse()?,
                None => pool.connect_options().as_ref().clone(),
            };
            let connection = options.disable_statement_logging().connect().await?;
            Ok(Box::new(connection) as Box<dyn Connection>)
        })
    }

    fn begins_in(pool: &MySqlPool, schema: Option<&str>) -> bool {
        pool.connect_options().get_database() == schema
    }

    fn borrow(connection: &mut MySqlConnection) -> &mut dyn Connection {
        connection
    }
}

impl Connection for MySqlConnection {
    fn dialect(&self) -> Dialect {
        Dialect::MySql
    }

    fn in_transaction(&self) -> bool {
        self.is_in_transaction()
    }

    fn begin(&mut self, sql: SqlStr) -> BoxFuture<'_, Result<Box<dyn Transaction<'_> + '_>, Error>> {
        transaction::begin::<MySql>(self, sql)
    }

    fn execute(&mut self, sql: SqlStr) -> BoxFuture<'_, Result<u64, Error>> {
        Box::pin(async move { Ok(raw_sql(sql).execute(self).await?.rows_affected()) })
    }

    fn execute_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxFuture<'_, Result<u64, Error>> {
        Box::pin(async move { Ok(prepared(sql, values)?.execute(self).await?.rows_affected()) })
    }

    fn fetch(&mut self, sql: SqlStr) -> BoxStream<'_, Result<Row, Error>> {
        let mut columns = Columns::default();
        raw_sql(sql).fetch(self).map(move |found| Ok(row(&mut columns, &found?, Format::Text))).boxed()
    }

    fn answers(&mut self, sql: SqlStr) -> BoxStream<'_, Result<Answer, Error>> {
        let mut columns = Columns::default();
        let answers = raw_sql(sql).fetch_many(self);
        answers.map_ok(move |answer| Answer::of(answer, |found| row(&mut columns, &found, Format::Text))).boxed()
    }

    fn fetch_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxStream<'_, Result<Row, Error>> {
        let mut columns = Columns::default();
        match prepared(sql, values) {
            Ok(query) => query.fetch(self).map(move |found| Ok(row(&mut columns, &found?, Format::Binary))).boxed(),
            Err(error) => futures_util::stream::once(std::future::ready(Err(error))).boxed(),
        }
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(sqlx::Connection::close(*self))
    }
}

fn row(columns: &mut Columns, row: &MySqlRow, format: Format) -> Row {
    let named = row.columns().iter().map(|column| (column.name(), column.type_info().name()));
    let read = |index| row.try_get_raw(index).map_or(Cell::Opaque, |value| cell::read(value, format));
    Row::new(columns.of(named), (0..row.len()).map(read).collect())
}

/// It stays prepared, in the driver's bounded cache: to close it costs 40 ms, since no answer comes back, and the driver
/// leaves Nagle's algorithm on, which then holds the next message back.
fn prepared(sql: SqlStr, values: Vec<Value>) -> Result<Query<'static, MySql, MySqlArguments>, Error> {
    Ok(query_with(sql, arguments(values)?).persistent(true))
}

fn arguments(values: Vec<Value>) -> Result<MySqlArguments, Error> {
    let mut arguments = MySqlArguments::default();
    for value in values {
        add(&mut arguments, value).map_err(Error::Encode)?;
    }
    Ok(arguments)
}

fn add(arguments: &mut MySqlArguments, value: Value) -> Result<(), BoxDynError> {
    match value {
        Value::Null => arguments.add(None::<String>),
        Value::Bool(value) => arguments.add(value),
        Value::I16(value) => arguments.add(value),
        Value::I32(value) => arguments.add(value),
        Value::I64(value) => arguments.add(value),
        Value::U64(value) => arguments.add(value),
        Value::F32(value) => arguments.add(value),
        Value::F64(value) => arguments.add(value),
        Value::Text(value) => arguments.add(value),
        Value::Bytes(value) => arguments.add(value),
        #[cfg(feature = "chrono")]
        Value::Timestamp(value) => arguments.add(value),
        #[cfg(feature = "chrono")]
        Value::DateTime(value) => arguments.add(value),
        #[cfg(feature = "chrono")]
        Value::Date(value) => arguments.add(value),
        #[cfg(feature = "chrono")]
        Value::Time(value) => arguments.add(value),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => arguments.add(value),
        #[cfg(feature = "json")]
        Value::Json(value) => arguments.add(value),
    }
}

/// By its numbers: it has one SQLSTATE for many of them.
pub(super) fn fault(error: &dyn sqlx::error::DatabaseError) -> Option<Fault> {
    let error = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()?;
    let fault = match (error.number(), error.code()) {
        (1205, _) => Fault::Contention(Contention::Timeout),
        (1213, _) | (_, Some("40001")) => Fault::Contention(Contention::Deadlock),
        (1044 | 1142 | 1143 | 1227 | 1370, _) => Fault::Obstacle(Obstacle::Permission),
        (1290 | 1792 | 1836, _) => Fault::Obstacle(Obstacle::ReadOnly),
        (1021 | 1114, _) => Fault::Obstacle(Obstacle::Full),
        (1040 | 1203 | 1226, _) => Fault::Obstacle(Obstacle::Connections),
        _ => return None,
    };
    Some(fault)
}

/// The server has ended the session, or goes down.
pub(super) fn ends_session(error: &dyn sqlx::error::DatabaseError) -> bool {
    matches!(number(error), Some(1053 | 1152 | 1153 | 1927 | 3169 | 4031))
}

/// Somebody has ended the statement.
pub(super) fn is_interrupted(error: &dyn sqlx::error::DatabaseError) -> bool {
    number(error) == Some(1317)
}

pub(super) fn is_no_such_table(error: &dyn sqlx::error::DatabaseError) -> bool {
    number(error) == Some(1146)
}

fn number(error: &dyn sqlx::error::DatabaseError) -> Option<u16> {
    Some(error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>()?.number())
}

/// The byte at which a syntax error stopped reading: `… near '<the rest of the statement>' at line 3`.
pub(super) fn position(error: &dyn sqlx::error::DatabaseError, sql: &str) -> Option<usize> {
    let (quoted, line) = quoted(error)?;
    let rest = &error.message()[quoted];
    // MariaDB names the line that it has read to, which may be below the one at fault; what is quoted may be cut.
    let end: usize = sql.split_inclusive('\n').take(line).map(str::len).sum();
    let find = |rest: &str| sql.rmatch_indices(rest).map(|(at, _)| at).find(|at| *at < end && !rest.is_empty());
    let found = find(rest).or_else(|| find(rest.strip_suffix(CUT)?));
    Some(found.unwrap_or_else(|| sql[..end].trim_end().len()))
}

/// What is said of the statement that stands first in a text, and is so long, without what is quoted of the rest.
pub(super) fn said_of_first(error: &dyn sqlx::error::DatabaseError, sql: &str, length: usize) -> Option<String> {
    let (quoted, line) = quoted(error)?;
    let (message, inside) = (error.message(), length.saturating_sub(position(error, sql)?));
    let whole = &message[quoted.clone()];
    let shown = whole.strip_suffix(CUT).unwrap_or(whole);
    let shown = if shown.len() < inside { whole } else { &shown[..shown.floor_char_boundary(inside)] };
    let line = line.min(sql[..length].split('\n').count());
    Some(format!("{}{shown}{LINE}{line}", &message[..quoted.start]))
}

/// What MariaDB puts in the place of what it does not quote any more.
const CUT: &str = "...";

/// What stands between what a syntax error quotes and the number of the line.
const LINE: &str = "' at line ";

/// What a syntax error quotes, as a part of its message, and the line that it names.
fn quoted(error: &dyn sqlx::error::DatabaseError) -> Option<(Range<usize>, usize)> {
    const PARSE_ERROR: u16 = 1064;
    const NEAR: &str = " near '";
    let message = error.message();
    if number(error) != Some(PARSE_ERROR) {
        return None;
    }
    let (start, end) = (message.find(NEAR)? + NEAR.len(), message.rfind(LINE)?);
    let line = message[end + LINE.len()..].trim().parse().ok()?;
    (start <= end).then_some((start..end, line))
}
