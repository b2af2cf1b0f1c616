//! Work on PostgreSQL.

use std::any::Any;
use std::hash::{BuildHasher, RandomState};
use std::time::Instant;

use futures_util::future::{BoxFuture, TryFutureExt};
use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnectOptions, PgRow, PgSeverity, PgTypeInfo};
use sqlx::{
    Arguments, Column as _, ConnectOptions, Connection as _, Encode, Error, PgConnection, PgPool, Postgres, Row as _,
    SqlStr, Type, TypeInfo, query_with, raw_sql,
};
use uno_migrate_core::Dialect;

use super::columns::Columns;
use super::fault::{Contention, Fault, Obstacle};
use super::{Answer, Connection, Driver, Transaction, transaction};
use crate::value::{Cell, Row, Value};

mod cell;

impl Driver for Postgres {
    const DIALECT: Dialect = Dialect::Postgres;

    fn name(pool: &PgPool) -> Option<String> {
        Some(named(pool.connect_options().get_application_name()))
    }

    fn open<'a>(
        pool: &'a PgPool,
        direct_url: Option<&'a str>,
        name: Option<String>,
    ) -> BoxFuture<'a, Result<Box<dyn Connection>, Error>> {
        Box::pin(async move {
            let options: PgConnectOptions = match direct_url {
                Some(url) => url.parse()?,
                None => pool.connect_options().as_ref().clone(),
            };
            let name = name.unwrap_or_else(|| named(options.get_application_name()));
            let connection = options.application_name(&name).disable_statement_logging().connect().await?;
            Ok(Box::new(connection) as Box<dyn Connection>)
        })
    }

    fn borrow(connection: &mut PgConnection) -> &mut dyn Connection {
        connection
    }
}

/// A name that no other connection has: a pooler shows the application's name on whichever of its own connections works
/// for it at the moment, and by this one a session is told from another's.
fn named(application: Option<&str>) -> String {
    const MAX_BYTES: usize = 63; // PostgreSQL cuts names after that.
    let mut name = format!("uno-migrate {:016x}", RandomState::new().hash_one(Instant::now()));
    if let Some(application) = application.filter(|application| !application.is_empty()) {
        // It shows nothing else as it was said.
        let is_shown = |letter: &char| (' '..='~').contains(letter);
        name.push(' ');
        name.extend(application.chars().map(|letter| if is_shown(&letter) { letter } else { '?' }));
    }
    name.truncate(name.floor_char_boundary(MAX_BYTES));
    name
}

/// Statements with values are prepared under a name and closed again. A statement without a name does not survive that
/// sqlx looks up the types of extensions and users between preparing and running it; one that is kept does not survive
/// a change of the tables that it reads.
impl Connection for PgConnection {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn in_transaction(&self) -> bool {
        self.is_in_transaction()
    }

    fn begin(&mut self, sql: SqlStr) -> BoxFuture<'_, Result<Box<dyn Transaction<'_> + '_>, Error>> {
        transaction::begin::<Postgres>(self, sql)
    }

    fn execute(&mut self, sql: SqlStr) -> BoxFuture<'_, Result<u64, Error>> {
        Box::pin(async move { Ok(raw_sql(sql).execute(self).await?.rows_affected()) })
    }

    fn execute_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxFuture<'_, Result<u64, Error>> {
        Box::pin(async move {
            let result = query_with(sql, arguments(values)?).execute(&mut *self).await;
            // The first error is the one to tell.
            let forgotten = self.clear_cached_statements().await;
            let result = result?;
            forgotten?;
            Ok(result.rows_affected())
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

    fn fetch_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxStream<'_, Result<Row, Error>> {
        let mut columns = Columns::default();
        let rows = async move {
            let arguments = arguments(values)?;
            self.clear_cached_statements().await?;
            Ok(query_with(sql, arguments).fetch(self))
        };
        rows.try_flatten_stream().map(move |found| Ok(row(&mut columns, &found?))).boxed()
    }

    fn forget(&mut self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(self.clear_cached_statements())
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        Box::pin(sqlx::Connection::close(*self))
    }
}

fn row(columns: &mut Columns, row: &PgRow) -> Row {
    let named = row.columns().iter().map(|column| (column.name(), column.type_info().name()));
    let cells = (0..row.len()).map(|index| row.try_get_raw(index).map_or(Cell::Opaque, |value| cell::read(&value)));
    Row::new(columns.of(named), cells.collect())
}

fn arguments(values: Vec<Value>) -> Result<PgArguments, Error> {
    let mut arguments = PgArguments::default();
    for value in values {
        add(&mut arguments, value).map_err(Error::Encode)?;
    }
    Ok(arguments)
}

fn add(arguments: &mut PgArguments, value: Value) -> Result<(), BoxDynError> {
    match value {
        Value::Null => arguments.add(Null),
        Value::Bool(value) => arguments.add(value),
        Value::I16(value) => arguments.add(value),
        Value::I32(value) => arguments.add(value),
        Value::I64(value) => arguments.add(value),
        Value::U64(value) => {
            arguments.add(i64::try_from(value).map_err(|_| "a `u64` parameter is larger than a `bigint` holds")?)
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

/// `NULL` of the type that the statement wants there.
struct Null;

impl Type<Postgres> for Null {
    fn type_info() -> PgTypeInfo {
        const UNKNOWN: Oid = Oid(705);
        PgTypeInfo::with_oid(UNKNOWN)
    }
}

impl Encode<'_, Postgres> for Null {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

/// What PostgreSQL adds to its message: the detail, if it is wanted, and the hint.
pub(super) fn explanations(error: &dyn sqlx::error::DatabaseError, in_detail: bool) -> Vec<String> {
    let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() else { return Vec::new() };
    let detail = error.detail().filter(|_| in_detail).map(str::to_owned);
    let hint = error.hint().map(|hint| format!("hint from the database: {hint}"));
    detail.into_iter().chain(hint).collect()
}

pub(super) fn fault(error: &dyn sqlx::error::DatabaseError) -> Option<Fault> {
    let fault = match error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>()?.code() {
        "55P03" => Fault::Contention(Contention::Timeout),
        "40P01" | "40001" => Fault::Contention(Contention::Deadlock),
        "42501" => Fault::Obstacle(Obstacle::Permission),
        "25006" => Fault::Obstacle(Obstacle::ReadOnly),
        "53100" | "53400" => Fault::Obstacle(Obstacle::Full),
        "53300" => Fault::Obstacle(Obstacle::Connections),
        _ => return None,
    };
    Some(fault)
}

pub(super) fn ends_session(error: &dyn sqlx::error::DatabaseError) -> bool {
    let error = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>();
    error.is_some_and(|error| matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic))
}

/// The byte that PostgreSQL points at; it counts characters, from 1.
pub(super) fn position(error: &dyn sqlx::error::DatabaseError, sql: &str) -> Option<usize> {
    let error = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>()?;
    let sqlx::postgres::PgErrorPosition::Original(characters) = error.position()? else { return None };
    Some(sql.char_indices().nth(characters.checked_sub(1)?).map_or(sql.len(), |(offset, _)| offset))
}
