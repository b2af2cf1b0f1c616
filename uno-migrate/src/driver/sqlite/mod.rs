//! Work on SQLite.

use std::any::Any;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteRow, SqliteValueRef};
use sqlx::{
    Arguments, Column as _, ConnectOptions, Connection as _, Decode, Error, Row as _, SqlStr, Sqlite, SqliteConnection,
    SqlitePool, TypeInfo, ValueRef, query_scalar, query_with, raw_sql,
};
use uno_migrate_core::Dialect;

use super::columns::Columns;
use super::fault::{Contention, Fault, Obstacle};
use super::{Answer, Checkpoints, Connection, Driver, Transaction, transaction};
use crate::value::{Cell, Row, Value};

mod in_one_call;
mod pooled;

use pooled::Pooled;

impl Driver for Sqlite {
    const DIALECT: Dialect = Dialect::Sqlite;

    /// A database in memory is reached through the pool's own connections only.
    fn open<'a>(
        pool: &'a SqlitePool,
        direct_url: Option<&'a str>,
        _name: Option<String>,
    ) -> BoxFuture<'a, Result<Box<dyn Connection>, Error>> {
        Box::pin(async move {
            let options: SqliteConnectOptions = match direct_url {
                Some(url) => url.parse()?,
                None => {
                    let options = pool.connect_options();
                    if !options.get_filename().exists() {
                        let mut pooled = pooled::acquire(pool).await?;
                        if in_memory(&mut pooled).await? {
                            return Ok(Box::new(Pooled::taken(pooled).await?) as Box<dyn Connection>);
                        }
                    }
                    options.as_ref().clone()
                }
            };
            let connection = options.disable_statement_logging().connect().await?;
            Ok(Box::new(connection) as Box<dyn Connection>)
        })
    }

    fn borrow(connection: &mut SqliteConnection) -> &mut dyn Connection {
        connection
    }
}

async fn in_memory(connection: &mut SqliteConnection) -> Result<bool, Error> {
    let sql = "SELECT coalesce(file, '') = '' FROM pragma_database_list WHERE name = 'main'";
    query_scalar(sql).persistent(false).fetch_one(connection).await
}

impl Connection for SqliteConnection {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn in_transaction(&self) -> bool {
        self.is_in_transaction()
    }

    fn begin(&mut self, sql: SqlStr) -> BoxFuture<'_, Result<Box<dyn Transaction<'_> + '_>, Error>> {
        transaction::begin::<Sqlite>(self, sql)
    }

    fn execute(&mut self, sql: SqlStr) -> BoxFuture<'_, Result<u64, Error>> {
        Box::pin(async move { Ok(raw_sql(sql).execute(self).await?.rows_affected()) })
    }

    fn execute_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxFuture<'_, Result<u64, Error>> {
        Box::pin(async move {
            let query = query_with(sql, arguments(values)?).persistent(false);
            Ok(query.execute(self).await?.rows_affected())
        })
    }

    fn fetch(&mut self, sql: SqlStr) -> BoxStream<'_, Result<Row, Error>> {
        let mut columns = Columns::default();
        raw_sql(sql).fetch(self).map(move |found| Ok(row(&mut columns, &found?))).boxed()
    }

    fn answers(&mut self, sql: SqlStr) -> BoxStream<'_, Result<Answer, Error>> {
        let mut columns = Columns::default();
        let answers = raw_sql(sql).fetch_many(self);
        answers.map_ok(move |answer| Answer::of(answer, |found| row(&mut columns, &found))).boxed()
    }

    fn in_one_call(&mut self, sql: SqlStr, checkpoints: Arc<Checkpoints>) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(in_one_call::run(self, sql, checkpoints))
    }

    fn fetch_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxStream<'_, Result<Row, Error>> {
        let mut columns = Columns::default();
        match arguments(values) {
            Ok(arguments) => {
                let rows = query_with(sql, arguments).persistent(false).fetch(self);
                rows.map(move |found| Ok(row(&mut columns, &found?))).boxed()
            }
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

fn row(columns: &mut Columns, row: &SqliteRow) -> Row {
    let named = row.columns().iter().map(|column| (column.name(), column.type_info().name()));
    let cells = (0..row.len()).map(|index| row.try_get_raw(index).map_or(Cell::Opaque, cell));
    Row::new(columns.of(named), cells.collect())
}

/// SQLite's values have their own type, whatever their column says.
fn cell(value: SqliteValueRef<'_>) -> Cell {
    if value.is_null() {
        return Cell::Null;
    }
    let type_info = value.type_info().into_owned();
    let cell = match type_info.name() {
        "INTEGER" => <i64 as Decode<'_, Sqlite>>::decode(value).map(Cell::Int),
        "REAL" => <f64 as Decode<'_, Sqlite>>::decode(value).map(Cell::Float),
        "TEXT" => <String as Decode<'_, Sqlite>>::decode(value).map(Cell::Text),
        _ => <Vec<u8> as Decode<'_, Sqlite>>::decode(value).map(Cell::Bytes),
    };
    cell.unwrap_or(Cell::Opaque)
}

fn arguments(values: Vec<Value>) -> Result<SqliteArguments, Error> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        add(&mut arguments, value).map_err(Error::Encode)?;
    }
    Ok(arguments)
}

fn add(arguments: &mut SqliteArguments, value: Value) -> Result<(), BoxDynError> {
    match value {
        Value::Null => arguments.add(None::<String>),
        Value::Bool(value) => arguments.add(value),
        Value::I16(value) => arguments.add(value),
        Value::I32(value) => arguments.add(value),
        Value::I64(value) => arguments.add(value),
        Value::U64(value) => {
            arguments.add(i64::try_from(value).map_err(|_| "a `u64` parameter is larger than an integer of SQLite's")?)
        }
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

/// By its primary codes; the bytes above the lowest say more.
pub(super) fn fault(error: &dyn sqlx::error::DatabaseError) -> Option<Fault> {
    error.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
    let code: u32 = error.code()?.parse().ok()?;
    let fault = match code & 0xff {
        // SQLITE_BUSY, SQLITE_LOCKED
        5 | 6 => Fault::Contention(Contention::Busy),
        // SQLITE_PERM, SQLITE_AUTH
        3 | 23 => Fault::Obstacle(Obstacle::Permission),
        // SQLITE_READONLY
        8 => Fault::Obstacle(Obstacle::ReadOnly),
        // SQLITE_FULL
        13 => Fault::Obstacle(Obstacle::Full),
        // SQLITE_CORRUPT, SQLITE_NOTADB
        11 | 26 => Fault::Obstacle(Obstacle::Damaged),
        _ => return None,
    };
    Some(fault)
}
