//! Timeouts, and SQLite's table rebuild.

use std::time::{Duration, Instant};

use sqlx::Executor;
use uno_migrate::{Context, ErrorKind, Migration, Migrator, Result};

use crate::kit::{Ask, migrator, table};
use crate::support::{mysql, postgres, sqlite};

fn altering(header: &str) -> Migrator {
    let up = format!("{header}ALTER TABLE a ADD COLUMN extra INT");
    let set = migrator([table("1_a"), Migration::sql("2_b", up, "ALTER TABLE a DROP COLUMN extra")]);
    // With a hook, it is tried once.
    set.before_each(quiet)
}

async fn quiet(_: &mut Context<'_>) -> Result {
    Ok(())
}

async fn within(
    limit: Duration,
    migrator: Migrator,
    pool: &sqlx::Pool<impl uno_migrate::Driver>,
) -> uno_migrate::Error {
    let began = Instant::now();
    let error = migrator.run(pool).await.unwrap_err();
    assert!(began.elapsed() < limit, "{:?}", began.elapsed());
    assert_eq!(error.kind(), ErrorKind::Migration, "{error}");
    error
}

#[tokio::test]
async fn postgres_a_lock_is_not_waited_for_without_end() {
    let db = postgres().await;
    altering("").target("1_a").run(db.pool()).await.unwrap();
    let mut holder = db.pool().begin().await.unwrap();
    holder.execute("SELECT * FROM a").await.unwrap();
    let soon = Duration::from_secs(4);
    let by_option = altering("").lock_timeout(Duration::from_millis(300));
    let error = within(soon, by_option, db.pool()).await;
    assert!(error.to_string().contains("lock timeout (55P03)"), "{error}");
    let by_file = altering("-- LockTimeout: 300ms\n").lock_timeout(None);
    within(soon, by_file, db.pool()).await;
    let whole = altering("-- LockTimeout: 300ms\n").lock_timeout(None).transaction(uno_migrate::TransactionMode::Whole);
    within(soon, whole, db.pool()).await;
    let by_statement = altering("-- StatementTimeout: 300ms\n").lock_timeout(None);
    let error = within(soon, by_statement, db.pool()).await;
    assert!(error.to_string().contains("statement timeout (57014)"), "{error}");
    within(soon, altering("").lock_timeout(None).statement_timeout(Duration::from_millis(300)), db.pool()).await;
    holder.rollback().await.unwrap();
    altering("").run(db.pool()).await.unwrap();
}

#[tokio::test]
async fn postgres_the_file_outranks_the_options() {
    let db = postgres().await;
    let up = "-- StatementTimeout: none\nSELECT pg_sleep(0.6);\nCREATE TABLE a AS SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l";
    let set = migrator([Migration::sql("1_a", up, "DROP TABLE a")]).statement_timeout(Duration::from_millis(200));
    set.run(db.pool()).await.unwrap();
    assert_eq!(db.texts("SELECT s || ' ' || l FROM a").await, ["0 5s"]);
}

#[tokio::test]
async fn mysql_a_lock_is_not_waited_for_without_end() {
    let db = mysql().await;
    altering("").target("1_a").run(db.pool()).await.unwrap();
    let mut holder = db.pool().begin().await.unwrap();
    holder.execute("SELECT * FROM a").await.unwrap();
    for set in [altering("").lock_timeout(Duration::from_secs(1)), altering("-- LockTimeout: 1s\n")] {
        let error = within(Duration::from_secs(4), set.clone(), db.pool()).await;
        assert!(error.to_string().contains("Lock wait timeout exceeded"), "{error}");
        set.repair(db.pool(), uno_migrate::Repair::Retry { id: "2_b".into() }).await.unwrap();
    }
    holder.rollback().await.unwrap();
    altering("").run(db.pool()).await.unwrap();
}

#[tokio::test]
async fn mysql_a_limit_ends_with_its_migration() {
    let db = mysql().await;
    let wait = "CAST(@@lock_wait_timeout AS SIGNED)";
    let set = migrator([
        Migration::sql("1_a", "-- LockTimeout: 1s\nCREATE TABLE a (id BIGINT)", "DROP TABLE a"),
        Migration::sql("2_b", format!("INSERT INTO a SELECT {wait}"), "DELETE FROM a"),
    ]);
    set.lock_timeout(None).run(db.pool()).await.unwrap();
    let fresh = db.number(&format!("SELECT {wait}")).await;
    assert_eq!(db.number("SELECT id FROM a").await, fresh);
}

