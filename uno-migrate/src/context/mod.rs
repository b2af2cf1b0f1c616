//! What a migration written in Rust is handed: the connection, and what surrounds it.

use std::borrow::Cow;
use std::fmt;

use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use uno_migrate_core::{Dialect, Info, transaction_control};

use crate::Result;
use crate::dialect::{self, Qualified};
use crate::driver::Connection;
use crate::value::{Params, Row, Value};

mod placeholders;
mod statement;
mod transaction;

pub(crate) use statement::StatementError;

/// Told how far a migration is: what is done, and of how much if that is known.
pub(crate) type Progress<'c> = &'c (dyn Fn(u64, Option<u64>) + Send + Sync);

/// Whether the run was asked to stop.
type IsStopped<'c> = &'c (dyn Fn() -> bool + Send + Sync);

/// Nothing more is done, since the run was asked to stop.
#[derive(Debug)]
pub(crate) struct AskedToStop;

impl fmt::Display for AskedToStop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the run was asked to stop")
    }
}

impl std::error::Error for AskedToStop {}

/// The database as a migration or a hook sees it.
///
/// Everything runs on one connection, inside the migration's transaction where it has one, which is not its own to end:
/// [`transaction`](Self::transaction) does all or nothing of a part. SQL is written with `$1, $2, …`
/// on every database; a text that is put together at run time is wrapped in
/// [`AssertSqlSafe`](sqlx::AssertSqlSafe), as with sqlx itself. [`quote_ident`](Self::quote_ident) is there for names.
///
/// ```
/// # use uno_migrate::{Context, Result};
/// pub async fn up(ctx: &mut Context<'_>) -> Result {
///     ctx.execute("CREATE TABLE slugs (user_id BIGINT PRIMARY KEY, slug VARCHAR(255) NOT NULL)").await?;
///     for user in ctx.fetch_all("SELECT id, username FROM users").await? {
///         let (id, name): (i64, String) = (user.get("id")?, user.get("username")?);
///         ctx.execute_with("INSERT INTO slugs (user_id, slug) VALUES ($1, $2)", (id, name.to_lowercase())).await?;
///     }
///     Ok(())
/// }
/// ```
pub struct Context<'c> {
    connection: &'c mut dyn Connection,
    info: &'c Info,
    progress: Progress<'c>,
    /// How many of [`transaction`](Self::transaction)'s savepoints are open.
    level: usize,
    /// Why nothing more may be done or committed, once a transaction did not come to its end.
    broken: Option<Cow<'static, str>>,
    /// Whether the run was asked to stop, where all that is done here is taken back then.
    is_stopped: Option<IsStopped<'c>>,
}

impl<'c> Context<'c> {
    /// A context for that migration; if it runs in a transaction, [`Connection::begin`] has opened it.
    pub(crate) fn new(connection: &'c mut dyn Connection, info: &'c Info, progress: Progress<'c>) -> Self {
        Self { connection, info, progress, level: 0, broken: None, is_stopped: None }
    }

    /// Does nothing more once the run is asked to stop.
    pub(crate) fn stopped_by(self, is_stopped: IsStopped<'c>) -> Self {
        Self { is_stopped: Some(is_stopped), ..self }
    }

    /// Whether all that was begun has come to its end: what was not must not be committed.
    pub(crate) fn finish(self) -> Result {
        self.whole()
    }

    /// Runs one or more statements, and returns how many rows they inserted, updated and deleted.
    ///
    /// # Errors
    ///
    /// What the database reports, with the statement; and `BEGIN`, `COMMIT` or `ROLLBACK` inside the migration's transaction.
    pub async fn execute(&mut self, sql: impl SqlSafeStr) -> Result<u64> {
        let sql = self.statement(sql)?;
        self.connection.execute(sql.clone()).await.map_err(|error| self.failed(&sql, error).into())
    }

    /// Runs one statement with values for `$1, $2, …`, and returns how many rows it changed.
    ///
    /// ```
    /// # async fn up(ctx: &mut uno_migrate::Context<'_>) -> uno_migrate::Result {
    /// ctx.execute_with("INSERT INTO settings (name, value) VALUES ($1, $2)", ("theme", Some("dark"))).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// What the database reports, with the statement but without the values; and a number of values that is not the
    /// number of placeholders.
    pub async fn execute_with(&mut self, sql: impl SqlSafeStr, params: impl Params) -> Result<u64> {
        let (sql, bound, values) = self.bound(sql, params)?;
        let done = self.connection.execute_with(bound, values).await;
        done.map_err(|error| StatementError::with_values(self.dialect(), sql.as_str(), error).into())
    }

    /// All rows of a query. For results that do not fit into memory there is [`fetch`](Self::fetch).
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn fetch_all(&mut self, sql: impl SqlSafeStr) -> Result<Vec<Row>> {
        self.fetch(sql).try_collect().await
    }

    /// All rows of a query with values for `$1, $2, …`.
    ///
    /// # Errors
    ///
    /// As [`execute_with`](Self::execute_with).
    pub async fn fetch_all_with(&mut self, sql: impl SqlSafeStr, params: impl Params) -> Result<Vec<Row>> {
        self.fetch_with(sql, params).try_collect().await
    }

