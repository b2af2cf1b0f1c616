//! What a migration does to its session does not reach the next client of the pooler.

use sqlx::{Connection, Executor, PgConnection};
use uno_migrate::{Context, ErrorKind, Migrations, Result, embed_migrations, migration};

use crate::kit::{Pooled, migrator, text, up};

/// Everything that a session keeps, as a client sees it.
const SESSION: &str = "SELECT concat_ws(', ', current_user, session_user, current_setting('role'), current_setting('search_path'), \
     current_setting('lock_timeout'), current_setting('statement_timeout'), current_setting('work_mem'), \
     current_setting('client_connection_check_interval'), current_setting('TimeZone'), current_setting('DateStyle'), \
     current_setting('client_encoding'), \
     coalesce(current_setting('my.own', true), ''), \
     (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory') || ' locks', \
     (SELECT count(*) FROM pg_prepared_statements) || ' prepared', \
     (SELECT count(*) FROM pg_listening_channels()) || ' channels', (SELECT count(*) FROM pg_cursors) || ' cursors', \
     coalesce(to_regclass('pg_temp.leftover')::text, 'no table'))";

/// Changes all of that.
const CHANGES: &str = "SET search_path = elsewhere, public; SET lock_timeout = 1234; SET statement_timeout = 12345; SET work_mem = '1MB';
SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German'; SET client_encoding = 'LATIN1'; SET application_name = 'migration'; SET my.own = 'set';
SELECT pg_advisory_lock(7); PREPARE mine AS SELECT 1; LISTEN mine; CREATE TEMP TABLE leftover (id INT);
DECLARE mine CURSOR WITH HOLD FOR SELECT 1;";

#[tokio::test]
async fn on_success_and_on_failure() {
    for connections in [1, 3] {
        let pooled = Pooled::new(connections).await;
        // The server's own defaults are not what clients ask for.
        let database = pooled.db.url().rsplit('/').next().unwrap();
        pooled.exec(&format!("ALTER DATABASE {database} SET TimeZone = 'Europe/Berlin'; ALTER DATABASE {database} SET DateStyle = 'SQL'")).await;
        let role = format!("r_{database}");
        pooled.exec(&format!("CREATE ROLE {role}; CREATE SCHEMA elsewhere AUTHORIZATION {role}")).await;
        let before = sessions(&pooled, connections).await;

        let ways = [
            CHANGES.to_owned(),
            format!("{CHANGES} SET ROLE {role};"),
            format!("{CHANGES} SET SESSION AUTHORIZATION {role};"),
            "RESET ALL; RESET ROLE".to_owned(),
        ];
        for (number, way) in ways.iter().enumerate() {
            let (id, next) = (format!("{number}1_way"), format!("{number}2_next"));
            let fails = up(&id, &format!("{way}; SELECT 1 / 0"));
            let error = migrator([fails]).run(&pooled.pool().await).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Migration, "{error}");
            assert_eq!(sessions(&pooled, connections).await, before, "after the failure of {way}");

            let sees = up(&next, &format!("CREATE TABLE sees{number} AS {SESSION} AS seen"));
            migrator([up(&id, way), sees])
                .on_ahead(uno_migrate::Policy::Allow)
                .run(&pooled.pool().await)
                .await
                .unwrap();
            assert_eq!(sessions(&pooled, connections).await, before, "after {way}");
            let seen = pooled.texts(&format!("SELECT seen FROM sees{number}")).await.concat();
            assert!(
                seen.contains("UTC, ISO, MDY, UTF8,")
                    && seen.contains("0 locks, 0 prepared, 0 channels, 0 cursors, no table"),
                "{seen}"
            );
        }
        pooled.exec(&format!("DROP SCHEMA elsewhere CASCADE; DROP OWNED BY {role}; DROP ROLE {role}")).await;
    }
}

static TYPED: Migrations = embed_migrations!(rust = [crate::hygiene::typed]);

#[migration(id = "1_typed", irreversible = "a test")]
pub async fn typed(ctx: &mut Context<'_>) -> Result {
    // sqlx keeps it prepared.
    sqlx::query("SELECT $1::int").bind(1).fetch_one(ctx.postgres()?).await?;
    sqlx::query("SELECT 1 / $1::int")
        .bind(if SUCCEEDS.load(std::sync::atomic::Ordering::Relaxed) { 1 } else { 0 })
        .fetch_one(ctx.postgres()?)
        .await?;
    Ok(())
}

static SUCCEEDS: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

#[tokio::test]
async fn statements_that_sqlx_keeps_prepared_are_forgotten() {
    let pooled = Pooled::new(2).await;
    let before = sessions(&pooled, 2).await;
    assert!(before.iter().all(|session| session.contains(" 0 prepared")), "{before:?}");
    TYPED.run(&pooled.pool().await).await.unwrap_err();
    assert_eq!(sessions(&pooled, 2).await, before);
    SUCCEEDS.store(true, std::sync::atomic::Ordering::Relaxed);
    TYPED.run(&pooled.pool().await).await.unwrap();
    assert_eq!(sessions(&pooled, 2).await, before);
}

#[tokio::test]
async fn what_a_message_prepares_is_forgotten() {
    let pooled = Pooled::new(1).await;
    let before = sessions(&pooled, 1).await;
    let set = |last: &str| {
        let tables = (1..=3).map(|n| up(&format!("{n}_t"), &format!("CREATE TABLE IF NOT EXISTS t{n} (a INT)")));
        migrator(tables.chain([up("4_t", last)]))
    };
    let late = "CREATE TABLE t4 (a INT PRIMARY KEY, b INT REFERENCES t4 DEFERRABLE INITIALLY DEFERRED); \
        INSERT INTO t4 VALUES (1, 2)";
    for fails in ["CREATE TABLE t4 (a INT); SELECT 1 / 0", late] {
        let error = set(fails).run(&pooled.pool().await).await.unwrap_err();
        assert_eq!(error.report().len(), 3, "{error}");
        assert_eq!(sessions(&pooled, 1).await, before, "after {fails}");
        assert_eq!(set("SELECT 1").all().revert(&pooled.pool().await).await.unwrap().len(), 3);
        assert_eq!(sessions(&pooled, 1).await, before);
    }
    assert_eq!(set("CREATE TABLE t4 (a INT)").run(&pooled.pool().await).await.unwrap().len(), 4);
    assert_eq!(sessions(&pooled, 1).await, before);
}

/// How clients of the pooler find its sessions, all of them at the same time.
async fn sessions(pooled: &Pooled, count: u32) -> Vec<String> {
    let mut clients = Vec::new();
    for _ in 0..count {
        clients.push(PgConnection::connect(pooled.pooler.url()).await.unwrap());
    }
    let mut found = Vec::new();
    for client in &mut clients {
        client.execute(sqlx::raw_sql("BEGIN")).await.unwrap();
        found.push(text(client, SESSION).await);
    }
    for client in &mut clients {
        client.execute(sqlx::raw_sql("ROLLBACK")).await.unwrap();
    }
    found
}