#[tokio::test]
async fn mysql_no_limit_is_the_longest_wait() {
    let db = mysql().await;
    let up = "-- LockTimeout: none\nCREATE TABLE a AS SELECT @@lock_wait_timeout AS t, @@innodb_lock_wait_timeout AS r";
    migrator([Migration::sql("1_a", up, "DROP TABLE a")]).run(db.pool()).await.unwrap();
    assert_eq!(db.number("SELECT CAST(t AS SIGNED) FROM a").await, 31_536_000);
    assert_eq!(db.number("SELECT CAST(r AS SIGNED) FROM a").await, 100_000_000);
}

#[tokio::test]
async fn mysql_mariadb_cuts_off_statements() {
    let db = mysql().await;
    let slow = |header: &str| {
        let up = format!("{header}CREATE TABLE a AS SELECT SLEEP(3) AS slept");
        migrator([Migration::sql("1_a", up, "DROP TABLE a")])
    };
    let limit = Duration::from_millis(300);
    for set in [slow("-- StatementTimeout: 300ms\n"), slow("").statement_timeout(limit)] {
        let error = within(Duration::from_millis(2_500), set.clone(), db.pool()).await;
        assert!(error.to_string().contains("max_statement_time exceeded"), "{error}");
        set.repair(db.pool(), uno_migrate::Repair::Retry { id: "1_a".into() }).await.unwrap();
    }
    assert!(!db.tables().await.contains(&"a".to_owned()));
    // Neither the history nor the next migration is held to it.
    let time = "CREATE TABLE b AS SELECT @@max_statement_time AS t";
    let set = migrator([
        Migration::sql("2_b", "-- StatementTimeout: 5s\nDO 1", "DO 1"),
        Migration::sql("3_b", time, "DROP TABLE b"),
    ]);
    set.run(db.pool()).await.unwrap();
    assert_eq!(db.number("SELECT CAST(t AS SIGNED) FROM b").await, 0);
}

#[tokio::test]
async fn limits_as_short_and_as_long_as_can_be() {
    for limit in [Duration::from_micros(500), Duration::MAX] {
        let set = || migrator([table("1_a")]).lock_timeout(limit);
        let db = postgres().await;
        set().run(db.pool()).await.unwrap();
        set().statement_timeout(Duration::MAX).all().revert(db.pool()).await.unwrap();
        let db = mysql().await;
        set().run(db.pool()).await.unwrap();
        set().statement_timeout(Duration::MAX).all().revert(db.pool()).await.unwrap();
    }
}

const PARENTS: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);\n\
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);\n\
    INSERT INTO parent VALUES (1, 'one'), (2, 'two');\nINSERT INTO child VALUES (1, 1), (2, 2);";

fn rebuild(header: &str, kept: &str) -> Migrator {
    let up = format!(
        "{header}CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
         INSERT INTO parent_new SELECT * FROM parent WHERE {kept};\nDROP TABLE parent;\nALTER TABLE parent_new RENAME TO parent;"
    );
    migrator([
        Migration::sql("1_a", PARENTS, "DROP TABLE child; DROP TABLE parent"),
        Migration::sql("2_b", up, "-- Nothing: the names stay\n"),
    ])
}

#[tokio::test]
async fn sqlite_a_table_rebuild_keeps_the_children() {
    let db = sqlite().await;
    rebuild("-- ForeignKeys: off\n", "true").run(db.pool()).await.unwrap();
    assert_eq!(db.number("SELECT COUNT(*) FROM child").await, 2);
}

#[tokio::test]
async fn sqlite_a_rebuild_that_loses_parents_is_rolled_back() {
    let memory = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    let file = sqlite().await;
    for pool in [file.pool(), &memory] {
        let error = rebuild("-- ForeignKeys: off\n", "id = 1").run(pool).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration);
        let shown = error.to_string();
        assert!(shown.contains("row 2 of `child` refers to a row of `parent` that does not exist"), "{shown}");
        let one = async |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).fetch_one(pool).await.unwrap();
        assert_eq!(one("SELECT COUNT(*) FROM parent").await, 2);
        assert_eq!(one("SELECT COUNT(*) FROM child").await, 2);
        assert_eq!(one("SELECT COUNT(*) FROM uno_migrations").await, 1);
        assert_eq!(one("PRAGMA foreign_keys").await, 1);
        rebuild("-- ForeignKeys: off\n", "true").run(pool).await.unwrap();
        assert_eq!(one("PRAGMA foreign_keys").await, 1);
    }
}

#[tokio::test]
async fn sqlite_violations_that_were_there_before_are_not_the_migrations() {
    let db = sqlite().await;
    rebuild("", "true").target("1_a").run(db.pool()).await.unwrap();
    db.exec("PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (9, 99); PRAGMA foreign_keys = ON").await;
    rebuild("-- ForeignKeys: off\n", "true").run(db.pool()).await.unwrap();
    assert_eq!(db.number("SELECT COUNT(*) FROM child").await, 3);
}
