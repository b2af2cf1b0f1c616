//! A database with a proxy in front of it that counts.

use sqlx::{Database, MySql, Pool, Postgres};
use uno_migrate::{Driver, Error, Migrator, Report};

use crate::support::{Proxy, TestDatabase};

/// A pool by way of a proxy, with one connection open.
pub(crate) struct Wire<DB: Database> {
    pub(crate) proxy: Proxy,
    pub(crate) pool: Pool<DB>,
}

impl<DB: Driver> Wire<DB> {
    pub(crate) async fn new(db: &TestDatabase<DB>) -> Self {
        let proxy = Proxy::start(db.url());
        let pool = Pool::connect(proxy.url()).await.unwrap();
        Self { proxy, pool }
    }

    /// A run, and what it was on the wire. The pool asks a connection that is given back whether it is alive; it has not
    /// come to that.
    pub(crate) async fn run(&self, migrator: &Migrator) -> (Result<Report, Error>, Cost) {
        let (trips, bytes) = (self.proxy.round_trips(), self.proxy.bytes());
        let done = migrator.run(&self.pool).await;
        let cost = Cost { trips: self.proxy.round_trips() - trips, bytes: self.proxy.bytes() - bytes };
        (done, cost)
    }

    /// Waits until the connection is back in the pool.
    pub(crate) async fn settle(&self) {
        while self.pool.num_idle() < self.pool.size() as usize {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) trips: usize,
    pub(crate) bytes: usize,
}

/// The same body for the two databases that have a wire.
macro_rules! each_server {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            $crate::support::each_database!(@one postgres, ::sqlx::Postgres, $(#[$attribute])* $db $body);
            $crate::support::each_database!(@one mysql, ::sqlx::MySql, $(#[$attribute])* $db $body);
        }
    )+};
}
pub(crate) use each_server;

/// Rows for `<n>_m` of this many migrations, all of them like the first one, which is applied.
pub(crate) trait Fill {
    async fn fill(&self, from: usize, to: usize);
}

macro_rules! fill {
    ($database:ty, $series:literal) => {
        impl Fill for TestDatabase<$database> {
            async fn fill(&self, from: usize, to: usize) {
                let columns = "name, version, description, tags, depends, dialect, checksum, status, applied_at, \
                               reverted_at, execution_ms, applied_by, epoch, statements_done, error, down_sql, breaking, metadata, format";
                let sql = format!(
                    "INSERT INTO uno_migrations (namespace, id, seq, {columns}) \
                     SELECT namespace, CONCAT(n, '_m'), n, {columns} FROM uno_migrations, {} WHERE id = '1_m'",
                    format_args!($series, from, to)
                );
                sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(self.pool()).await.unwrap();
            }
        }
    };
}

fill!(Postgres, "generate_series({}, {}) AS series (n)");
fill!(MySql, "(SELECT seq AS n FROM seq_{}_to_{}) AS series");
