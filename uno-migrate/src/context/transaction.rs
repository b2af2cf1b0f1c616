//! All or nothing: transactions, and savepoints inside them.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use uno_migrate_core::Dialect;

use super::{Context, StatementError};
use crate::Result;
use crate::dialect::{self, SqlText};

/// What is wrong with a context while a transaction on it runs: nobody else can use it until that has come to its end.
const DROPPED: &str =
    "a transaction was dropped before it came to its end: await it fully, without a timeout or `select!` around it";

impl Context<'_> {
    /// Does all of it or nothing: what was done is undone when the closure fails.
    ///
    /// Inside a transaction, that of the migration or another such call, it is a savepoint. MySQL and MariaDB commit
    /// whenever a table is created, altered or dropped: what comes before that statement cannot be undone there.
    ///
    /// The closure must be awaited to its end. If its future is dropped, by a timeout around it for instance, or if it
    /// panics, the context can no longer be used, and nothing of the migration is committed.
    ///
    /// ```
    /// # async fn up(ctx: &mut uno_migrate::Context<'_>) -> uno_migrate::Result {
    /// let factor = 100;
    /// let changed = ctx
    ///     .transaction(async |ctx| {
    ///         let changed = ctx.execute_with("UPDATE prices SET cents = euros * $1", (factor,)).await?;
    ///         ctx.execute("UPDATE prices SET euros = NULL").await?;
    ///         Ok(changed)
    ///     })
    ///     .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The closure's, or what the database reports at the beginning or the end.
    pub async fn transaction<T, F>(&mut self, work: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Context<'_>) -> Result<T>,
    {
        self.usable()?;
        self.broken = Some(DROPPED.into());
        let result =
            if self.connection.in_transaction() { self.in_savepoint(work).await } else { self.outermost(work).await };
        self.broken = self.broken.take().filter(|why| why != DROPPED);
        result
    }

    async fn outermost<T, F>(&mut self, work: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Context<'_>) -> Result<T>,
    {
        let dialect = self.dialect();
        let failed = |sql: &str, error| StatementError::new(dialect, sql, error);
        let begin = dialect::sql(dialect).begin();
        let begun = self.connection.begin(SqlStr::from_static(begin)).await;
        let mut transaction = begun.map_err(|error| failed(begin, error))?;
        let mut inner = Context {
            connection: transaction.connection(),
            info: self.info,
            progress: self.progress,
            level: 0,
            broken: None,
            is_stopped: self.is_stopped,
        };
        let result = work(&mut inner).await;
        match inner.ended(result) {
            Ok(value) => {
                transaction.commit().await.map_err(|error| failed("COMMIT", error))?;
                if self.connection.in_transaction() {
                    let left_open = "a transaction begun on the sqlx connection was not ended: nothing is committed";
                    self.broken = Some(left_open.into());
                    return Err(left_open.into());
                }
                Ok(value)
            }
            Err(error) => {
                if let Err(undone) = transaction.rollback().await {
                    self.not_undone(&failed("ROLLBACK", undone));
                }
                Err(error)
            }
        }
    }

    async fn in_savepoint<T, F>(&mut self, work: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Context<'_>) -> Result<T>,
    {
        let text = self.text();
        let level = self.level + 1;
        self.send(text.savepoint(level)).await?;
        let mut inner = Context {
            connection: &mut *self.connection,
            info: self.info,
            progress: self.progress,
            level,
            broken: None,
            is_stopped: self.is_stopped,
        };
        let result = work(&mut inner).await;
        let result = match inner.ended(result) {
            Ok(value) => match self.send(text.release(level)).await {
                Err(error) if !self.was_committed(&error) => Err(error.into()),
                _ => return Ok(value),
            },
            Err(error) => Err(error),
        };
        if let Err(undone) = self.send(text.undo(level)).await {
            self.not_undone(&undone);
        }
        result
    }

    /// What came out, unless something inside is in a state that must not be kept.
    fn ended<T>(self, result: Result<T>) -> Result<T> {
        result.and_then(|value| self.finish().map(|()| value))
    }

    /// Nothing around it may be committed either.
    fn not_undone(&mut self, error: &StatementError) {
        self.broken = Some(format!("a transaction could not be rolled back: {}", error.message()).into());
    }

    /// Whether the savepoint is gone because MySQL has committed it together with a change of the schema.
    fn was_committed(&self, error: &StatementError) -> bool {
        const SYNTAX_OR_ACCESS: &str = "42000"; // the SQLSTATE of "SAVEPOINT … does not exist"
        self.dialect() == Dialect::MySql && error.code().as_deref() == Some(SYNTAX_OR_ACCESS)
    }

    async fn send(&mut self, sql: String) -> Result<(), StatementError> {
        let sql = AssertSqlSafe(sql).into_sql_str();
        self.connection.execute(sql.clone()).await.map(drop).map_err(|error| self.failed(&sql, error))
    }

    fn text(&self) -> &'static dyn SqlText {
        dialect::sql(self.dialect())
    }
}
