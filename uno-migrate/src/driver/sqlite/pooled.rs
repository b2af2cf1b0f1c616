//! A connection that goes back to the pool as it was taken: a database in memory lives in the pool's own connections only.

use std::any::Any;
use std::future::ready;
use std::mem;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, StreamExt, once};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Error, SqlStr, Sqlite, SqliteConnection, SqlitePool, query_as, query_scalar, raw_sql};
use tokio::runtime::Handle;
use tracing::warn;
use uno_migrate_core::Dialect;

use super::super::{Answer, Checkpoints, Connection, Transaction};
use crate::dialect;
use crate::value::{Row, Value};

pub(super) struct Pooled {
    /// Until it is given back.
    connection: Option<PoolConnection<Sqlite>>,
    before: Before,
}

/// How the session stood when it was taken.
#[derive(Default)]
struct Before {
    settings: Vec<(&'static str, i64)>,
    /// Tables and views that the application keeps in its session.
    temporary: Vec<Temporary>,
    /// The databases that it has attached.
    attached: Vec<String>,
}

/// `table` or `view`, and its name.
type Temporary = (String, String);

/// Settings of a session that a migration may change, each a number.
const SETTINGS: [&str; 17] = [
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cell_size_check",
    "defer_foreign_keys",
    "foreign_keys",
    "ignore_check_constraints",
    "legacy_alter_table",
    "max_page_count",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "synchronous",
    "temp_store",
    "trusted_schema",
    "writable_schema",
];

/// In a task of its own: sqlx closes a connection that nobody waits for any more, and with the last one goes the
/// database.
pub(super) async fn acquire(pool: &SqlitePool) -> Result<PoolConnection<Sqlite>, Error> {
    let pool = pool.clone();
    let acquired = tokio::spawn(async move { pool.acquire().await });
    acquired.await.map_err(|_| Error::WorkerCrashed)?
}

impl Pooled {
    pub(super) async fn taken(mut connection: PoolConnection<Sqlite>) -> Result<Self, Error> {
        let mut settings = Vec::with_capacity(SETTINGS.len());
        for name in SETTINGS {
            let sql = AssertSqlSafe(format!("PRAGMA {name}"));
            settings.push((name, query_scalar(sql).persistent(false).fetch_one(&mut *connection).await?));
        }
        let (temporary, attached) = (temporary(&mut connection).await?, attached(&mut connection).await?);
        Ok(Self { connection: Some(connection), before: Before { settings, temporary, attached } })
    }

    fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.connection.as_deref_mut().ok_or(Error::PoolClosed)
    }
}

impl Before {
    async fn restore(&self, connection: &mut SqliteConnection) -> Result<(), Error> {
        let quote = |name: &str| dialect::sql(Dialect::Sqlite).quote_ident(name);
        let mut sql: String = self.settings.iter().map(|(name, value)| format!("PRAGMA {name} = {value};")).collect();
        for (kind, name) in temporary(connection).await? {
            if !self.temporary.contains(&(kind.clone(), name.clone())) {
                sql.push_str(&format!("DROP {kind} IF EXISTS temp.{};", quote(&name)));
            }
        }
        for name in attached(connection).await? {
            if !self.attached.contains(&name) {
                sql.push_str(&format!("DETACH {};", quote(&name)));
            }
        }
        raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(drop)
    }
}

impl Connection for Pooled {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn in_transaction(&self) -> bool {
        self.connection.as_deref().is_some_and(Connection::in_transaction)
    }

    fn begin(&mut self, sql: SqlStr) -> BoxFuture<'_, Result<Box<dyn Transaction<'_> + '_>, Error>> {
        match self.connection() {
            Ok(connection) => Connection::begin(connection, sql),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }

    fn execute(&mut self, sql: SqlStr) -> BoxFuture<'_, Result<u64, Error>> {
        match self.connection() {
            Ok(connection) => Connection::execute(connection, sql),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }

    fn execute_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxFuture<'_, Result<u64, Error>> {
        match self.connection() {
            Ok(connection) => Connection::execute_with(connection, sql, values),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }

    fn fetch(&mut self, sql: SqlStr) -> BoxStream<'_, Result<Row, Error>> {
        match self.connection() {
            Ok(connection) => Connection::fetch(connection, sql),
            Err(error) => once(ready(Err(error))).boxed(),
        }
    }

    fn answers(&mut self, sql: SqlStr) -> BoxStream<'_, Result<Answer, Error>> {
        match self.connection() {
            Ok(connection) => Connection::answers(connection, sql),
            Err(error) => once(ready(Err(error))).boxed(),
        }
    }

    fn in_one_call(&mut self, sql: SqlStr, checkpoints: Arc<Checkpoints>) -> BoxFuture<'_, Result<(), Error>> {
        match self.connection() {
            Ok(connection) => Connection::in_one_call(connection, sql, checkpoints),
            Err(error) => Box::pin(ready(Err(error))),
        }
    }

    fn fetch_with(&mut self, sql: SqlStr, values: Vec<Value>) -> BoxStream<'_, Result<Row, Error>> {
        match self.connection() {
            Ok(connection) => Connection::fetch_with(connection, sql, values),
            Err(error) => once(ready(Err(error))).boxed(),
        }
    }

    fn is_pooled(&self) -> bool {
        true
    }

    fn restore(&mut self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let connection = self.connection.as_deref_mut().ok_or(Error::PoolClosed)?;
            self.before.restore(connection).await
        })
    }

    fn as_any(&mut self) -> &mut dyn Any {
        match &mut self.connection {
            Some(connection) => &mut **connection,
            None => &mut self.before,
        }
    }

    fn close(mut self: Box<Self>) -> BoxFuture<'static, Result<(), Error>> {
        let connection = self.connection.take();
        Box::pin(async move {
            if let Some(mut connection) = connection {
                // In a task for the same reason.
                let returned = tokio::spawn(connection.return_to_pool());
                let _ = returned.await;
            }
            Ok(())
        })
    }
}

/// A run that panics, or whose future is dropped, has nobody else to take back what it did to the application's session:
/// a transaction of its own, foreign keys that are off.
impl Drop for Pooled {
    fn drop(&mut self) {
        let (Some(mut connection), Ok(runtime)) = (self.connection.take(), Handle::try_current()) else { return };
        let before = mem::take(&mut self.before);
        runtime.spawn(async move {
            // Refused where none is open.
            let _ = raw_sql("ROLLBACK").execute(&mut *connection).await;
            if let Err(error) = before.restore(&mut connection).await {
                warn!("the pool's connection could not be given back as it was: {error}");
            }
            connection.return_to_pool().await;
        });
    }
}

async fn temporary(connection: &mut SqliteConnection) -> Result<Vec<Temporary>, Error> {
    let sql = "SELECT type, name FROM temp.sqlite_schema WHERE type IN ('table', 'view')";
    query_as(sql).persistent(false).fetch_all(connection).await
}

async fn attached(connection: &mut SqliteConnection) -> Result<Vec<String>, Error> {
    query_scalar("SELECT name FROM pragma_database_list").persistent(false).fetch_all(connection).await
}
