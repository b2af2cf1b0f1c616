//! A test database whose kind is known when the test runs.

use sqlx::{AssertSqlSafe, MySql, Pool, Postgres, Row, Sqlite};
use uno_migrate::{Dialect, Error, Migrator, Repair, Report};

use super::{TestDatabase, Verb, mysql, postgres, sqlite};

/// A fresh database of one of the three kinds.
#[derive(Debug)]
pub(crate) enum AnyDatabase {
    Postgres(TestDatabase<Postgres>),
    MySql(TestDatabase<MySql>),
    Sqlite(TestDatabase<Sqlite>),
}

/// The same expression for each kind.
macro_rules! with {
    ($database:expr, $inner:ident => $body:expr) => {
        match $database {
            AnyDatabase::Postgres($inner) => $body,
            AnyDatabase::MySql($inner) => $body,
            AnyDatabase::Sqlite($inner) => $body,
        }
    };
}

impl AnyDatabase {
    pub(crate) async fn create(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => Self::Postgres(postgres().await),
            Dialect::MySql => Self::MySql(mysql().await),
            Dialect::Sqlite => Self::Sqlite(sqlite().await),
        }
    }

    pub(crate) fn url(&self) -> &str {
        with!(self, database => database.url())
    }

    /// Runs statements.
    pub(crate) async fn exec(&self, sql: &str) {
        let text = AssertSqlSafe(sql.to_owned());
        let done = with!(self, database => sqlx::raw_sql(text).execute(database.pool()).await.map(drop));
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The first column of each row, which is text.
    pub(crate) async fn texts(&self, sql: &str) -> Result<Vec<String>, sqlx::Error> {
        let text = AssertSqlSafe(sql.to_owned());
        with!(self, database => {
            let rows = sqlx::raw_sql(text).fetch_all(database.pool()).await?;
            rows.iter().map(|row| row.try_get(0)).collect()
        })
    }

    /// Answers a question.
    pub(crate) async fn repair(&self, migrator: Migrator, repair: Repair) -> Result<Report, Error> {
        with!(self, database => migrator.repair(database.pool(), repair).await)
    }

    /// Migrates in this process, over this URL: its own, or that of a proxy before it.
    pub(crate) async fn migrate(url: &str, migrator: Migrator, verb: Verb) -> Result<Report, Error> {
        match url.split(':').next() {
            Some("postgres") => on(Pool::<Postgres>::connect_lazy(url).unwrap(), migrator, verb).await,
            Some("mysql") => on(Pool::<MySql>::connect_lazy(url).unwrap(), migrator, verb).await,
            _ => on(Pool::<Sqlite>::connect_lazy(url).unwrap(), migrator, verb).await,
        }
    }
}

async fn on<DB: uno_migrate::Driver>(pool: Pool<DB>, migrator: Migrator, verb: Verb) -> Result<Report, Error> {
    let done = match verb {
        Verb::Run => migrator.run(&pool).await,
        Verb::Revert => migrator.all().revert(&pool).await,
    };
    pool.close().await;
    done
}