    /// The first row of a query, if it has one.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub async fn fetch_optional(&mut self, sql: impl SqlSafeStr) -> Result<Option<Row>> {
        first(self.fetch(sql)).await
    }

    /// The first row of a query with values for `$1, $2, …`, if it has one.
    ///
    /// # Errors
    ///
    /// As [`execute_with`](Self::execute_with).
    pub async fn fetch_optional_with(&mut self, sql: impl SqlSafeStr, params: impl Params) -> Result<Option<Row>> {
        first(self.fetch_with(sql, params)).await
    }

    /// The first row of a query.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute); and when there is no row.
    pub async fn fetch_one(&mut self, sql: impl SqlSafeStr) -> Result<Row> {
        let sql = sql.into_sql_str();
        let row = first(self.fetch(sql.clone())).await?;
        row.ok_or_else(|| self.failed(&sql, sqlx::Error::RowNotFound).into())
    }

    /// The first row of a query with values for `$1, $2, …`.
    ///
    /// # Errors
    ///
    /// As [`execute_with`](Self::execute_with); and when there is no row.
    pub async fn fetch_one_with(&mut self, sql: impl SqlSafeStr, params: impl Params) -> Result<Row> {
        let sql = sql.into_sql_str();
        let row = first(self.fetch_with(sql.clone(), params)).await?;
        row.ok_or_else(|| self.failed(&sql, sqlx::Error::RowNotFound).into())
    }

    /// The rows of a query one by one, as they arrive: the result is never held as a whole.
    ///
    /// The stream borrows the context. To write while reading, read in batches with a query for each.
    ///
    /// ```
    /// use futures_util::TryStreamExt;
    ///
    /// # async fn up(ctx: &mut uno_migrate::Context<'_>) -> uno_migrate::Result {
    /// let mut total = 0;
    /// let mut rows = ctx.fetch("SELECT amount FROM payments");
    /// while let Some(row) = rows.try_next().await? {
    ///     total += row.get::<i64>("amount")?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The items are errors as those of [`execute`](Self::execute).
    pub fn fetch(&mut self, sql: impl SqlSafeStr) -> BoxStream<'_, Result<Row>> {
        let sql = match self.statement(sql) {
            Ok(sql) => sql,
            Err(error) => return failed(error),
        };
        let dialect = self.dialect();
        let rows = self.connection.fetch(sql.clone());
        rows.map_err(move |error| StatementError::new(dialect, sql.as_str(), error).into()).boxed()
    }

    /// The rows of a query with values for `$1, $2, …` one by one, as they arrive.
    ///
    /// # Errors
    ///
    /// The items are errors as those of [`execute_with`](Self::execute_with).
    pub fn fetch_with(&mut self, sql: impl SqlSafeStr, params: impl Params) -> BoxStream<'_, Result<Row>> {
        let (sql, bound, values) = match self.bound(sql, params) {
            Ok(bound) => bound,
            Err(error) => return failed(error),
        };
        let dialect = self.dialect();
        let rows = self.connection.fetch_with(bound, values);
        rows.map_err(move |error| StatementError::with_values(dialect, sql.as_str(), error).into()).boxed()
    }

    /// Which database this is, for migrations that differ.
    pub fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// The migration that is running.
    pub fn migration(&self) -> &Info {
        self.info
    }

    /// Tells whoever watches how far the migration is; `total` is `None` where that is not known.
    pub fn progress(&self, done: u64, total: impl Into<Option<u64>>) {
        (self.progress)(done, total.into());
    }

    /// Whether there is a table of that name: `table`, as the database would look it up, or `schema.table`.
    ///
    /// The name is meant as the database keeps it: PostgreSQL folds names that are not quoted to lower case. Views are
    /// not tables, and MySQL does not list temporary ones.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn table_exists(&mut self, table: &str) -> Result<bool> {
        let sql = dialect::sql(self.dialect()).count_tables(Qualified::parse(table))?;
        self.any(sql).await
    }

    /// Whether a table or view has a column of that name; the table as in [`table_exists`](Self::table_exists).
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn column_exists(&mut self, table: &str, column: &str) -> Result<bool> {
        let sql = dialect::sql(self.dialect()).count_columns(Qualified::parse(table), column)?;
        self.any(sql).await
    }

    /// Whether a table has an index of that name; the table as in [`table_exists`](Self::table_exists).
    ///
    /// What a failed `CREATE INDEX CONCURRENTLY` left behind on PostgreSQL is no index.
    ///
    /// # Errors
    ///
    /// What the database reports.
    pub async fn index_exists(&mut self, table: &str, index: &str) -> Result<bool> {
        let sql = dialect::sql(self.dialect()).count_indexes(Qualified::parse(table), index)?;
        self.any(sql).await
    }

    /// A name as it is written in this database's SQL, whatever it contains.
    ///
    /// ```
    /// use uno_migrate::sqlx::AssertSqlSafe;
    ///
    /// # async fn up(ctx: &mut uno_migrate::Context<'_>) -> uno_migrate::Result {
    /// for kind in ["product", "article"] {
    ///     let table = ctx.quote_ident(&format!("{kind}_tags"));
    ///     ctx.execute(AssertSqlSafe(format!("CREATE TABLE {table} (tag_id BIGINT NOT NULL)"))).await?;
    /// }
    /// # Ok(()) }
    /// ```
    pub fn quote_ident(&self, name: &str) -> String {
        dialect::sql(self.dialect()).quote_ident(name)
    }

    /// The sqlx connection, for typed queries.
    ///
    /// A transaction begun on it is a savepoint of the migration's; do not end the migration's own with SQL.
    ///
    /// # Errors
    ///
    /// When this is another database.
    #[cfg(feature = "postgres")]
    pub fn postgres(&mut self) -> Result<&mut sqlx::PgConnection> {
        self.typed(Dialect::Postgres)
    }

    /// The sqlx connection, for typed queries.
    ///
    /// A transaction begun on it is a savepoint of the migration's; do not end the migration's own with SQL.
    ///
    /// # Errors
    ///
    /// When this is another database.
    #[cfg(feature = "mysql")]
    pub fn mysql(&mut self) -> Result<&mut sqlx::MySqlConnection> {
        self.typed(Dialect::MySql)
    }

    /// The sqlx connection, for typed queries.
    ///
    /// A transaction begun on it is a savepoint of the migration's; do not end the migration's own with SQL.
    ///
    /// # Errors
    ///
    /// When this is another database.
    #[cfg(feature = "_sqlite")]
    pub fn sqlite(&mut self) -> Result<&mut sqlx::SqliteConnection> {
        self.typed(Dialect::Sqlite)
    }

    #[cfg(any(feature = "postgres", feature = "mysql", feature = "_sqlite"))]
    fn typed<T: 'static>(&mut self, wanted: Dialect) -> Result<&mut T> {
        self.usable()?;
        let dialect = self.dialect();
        let connection = self.connection.as_any().downcast_mut();
        connection.ok_or_else(|| format!("this database is `{dialect}`, not `{wanted}`: ask `dialect()` first").into())
    }

    async fn any(&mut self, count: String) -> Result<bool> {
        let row = self.fetch_one(AssertSqlSafe(count)).await?;
        Ok(row.get::<i64>(0)? > 0)
    }

    fn whole(&self) -> Result {
        self.broken.as_deref().map_or(Ok(()), |why| Err(why.into()))
    }

    fn usable(&self) -> Result {
        self.whole()?;
        if self.is_stopped.is_some_and(|is_stopped| is_stopped()) { Err(AskedToStop.into()) } else { Ok(()) }
    }

    /// A text that may be sent: every database would stop reading at a NUL, and drop the rest. And none may end a transaction that
    /// is not its own, or what follows would stay behind whatever becomes of the migration.
    fn statement(&self, sql: impl SqlSafeStr) -> Result<SqlStr> {
        self.usable()?;
        let (sql, dialect) = (sql.into_sql_str(), self.dialect());
        if sql.as_str().contains('\0') {
            return Err(dialect::NulError.into());
        }
        if self.connection.in_transaction()
            && let Some(name) = transaction_control(dialect, sql.as_str())
        {
            return Err(StatementError::refused(dialect, sql.as_str(), inside(name)).into());
        }
        Ok(sql)
    }

    /// The statement as it was written, as the driver wants it, and the values in its order.
    fn bound(&self, sql: impl SqlSafeStr, params: impl Params) -> Result<(SqlStr, SqlStr, Vec<Value>)> {
        let sql = self.statement(sql)?;
        let (bound, values) = placeholders::bind(self.dialect(), sql.clone(), params.into_values())
            .map_err(|error| StatementError::refused(self.dialect(), sql.as_str(), error))?;
        Ok((sql, bound, values))
    }

    fn failed(&self, sql: &SqlStr, error: sqlx::Error) -> StatementError {
        StatementError::new(self.dialect(), sql.as_str(), error)
    }
}

/// The first row. The rest is read as well, since an error may follow, and SQLite stops working when nobody reads.
async fn first(mut rows: BoxStream<'_, Result<Row>>) -> Result<Option<Row>> {
    let first = rows.try_next().await?;
    while rows.try_next().await?.is_some() {}
    Ok(first)
}

fn inside(control: &str) -> String {
    format!(
        "`{control}` inside of a transaction that is the run's: to do all or nothing of a part, use `Context::transaction`; \
         to run outside of one, write `#[migration(transaction = false)]`"
    )
}

fn failed<'a>(error: Box<dyn std::error::Error + Send + Sync>) -> BoxStream<'a, Result<Row>> {
    futures_util::stream::once(std::future::ready(Err(error))).boxed()
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("dialect", &self.dialect())
            .field("migration", &self.info.id)
            .field("level", &self.level)
            .field("broken", &self.broken)
            .finish_non_exhaustive()
    }
}
