//! What a run that was ended still holds: nothing, a short while later.

use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, Database, MySql, Postgres, Row, Sqlite};

use crate::kit::Ask;
use crate::support::{TestDatabase, each_database};

const PATIENCE: Duration = Duration::from_secs(20);

/// A session of the database, or what stands for one.
pub(crate) struct Session {
    /// It does nothing, and has no transaction and no lock.
    is_idle: bool,
    what: String,
}

/// All sessions of a database but the one that asks.
pub(crate) trait Sessions {
    async fn sessions(&self) -> Vec<Session>;
}

impl<DB: Database> TestDatabase<DB>
where
    Self: Sessions,
{
    /// The connections of `pools` may stand idle.
    pub(crate) async fn assert_nothing_held(&self, pools: u32, when: &str) {
        let began = Instant::now();
        loop {
            let sessions = self.sessions().await;
            let allowed = (pools + self.pool().size()) as usize - 1;
            if sessions.len() <= allowed && sessions.iter().all(|session| session.is_idle) {
                return;
            }
            let whats: Vec<&str> = sessions.iter().map(|session| session.what.as_str()).collect();
            assert!(began.elapsed() < PATIENCE, "{when}: at most {allowed} idle sessions, not {whats:#?}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

impl Sessions for TestDatabase<Postgres> {
    async fn sessions(&self) -> Vec<Session> {
        let sessions = "SELECT state = 'idle' AND xact_start IS NULL \
             AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid), \
             concat_ws(' ', pid, state, query) FROM pg_stat_activity a WHERE datname = current_database() \
             AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
        let rows = sqlx::raw_sql(sessions).fetch_all(self.pool()).await.unwrap();
        let is_idle = |row: &sqlx::postgres::PgRow| row.get::<Option<bool>, _>(0).unwrap_or(false);
        rows.iter().map(|row| Session { is_idle: is_idle(row), what: row.get(1) }).collect()
    }
}

impl Sessions for TestDatabase<MySql> {
    /// `information_schema.innodb_trx` would be of no use: who asks within 0.1 s of the last who asked, in whatever
    /// database, is told what that one was told.
    async fn sessions(&self) -> Vec<Session> {
        let sessions = "SELECT CAST(id AS CHAR), command = 'Sleep', CONCAT_WS(' ', id, command, info) \
             FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
        let rows = sqlx::raw_sql(sessions).fetch_all(self.pool()).await.unwrap();
        let engine = sqlx::raw_sql("SHOW ENGINE INNODB STATUS").fetch_one(self.pool()).await.unwrap();
        let open = with_a_transaction(engine.get("Status"));
        let session = |row: &sqlx::mysql::MySqlRow| {
            let (id, sleeps, what): (String, bool, String) = (row.get(0), row.get(1), row.get(2));
            match open.contains(&id) {
                true => Session { is_idle: false, what: format!("{what}, in a transaction") },
                false => Session { is_idle: sleeps, what },
            }
        };
        rows.iter().map(session).collect()
    }
}

/// The threads that InnoDB's status says have a transaction: `---TRANSACTION 23, ACTIVE 0 sec`, and some lines on
/// `MariaDB thread id 10, …`.
fn with_a_transaction(status: &str) -> Vec<String> {
    let open = status.split("---TRANSACTION ").skip(1).filter(|told| {
        let state = told.lines().next().unwrap_or_default();
        !state.ends_with(", not started")
    });
    let thread = |told: &str| {
        let (_, id) = told.split_once(" thread id ")?;
        Some(id.split(',').next()?.to_owned())
    };
    open.filter_map(thread).collect()
}

impl Sessions for TestDatabase<Sqlite> {
    /// A second writer finds out.
    async fn sessions(&self) -> Vec<Session> {
        let options: sqlx::sqlite::SqliteConnectOptions = self.url().parse().unwrap();
        let options = options.busy_timeout(Duration::ZERO);
        let mut writer = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        let locked = sqlx::raw_sql(AssertSqlSafe("BEGIN EXCLUSIVE; ROLLBACK")).execute(&mut writer).await;
        writer.close().await.unwrap();
        locked.err().map(|error| Session { is_idle: false, what: error.to_string() }).into_iter().collect()
    }
}

each_database! {
    async fn a_transaction_is_seen_and_so_is_its_end(db) {
        let application = db.pool_of_one().await;
        db.exec("CREATE TABLE written (id INT PRIMARY KEY)").await;
        for id in 0..20 {
            let mut transaction = application.begin().await.unwrap();
            let written = format!("INSERT INTO written VALUES ({id})");
            sqlx::raw_sql(AssertSqlSafe(written)).execute(&mut *transaction).await.unwrap();
            assert!(db.sessions().await.iter().any(|session| !session.is_idle), "{id}");
            transaction.rollback().await.unwrap();
            db.assert_nothing_held(application.size(), &format!("{id}")).await;
        }
    }
}
