//! What a migrator does for projects of other tools: takes over their history, and lends a connection to look at it.

use sqlx::Pool;
use uno_migrate_core::Dialect;

use super::Migrator;
use crate::adopted::Adopted;
use crate::context::Context;
use crate::driver::Driver;
use crate::error::Error;
use crate::options::TransactionMode;
use crate::report::Report;
use crate::run;
use crate::source::Embedding;

impl Migrator {
    /// Takes a history over from another tool: records these migrations as applied, in plan order, and runs nothing. All of
    /// them or none, but on MySQL, where it is one after the other. What already has a row in the history keeps it.
    ///
    /// # Errors
    /// As [`run`](Self::run); [`Usage`](crate::ErrorKind::Usage) where the set has no such migration.
    pub async fn adopt<DB: Driver>(
        &self,
        pool: &Pool<DB>,
        adopted: impl IntoIterator<Item = Adopted>,
    ) -> Result<Report, Error> {
        let mut migrator = self.clone();
        migrator.options.adopted = Some(adopted.into_iter().collect());
        migrator.options.transaction = match DB::DIALECT {
            Dialect::MySql => TransactionMode::PerMigration,
            Dialect::Postgres | Dialect::Sqlite => TransactionMode::Whole,
        };
        migrator.start(pool).await?.up().await
    }

    /// The embedded sets among its sources, as their directories were proven: for tools that prove them again.
    #[doc(hidden)]
    pub fn embeddings(&self) -> Vec<Embedding> {
        self.source.embeddings()
    }

    /// Lends a connection as migrations have it, outside of any migration and any transaction: for tools that look at a
    /// database.
    ///
    /// # Errors
    /// [`Connection`](crate::ErrorKind::Connection); [`Hook`](crate::ErrorKind::Hook) where the function fails.
    pub async fn inspect<DB, T, F>(&self, pool: &Pool<DB>, look: F) -> Result<T, Error>
    where
        DB: Driver,
        F: AsyncFnOnce(&mut Context<'_>) -> crate::error::Result<T>,
    {
        run::inspect(pool, &self.options, look).await
    }
}
