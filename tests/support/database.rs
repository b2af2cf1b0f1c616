use std::{
    fmt,
    process::id,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use sqlx::{
    AssertSqlSafe, Connection, Database, Executor, MySql, MySqlConnection, PgConnection, Pool, Postgres, Sqlite,
};
use tempfile::TempDir;
use uno_migrate_test_servers::{Kind, Server};

/// An empty database of its own, dropped at the end of the test.
pub(crate) struct TestDatabase<DB: Database> {
    url: String,
    pool: Pool<DB>,
    home: Place,
}

/// Where a test database lives, and so how it is dropped.
enum Place {
    Server { kind: Kind, url: String, name: String },
    Directory(TempDir),
}

impl<DB: Database> TestDatabase<DB> {
    async fn connect(url: String, home: Place) -> Self {
        let pool = Pool::connect(&url).await.unwrap_or_else(|error| panic!("cannot connect to `{url}`: {error}"));
        Self { url, pool, home }
    }

    /// For programs and further pools.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn pool(&self) -> &Pool<DB> {
        &self.pool
    }
}

impl<DB: Database> fmt::Debug for TestDatabase<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

/// A new database on the private PostgreSQL server.
pub(crate) async fn postgres() -> TestDatabase<Postgres> {
    let (url, home) = create(Kind::Postgres).await;
    TestDatabase::connect(url, home).await
}

/// A new database on the private MariaDB server.
pub(crate) async fn mysql() -> TestDatabase<MySql> {
    let (url, home) = create(Kind::MySql).await;
    TestDatabase::connect(url, home).await
}

/// A new database on a PostgreSQL server of the test's own.
pub(crate) async fn postgres_on(server: &Server) -> TestDatabase<Postgres> {
    let (url, home) = create_on(Kind::Postgres, server.url().to_owned()).await;
    TestDatabase::connect(url, home).await
}

/// A new database on a MariaDB server of the test's own.
pub(crate) async fn mysql_on(server: &Server) -> TestDatabase<MySql> {
    let (url, home) = create_on(Kind::MySql, server.url().to_owned()).await;
    TestDatabase::connect(url, home).await
}

/// A new file in a temporary directory.
pub(crate) async fn sqlite() -> TestDatabase<Sqlite> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let url = format!("sqlite://{}?mode=rwc", directory.path().join("test.db").display());
    TestDatabase::connect(url, Place::Directory(directory)).await
}

async fn create(kind: Kind) -> (String, Place) {
    create_on(kind, kind.url().unwrap_or_else(|error| panic!("{error}"))).await
}

async fn create_on(kind: Kind, url: String) -> (String, Place) {
    let name = fresh_name();
    let create = format!("CREATE DATABASE {name}");
    execute(kind, &url, create).await.unwrap_or_else(|error| panic!("cannot create a database on `{url}`: {error}"));
    let (server, _) = url.rsplit_once('/').expect("a server's url names a database");
    (format!("{server}/{name}"), Place::Server { kind, url, name })
}

/// Unique over the threads, processes and runs that may share a server.
fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    format!("test_{now}_{}_{}", id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Runs one statement on a connection of its own.
async fn execute(kind: Kind, url: &str, sql: String) -> sqlx::Result<()> {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql));
    match kind {
        Kind::Postgres => PgConnection::connect(url).await?.execute(sql).await.map(drop),
        Kind::MySql => MySqlConnection::connect(url).await?.execute(sql).await.map(drop),
    }
}

impl<DB: Database> Drop for TestDatabase<DB> {
    /// Best effort: the server goes away with its databases anyhow.
    fn drop(&mut self) {
        let Place::Server { kind, url, name } = &self.home else { return };
        let (kind, url) = (*kind, url.clone());
        // A test that fails may have left a transaction open, which MySQL waits for.
        let sql = match kind {
            Kind::Postgres => format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            Kind::MySql => format!("SET lock_wait_timeout = 5; DROP DATABASE IF EXISTS {name}"),
        };
        // A thread, since a test's runtime cannot block on a future of its own while it drops.
        let dropping = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let _ = runtime.map(|runtime| runtime.block_on(execute(kind, &url, sql)));
        });
        let _ = dropping.join();
    }
}
