//! What a role or a server is set up with does not matter to the lease.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use uno_migrate::{Context, Memory, Migration, Migrator, Result};

use crate::ask::Ask;
use crate::kit::{LEASE, Look, migrations, migrator};
use crate::support;

/// The role to work as is that of the connection, and so that of the heartbeat's.
#[tokio::test]
async fn the_heartbeat_is_set_up_as_every_connection() {
    let db = support::postgres().await;
    let name = db.text("SELECT current_database()::text").await.unwrap();
    let (owner, login) = (format!("owner_{name}"), format!("login_{name}"));
    db.exec(&format!(
        "CREATE ROLE {owner}; CREATE ROLE {login} LOGIN NOINHERIT PASSWORD 'x' IN ROLE {owner}; \
         GRANT ALL ON SCHEMA public TO {owner}"
    ))
    .await;
    let options: sqlx::postgres::PgConnectOptions = db.url().parse().unwrap();
    let pool = sqlx::PgPool::connect_with(options.username(&login).password("x")).await.unwrap();
    let role = format!("SET ROLE {owner}");
    let running = migrator()
        .on_connect(uno_migrate::hook_fn(move |ctx: &mut Context<'_>| {
            let role = role.clone();
            Box::pin(async move { ctx.execute(AssertSqlSafe(role)).await.map(drop) })
        }))
        .before_each(pause);
    let running = tokio::spawn(async move { running.run(&pool).await });
    tokio::time::sleep(LEASE).await;
    assert!(db.number("SELECT max(beat) FROM uno_migrations_lease WHERE id = 1").await > 0);
    running.await.unwrap().unwrap();
    db.exec(&format!("DROP OWNED BY {owner}; DROP ROLE {login}; DROP ROLE {owner}")).await;
}

async fn pause(ctx: &mut Context<'_>) -> Result {
    if ctx.migration().id.as_str().starts_with('0') {
        tokio::time::sleep(LEASE * 2).await;
    }
    Ok(())
}

async fn no_autocommit(ctx: &mut Context<'_>) -> Result {
    ctx.execute("SET autocommit = 0").await?;
    Ok(())
}

#[tokio::test]
async fn a_session_that_commits_nothing_by_itself_is_told_to() {
    let db = support::mysql().await;
    let set = || Migrator::new(migrations(3)).lease(LEASE).on_connect(no_autocommit).before_each(pause_mysql);
    let report = tokio::time::timeout(Duration::from_secs(60), set().run(db.pool())).await.unwrap().unwrap();
    assert_eq!(report.len(), 4);
    assert_eq!(db.number("SELECT COUNT(*) FROM counter").await, 3);
    assert_eq!(db.number("SELECT COUNT(*) FROM uno_migrations WHERE status = 'applied'").await, 4);
    assert_eq!(db.number("SELECT COUNT(*) FROM uno_migrations_lease WHERE owner IS NULL").await, 2);
}

async fn pause_mysql(ctx: &mut Context<'_>) -> Result {
    if ctx.migration().id.as_str().starts_with("0002") {
        tokio::time::sleep(LEASE * 2).await;
    }
    Ok(())
}

/// Beats go on while a transaction is open; to two serializable transactions that read the same rows they would be in
/// the way.
#[tokio::test]
async fn serializable_by_default_is_no_obstacle() {
    let db = support::postgres().await;
    Migrator::new(migrations(1)).run(db.pool()).await.unwrap();
    let name = db.text("SELECT current_database()::text").await.unwrap();
    db.exec("ANALYZE").await;
    db.exec(&format!("ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")).await;
    let pool = sqlx::PgPool::connect(db.url()).await.unwrap();
    let sleeping = Migration::sql("9_long", "SELECT pg_sleep(3); CREATE TABLE nine (id int)", "DROP TABLE nine");
    let set = Memory::new([sleeping]);
    Migrator::new(set).lease(LEASE).on_ahead(uno_migrate::Policy::Allow).run(&pool).await.unwrap();
}

