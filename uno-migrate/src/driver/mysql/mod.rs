//! Work on MySQL and MariaDB.

use std::any::Any;

use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt};
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySqlArguments, MySqlConnectOptions, MySqlRow};
use sqlx::{
    Arguments, Column as _, ConnectOptions, Connection as _, Error, MySql, MySqlConnection, MySqlPool, Row as _,
    SqlStr, TypeInfo, query_with, raw_sql,
};
use uno_migrate_core::Dialect;

use super::columns::Columns;
use super::{Connection, Driver, Transaction, transaction};
use crate::value::{Cell, Row, Value};

mod cell;

use cell::Format;

impl Driver for MySql {
    fn open<'a>(pool: &'a MySqlPool, direct_url: Option<&'a str>) -> BoxFuture<'a, Result<Box<dyn Connection>, Error>> {
        Box::pin(async move {
            let options: MySqlConnectOptions = match direct_url {
                Some(url) => url.parse()?,
                None => pool.connect_options().as_ref().clone(),
            };
            let connection = options.disable_statement_logging().connect().await?;
            Ok(Box::new(connection) as Box<dyn Connection>)
        })
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
        Box::pin(async move {
            let query = query_with(sql, arguments(values)?).persistent(false);
            Ok(query.execute(self).await?.rows_affected())
        })
    }

    fn fetch(&mut self, sql: SqlStr) -> BoxStream<'_, Result<Row, Error>> {
        let mut columns = Columns::default();
        raw_sql(sql).fetch(self).map(move |found| Ok(row(&mut columns, &found?, Format::Text))).boxed()
    }

    fn fetch_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxStream<'_, Result<Row, Error>> {
        let mut columns = Columns::default();
        match arguments(values) {
            Ok(arguments) => {
                let rows = query_with(sql, arguments).persistent(false).fetch(self);
                rows.map(move |found| Ok(row(&mut columns, &found?, Format::Binary))).boxed()
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

fn row(columns: &mut Columns, row: &MySqlRow, format: Format) -> Row {
    let named = row.columns().iter().map(|column| (column.name(), column.type_info().name()));
    let read = |index| row.try_get_raw(index).map_or(Cell::Opaque, |value| cell::read(value, format));
    Row::new(columns.of(named), (0..row.len()).map(read).collect())
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
