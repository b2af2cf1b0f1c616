//! A database with a pooler in front of it.

use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Row, postgres::PgPoolOptions};
use uno_migrate::{Memory, Migration, Migrator};
use uno_migrate_test_servers::{Server, pgbouncer};

use crate::support::{self, TestDatabase};

/// A fresh database, and PgBouncer with so many connections to it.
pub(crate) struct Pooled {
    pub(crate) db: TestDatabase<Postgres>,
    pub(crate) pooler: Server,
}

impl Pooled {
    pub(crate) async fn new(connections: u32) -> Self {
        let db = support::postgres().await;
        let pooler = pgbouncer(db.url(), connections).unwrap();
        Self { db, pooler }
    }

    /// A pool through the pooler, as another process would have it.
    pub(crate) async fn pool(&self) -> PgPool {
        PgPoolOptions::new().max_connections(1).connect(self.pooler.url()).await.unwrap()
    }

    /// Asks past the pooler.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let row = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_one(self.db.pool()).await;
        row.unwrap_or_else(|error| panic!("{sql}: {error}")).get(0)
    }

    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(self.db.pool()).await;
        rows.unwrap_or_else(|error| panic!("{sql}: {error}")).iter().map(|row| row.get(0)).collect()
    }

    /// Past the pooler.
    pub(crate) async fn exec(&self, sql: &str) {
        let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(self.db.pool()).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

/// One row, one text.
pub(crate) async fn text(connection: &mut PgConnection, sql: &str) -> String {
    let row = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_one(connection).await;
    row.unwrap_or_else(|error| panic!("{sql}: {error}")).get(0)
}

pub(crate) fn migrator(migrations: impl IntoIterator<Item = Migration>) -> Migrator {
    Migrator::new(Memory::new(migrations))
}

pub(crate) fn up(id: &str, sql: &str) -> Migration {
    Migration::sql(id, sql, "-- Nothing: the test ends with it\n")
}
