//! What the themes share: migrations that every database takes, and questions to a database.

use std::sync::{Arc, Mutex};

use sqlx::{AssertSqlSafe, MySql, Pool, Postgres, Row, Sqlite};
use uno_migrate::{Context, Dialect, Driver, Error, Event, Memory, Migration, Migrator};

use crate::support::{Proxy, TestDatabase};

/// A migration that creates a table of its id's name, `1_a` the table `a`.
pub(crate) fn table(id: &str) -> Migration {
    dependent(id, &[])
}

/// The same, waiting for others.
pub(crate) fn dependent(id: &str, depends: &[&str]) -> Migration {
    let name = id.split_once('_').unwrap().1;
    let depends = match depends {
        [] => String::new(),
        depends => format!("-- Dependencies: {}\n", depends.join(", ")),
    };
    let up = format!("{depends}CREATE TABLE {name} (id BIGINT PRIMARY KEY, note VARCHAR(100))");
    Migration::sql(id, up, format!("DROP TABLE {name}").as_str())
}

/// A migration of any SQL.
pub(crate) fn sql(id: &str, up: &str, down: &str) -> Migration {
    Migration::sql(id, up, down)
}

/// Thirty small ones, numbered from 1.
pub(crate) fn thirty() -> Vec<Migration> {
    (1..=30).map(|number| table(&format!("{number:02}_t{number}"))).collect()
}

/// The same with another one in the middle.
pub(crate) fn thirty_with(up: &str) -> Vec<Migration> {
    let mut set = thirty();
    set[14] = sql("15_t15", up, "DROP TABLE IF EXISTS t15");
    set
}

pub(crate) fn migrator(migrations: impl IntoIterator<Item = Migration>) -> Migrator {
    Migrator::new(Memory::new(migrations))
}

/// The same with each migration by itself, statement by statement: whoever sets up the connection may do so before each of
/// them.
pub(crate) fn by_itself(migrator: Migrator) -> Migrator {
    migrator.on_connect(async |_: &mut Context<'_>| Ok::<_, Error>(()))
}

/// Tables `a`, `b` and `c`; `c` waits for `a`.
pub(crate) fn abc() -> Migrator {
    migrator([table("1_a"), table("2_b"), dependent("3_c", &["1_a"])])
}

/// Events as short lines, in the order in which they came.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn say(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub(crate) fn listener(&self) -> impl Fn(&Event) + Send + Sync + 'static {
        let log = self.clone();
        move |event| {
            log.say(match event {
                Event::Started { id, direction, position, total, .. } => {
                    format!("started {id} {} {position}/{total}", direction.name())
                }
                Event::Statement { id, line, position, total, .. } => {
                    format!("statement {id} line {line} {position}/{total}")
                }
                Event::Progress { id, done, total, .. } => format!("progress {id} {done}/{total:?}"),
                Event::Applied { id, .. } => format!("applied {id}"),
                Event::Reverted { id, .. } => format!("reverted {id}"),
                Event::Failed { id, .. } => format!("failed {id}"),
                Event::Warning { message, .. } => format!("warning {message}"),
                other => format!("{other:?}"),
            });
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// The ids of a report or of the report in an error.
pub(crate) fn ids(report: &uno_migrate::Report) -> Vec<&str> {
    report.ids().collect()
}

/// An error's text with each line's blanks as they are.
pub(crate) fn text(error: &Error) -> String {
    error.to_string()
}

/// A pool whose connections lead through a proxy.
pub(crate) async fn through<DB: Driver>(db: &TestDatabase<DB>) -> (Proxy, Pool<DB>) {
    let proxy = Proxy::start(db.url());
    let pool = Pool::connect(proxy.url()).await.unwrap();
    (proxy, pool)
}

/// Questions that are asked the same way on every database.
pub(crate) trait Ask {
    const DIALECT: Dialect;
    type Database: Driver;

    fn pool_of_one(&self) -> impl Future<Output = Pool<Self::Database>>;
    async fn exec(&self, sql: &str);
    async fn number(&self, sql: &str) -> i64;
    async fn texts(&self, sql: &str) -> Vec<String>;
    /// All tables by name, but that of the lease, which stands wherever a history was written by turns.
    async fn tables(&self) -> Vec<String>;

    /// A column of the history as text, by order of application.
    async fn history(&self, column: &str) -> Vec<String> {
        self.history_in("uno_migrations", column).await
    }

    async fn history_in(&self, table: &str, column: &str) -> Vec<String> {
        let text = if Self::DIALECT == Dialect::MySql { "CHAR" } else { "TEXT" };
        self.texts(&format!("SELECT COALESCE(CAST({column} AS {text}), '-') FROM {table} ORDER BY seq, id")).await
    }

    /// `id status` of each row, by order of application.
    async fn standing(&self) -> Vec<String> {
        let (ids, statuses) = (self.history("id").await, self.history("status").await);
        ids.iter().zip(statuses).map(|(id, status)| format!("{id} {status}")).collect()
    }

    fn is_mysql(&self) -> bool {
        Self::DIALECT == Dialect::MySql
    }

    fn is_postgres(&self) -> bool {
        Self::DIALECT == Dialect::Postgres
    }

    fn is_sqlite(&self) -> bool {
        Self::DIALECT == Dialect::Sqlite
    }
}

macro_rules! ask {
    ($database:ty, $dialect:ident, $options:ty, $tables:literal) => {
        impl Ask for TestDatabase<$database> {
            const DIALECT: Dialect = Dialect::$dialect;
            type Database = $database;

            async fn pool_of_one(&self) -> Pool<$database> {
                <$options>::new()
                    .max_connections(1)
                    .acquire_timeout(std::time::Duration::from_secs(5))
                    .connect(self.url())
                    .await
                    .unwrap()
            }

            async fn exec(&self, sql: &str) {
                let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(self.pool()).await;
                done.unwrap_or_else(|error| panic!("{sql}: {error}"));
            }

            async fn number(&self, sql: &str) -> i64 {
                let row = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_one(self.pool()).await;
                row.unwrap_or_else(|error| panic!("{sql}: {error}")).get(0)
            }

            async fn texts(&self, sql: &str) -> Vec<String> {
                let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(self.pool()).await;
                rows.unwrap_or_else(|error| panic!("{sql}: {error}")).iter().map(|row| row.get(0)).collect()
            }

            async fn tables(&self) -> Vec<String> {
                let mut tables = self.texts($tables).await;
                tables.retain(|name| !name.ends_with("_lease"));
                tables
            }
        }
    };
}

ask!(
    Postgres,
    Postgres,
    sqlx::postgres::PgPoolOptions,
    "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
);
ask!(
    MySql,
    MySql,
    sqlx::mysql::MySqlPoolOptions,
    "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1"
);
ask!(
    Sqlite,
    Sqlite,
    sqlx::sqlite::SqlitePoolOptions,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
);