/// A pooler gives its sessions to one client after the other, and shows whose they are by name.
#[tokio::test]
async fn a_session_is_found_where_a_pooler_has_put_it() {
    const NAME: &str = "uno-migrate 0123456789abcdef";
    let db = support::postgres().await;
    migrator().run(db.pool()).await.unwrap();
    migrator().all().revert(db.pool()).await.unwrap();
    let mut first = db.pool().acquire().await.unwrap().detach();
    let mut second = db.pool().acquire().await.unwrap().detach();
    let of_first = "SELECT concat_ws('/', pid, extract(epoch FROM backend_start), $1) FROM pg_stat_activity \
                    WHERE pid = pg_backend_pid()";
    let session: String = sqlx::query_scalar(of_first).bind(NAME).fetch_one(&mut first).await.unwrap();
    sqlx::raw_sql("SET application_name = 'of somebody else'").execute(&mut first).await.unwrap();
    db.exec(&format!("UPDATE uno_migrations_lease SET owner = 'somebody', session = '{session}' WHERE id = 1")).await;
    // It holds the fence, too.
    let working = format!(
        "SET application_name = '{NAME}'; BEGIN; UPDATE uno_migrations_lease SET beat = beat WHERE id = 2; SELECT pg_sleep(4)"
    );
    let began = std::time::Instant::now();
    let working = tokio::spawn(async move {
        sqlx::raw_sql(AssertSqlSafe(working)).execute(&mut second).await.unwrap();
        second
    });
    tokio::time::sleep(LEASE / 2).await;
    assert_eq!(migrator().run(db.pool()).await.unwrap().len(), 2);
    assert!(began.elapsed() >= LEASE * 5, "{:?}", began.elapsed());
    let mut second = working.await.unwrap();
    sqlx::raw_sql("COMMIT").execute(&mut second).await.unwrap_err();
    sqlx::raw_sql("SELECT 1").execute(&mut first).await.unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_tell_what_sessions_do_lets_nobody_wait_for_ever() {
    let db = support::postgres().await;
    migrator().run(db.pool()).await.unwrap();
    migrator().all().revert(db.pool()).await.unwrap();
    let name = db.text("SELECT current_database()::text").await.unwrap();
    db.exec(&format!("ALTER DATABASE {name} SET track_activities = off")).await;
    let pool = sqlx::PgPool::connect(db.url()).await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    let session: String = sqlx::query_scalar(
        "SELECT concat_ws('/', pid, extract(epoch FROM backend_start), application_name) FROM pg_stat_activity \
         WHERE pid = pg_backend_pid()",
    )
    .fetch_one(&mut *connection)
    .await
    .unwrap();
    db.exec(&format!("UPDATE uno_migrations_lease SET owner = 'somebody', session = '{session}' WHERE id = 1")).await;
    assert_eq!(migrator().lock_wait(LEASE * 15).run(&pool).await.unwrap().len(), 2);
}

/// Beats come as often as they should, however soon the server closes what idles.
#[tokio::test]
async fn a_heartbeat_outlives_its_connections() {
    let db = support::mysql().await;
    let lease = Duration::from_secs(12);
    let pool = db.pool().clone();
    let running = tokio::spawn(async move {
        let set = Memory::new([Migration::sql("1_long", "DO SLEEP(10)", "DO 0")]);
        Migrator::new(set).lease(lease).on_connect(impatient).run(&pool).await
    });
    tokio::time::sleep(Duration::from_secs(9)).await;
    assert!(db.number("SELECT max(beat) FROM uno_migrations_lease WHERE id = 1").await >= 3);
    running.await.unwrap().unwrap();
}

async fn impatient(ctx: &mut Context<'_>) -> Result {
    ctx.execute("SET wait_timeout = 1").await?;
    Ok(())
}
