//! Migrations with effects that show when they happen twice, and a look at the lease.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Database, MySql, Pool, Postgres, Sqlite};
use uno_migrate::{Event, Memory, Migration, Migrator};

use crate::ask::Ask;
use crate::support::TestDatabase;

/// Short enough to be waited for.
pub(crate) const LEASE: Duration = Duration::from_secs(1);

/// A table `counter`, and migrations that add a row to it and a table to the database.
pub(crate) fn migrations(count: usize) -> Memory {
    let table =
        Migration::sql("0000_counter", "CREATE TABLE counter (name VARCHAR(50), value INT)", "DROP TABLE counter");
    let steps = (1..=count).map(|number| {
        let id = format!("{number:04}_step");
        let up = format!("INSERT INTO counter (name, value) VALUES ('{id}', 1); CREATE TABLE t_{number} (id INT)");
        let down = format!("DROP TABLE t_{number}; DELETE FROM counter WHERE name = '{id}'");
        Migration::sql(id, up, down.as_str())
    });
    Memory::new([table].into_iter().chain(steps))
}

/// Two of them, by one that takes a lease on SQLite as well, where a transaction each would do without.
pub(crate) fn migrator() -> Migrator {
    let table = Migration::sql(
        "0_counter",
        "-- Transaction: none\nCREATE TABLE counter (name VARCHAR(50), value INT)",
        "-- Transaction: none\nDROP TABLE counter",
    );
    let step = Migration::sql(
        "1_step",
        "-- Transaction: none\nINSERT INTO counter (name, value) VALUES ('1_step', 1)",
        "-- Transaction: none\nDELETE FROM counter",
    );
    Migrator::new(Memory::new([table, step])).lease(LEASE)
}

/// What was told of waiting.
#[derive(Clone, Default)]
pub(crate) struct Waits(Arc<Mutex<Vec<Event>>>);

impl Waits {
    pub(crate) fn listener(&self) -> impl Fn(&Event) + Send + Sync + 'static {
        let waits = self.clone();
        move |event| {
            if let Event::Waiting { .. } = event {
                waits.0.lock().unwrap().push(event.clone());
            }
        }
    }

    pub(crate) fn seen(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }
}

/// A look at sessions, beside the questions of the conformance tests.
pub(crate) trait Look: Ask {
    async fn text(&self, sql: &str) -> Option<String>;
    /// A statement that lasts so many seconds in a session of its own, and what others know that session by.
    async fn busy(&self, seconds: u32) -> String;
    /// A session that waits for its client.
    async fn idle(&self) -> (String, Box<dyn Send>);
}

/// The queries by which sessions know one another; the library's own are not to be seen from here.
const POSTGRES_SESSION: &str = "SELECT concat_ws('/', pid, extract(epoch FROM backend_start), application_name) \
                                FROM pg_stat_activity WHERE pid = pg_backend_pid()";
const MYSQL_SESSION: &str = "SELECT CONCAT_WS('/', @@hostname, @@port, CONNECTION_ID(), UNIX_TIMESTAMP() - \
                             (SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'Uptime'), \
                             CURRENT_USER())";

macro_rules! look {
    ($database:ident, $session:expr, $sleep:literal) => {
        impl Look for TestDatabase<$database> {
            async fn text(&self, sql: &str) -> Option<String> {
                sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(self.pool()).await.unwrap()
            }

            async fn busy(&self, seconds: u32) -> String {
                let (session, connection) = session::<$database>(self.pool(), $session).await;
                let mut connection = connection;
                let sleep = format!($sleep, seconds);
                tokio::spawn(
                    async move { sqlx::raw_sql(AssertSqlSafe(sleep)).execute(&mut connection).await.map(drop) },
                );
                session
            }

            async fn idle(&self) -> (String, Box<dyn Send>) {
                let (session, connection) = session::<$database>(self.pool(), $session).await;
                (session, Box::new(connection))
            }
        }
    };
}

look!(Postgres, POSTGRES_SESSION, "SELECT pg_sleep({})");
look!(MySql, MYSQL_SESSION, "SELECT SLEEP({})");
look!(Sqlite, "SELECT ''", "SELECT {}");

async fn session<DB: Database>(pool: &Pool<DB>, question: &'static str) -> (String, DB::Connection)
where
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
    String: sqlx::Type<DB> + for<'r> sqlx::Decode<'r, DB>,
    usize: sqlx::ColumnIndex<DB::Row>,
    DB::Arguments: sqlx::IntoArguments<DB>,
{
    let mut connection = pool.acquire().await.unwrap().detach();
    let session: String = sqlx::query_scalar(question).fetch_one(&mut connection).await.unwrap();
    (session, connection)
}
