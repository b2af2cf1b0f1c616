//! What is done on the pool's connection while the run's own is being opened, and what is not.

use std::time::Duration;

use sqlx::Executor;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use uno_migrate::{Context, Driver, ErrorKind, Migration, Result, hook_fn};

use crate::kit::{Ask, ids, migrator, sql, table, text};
use crate::support::{Proxy, TestDatabase, each_database, mysql, postgres};

const NOTHING: &str = "-- Nothing: the tests do not go back\n";

/// A migration that keeps what a session is set to.
fn settings(id: &str, table: &str) -> Migration {
    let up = format!(
        "CREATE TABLE {table} AS SELECT current_setting('TimeZone') AS zone, current_setting('application_name') AS name, \
         current_setting('work_mem') AS memory, pg_backend_pid() AS pid"
    );
    sql(id, &up, NOTHING)
}

/// A pool of its own with a connection that idles.
async fn idling<DB: Driver>(db: &TestDatabase<DB>) -> sqlx::Pool<DB> {
    let pool = sqlx::Pool::connect(db.url()).await.unwrap();
    // It is asked whether it lives before it idles again.
    while pool.num_idle() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    pool
}

/// The session of whoever holds the lease, once there is one.
async fn seated(db: &TestDatabase<sqlx::Postgres>) -> String {
    for _ in 0..100 {
        let there = "SELECT count(*) FROM pg_tables WHERE tablename = 'uno_migrations_lease'";
        if db.number(there).await == 1
            && let [session] = &db.texts("SELECT session FROM uno_migrations_lease WHERE session IS NOT NULL").await[..]
        {
            return session.clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nobody says in which session it works");
}

#[tokio::test]
async fn the_first_message_says_in_which_session_it_is() {
    let db = postgres().await;
    let long = migrator([sql(
        "1_long",
        "CREATE TABLE a AS SELECT pg_backend_pid() AS pid, pg_sleep(1)::text AS slept",
        NOTHING,
    )]);
    let pool = idling(&db).await;
    let run = tokio::spawn(async move { long.run(&pool).await });
    let session = seated(&db).await;
    assert_eq!(run.await.unwrap().unwrap().len(), 1);
    let pid = db.number("SELECT pid::bigint FROM a").await;
    assert!(session.starts_with(&format!("{pid}/")) && session.contains("/uno-migrate "), "{session}");
    assert_eq!(db.number("SELECT count(*) FROM uno_migrations_lease WHERE session IS NOT NULL").await, 0);
}

/// A row says in which session its migration runs, in the first message as in the next.
#[tokio::test]
async fn the_journal_says_so_as_well() {
    for before in [0, 1, 65] {
        let db = mysql().await;
        let slow = sql("99_slow", "CREATE TABLE slow (a INT);\nINSERT INTO slow SELECT SLEEP(1)", NOTHING);
        let set: Vec<_> = (1..=before).map(|n| table(&format!("{n:02}_t{n}"))).chain([slow]).collect();
        let pool = idling(&db).await;
        let run = tokio::spawn(async move { migrator(set).run(&pool).await });
        let running = "SELECT COUNT(*) FROM uno_migrations m JOIN uno_migrations_lease l ON l.id = 1 WHERE m.id = '99_slow' \
                       AND JSON_VALUE(m.metadata, '$.uno_migrate.statements.session') = l.session AND m.status = 'running'";
        let there =
            "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'slow'";
        while db.number(there).await == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(db.number(running).await, 1, "behind {before}");
        assert_eq!(run.await.unwrap().unwrap().len(), before + 1);
    }
}

#[tokio::test]
async fn who_is_dropped_in_the_first_message_is_ended() {
    let db = postgres().await;
    let long = migrator([sql("1_long", "CREATE TABLE a AS SELECT pg_sleep(60)::text AS slept", NOTHING)]);
    let pool = idling(&db).await;
    let run = tokio::spawn(async move { long.run(&pool).await });
    seated(&db).await;
    run.abort();
    let short = migrator([sql("1_long", "CREATE TABLE a (id INT)", NOTHING)]);
    let done = tokio::time::timeout(Duration::from_secs(20), short.run(db.pool())).await;
    assert_eq!(done.expect("what was dropped is not waited for").unwrap().len(), 1);
}

/// The server shows no more than ASCII of a connection's name.
#[tokio::test]
async fn who_breaks_off_before_it_tells_is_found_by_its_name() {
    for application in ["", "app", "Café ☕ at night, which is longer than a name may be for a server"] {
        let set = || migrator([table("1_a"), table("2_b")]);
        let through = async |proxy: &Proxy| {
            let options: PgConnectOptions = proxy.url().parse().unwrap();
            PgPool::connect_with(options.application_name(application)).await.unwrap()
        };
        let at = {
            let db = postgres().await;
            let proxy = Proxy::start(db.url());
            set().run(&through(&proxy).await).await.unwrap();
            1 + proxy.messages().iter().position(|message| message.contains("CREATE TABLE a ")).unwrap()
        };
        let db = postgres().await;
        let proxy = Proxy::start(db.url());
        proxy.cut_before(at);
        let pool = through(&proxy).await;
        let error = set().run(&pool).await.unwrap_err();
        assert!(text(&error).contains("`1_a` was rolled back and left nothing behind"), "{application}: {error}");
        assert_eq!(db.number("SELECT count(*) FROM uno_migrations_lease WHERE owner IS NOT NULL").await, 0);
        assert_eq!(set().run(&pool).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn what_the_application_has_set_is_not_the_runs() {
    let db = postgres().await;
    let set = "SET TIME ZONE 'Asia/Tokyo'; SET work_mem = '5MB'; SET application_name = 'app'";
    for settings_of_it in [set, "SET work_mem = '5MB'"] {
        let options = PgPoolOptions::new().max_connections(1);
        let pool = options
            .after_connect(move |connection, _| {
                Box::pin(async move { connection.execute(settings_of_it).await.map(drop) })
            })
            .connect(db.url())
            .await
            .unwrap();
        let report = migrator([settings("1_a", "a"), settings("2_b", "b")]).run(&pool).await.unwrap();
        assert_eq!(ids(&report), ["1_a", "2_b"]);
        let found = db.texts("SELECT concat_ws('/', zone, substr(name, 1, 12), memory) FROM a NATURAL JOIN b").await;
        assert_eq!(found, ["UTC/uno-migrate /4MB"], "{settings_of_it}");
        // The pool has its own back, as it was.
        let back: (String, i32) =
            sqlx::query_as("SELECT current_setting('work_mem'), pg_backend_pid()").fetch_one(&pool).await.unwrap();
        assert_eq!(back.0, "5MB");
        assert_eq!(db.number(&format!("SELECT count(*) FROM a WHERE pid = {}", back.1)).await, 0);
        pool.close().await;
        db.exec("DROP TABLE a, b, uno_migrations, uno_migrations_lease").await;
    }
}

#[tokio::test]
async fn without_a_connection_of_its_own_nothing_is_held() {
    let db = postgres().await;
    let role = format!("early_{}", db.url().rsplit('/').next().unwrap());
    db.exec(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 1; GRANT ALL ON SCHEMA public TO {role}")).await;
    let options: PgConnectOptions = db.url().parse().unwrap();
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options.username(&role)).await.unwrap();
    let set = || migrator([sql("1_a", "CREATE TABLE a (id INT)", NOTHING)]);
    let error = set().run(&pool).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Connection, "cannot connect to the database"));
    assert!(text(&error).contains("too many connections for role"), "{error}");
    assert_eq!(db.number("SELECT count(*) FROM uno_migrations").await, 0);
    assert_eq!(db.number("SELECT count(*) FROM uno_migrations_lease WHERE owner IS NOT NULL").await, 0);
    db.exec(&format!("ALTER ROLE {role} CONNECTION LIMIT 3")).await;
    assert_eq!(set().run(&pool).await.unwrap().len(), 1);
    pool.close().await;
    db.exec(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}")).await;
}

/// The pool's connection has room for others while migrations run, and is as it was.
async fn is_free<DB: Driver>(db: &TestDatabase<DB>) -> bool
where
    TestDatabase<DB>: Ask<Database = DB>,
{
    let pool = db.pool_of_one().await;
    let other = pool.clone();
    let taking = hook_fn(move |_: &mut Context<'_>| {
        let other = other.clone();
        Box::pin(async move {
            drop(other.acquire().await?);
            Ok(()) as Result
        })
    });
    let run = migrator([table("1_a"), table("2_b")]).before_each(taking);
    let done = tokio::time::timeout(Duration::from_secs(10), run.run(&pool)).await;
    done.is_ok_and(|done| done.is_ok_and(|report| report.len() == 2))
}

/// Where the history is, and where migrations make their tables, may be two databases; and the application's session in a third.
#[tokio::test]
async fn mysql_is_asked_where_the_run_is() {
    let db = mysql().await;
    let name = db.url().rsplit('/').next().unwrap().to_owned();
    let (other, history) = (format!("{name}_other"), format!("{name}_history"));
    db.exec(&format!("CREATE DATABASE {other}")).await;
    db.exec(&format!("CREATE DATABASE {history}")).await;
    db.exec(&format!("CREATE TABLE {other}.b (id INT)")).await;
    let (goes, proxy) = (format!("USE {other}"), Proxy::start(db.url()));
    let pool = sqlx::mysql::MySqlPoolOptions::new()
        .max_connections(1)
        .after_connect(move |connection, _| {
            let goes = sqlx::AssertSqlSafe(goes.clone());
            Box::pin(async move { sqlx::raw_sql(goes).execute(connection).await.map(drop) })
        })
        .connect(proxy.url())
        .await
        .unwrap();
    let set = migrator([table("1_a"), table("2_b")]).schema(&history);
    assert_eq!(ids(&set.run(&pool).await.unwrap()), ["1_a", "2_b"]);
    assert_eq!(db.tables().await, ["a", "b"]);
    // Where `b` is there already, each would have a message of its own.
    let begins = |message: &&String| message.contains("@uno_migrate_at = 0");
    assert_eq!(proxy.messages().iter().filter(begins).count(), 1);
    pool.close().await;
    db.exec(&format!("DROP DATABASE {other}")).await;
    db.exec(&format!("DROP DATABASE {history}")).await;
}

each_database! {
    async fn a_pool_of_one_is_free_while_it_runs(db) {
        assert!(is_free(&db).await);
    }
}
