//! A transaction of an earlier instance that has not ended holds the fence's row: nobody goes on before it has.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uno_migrate::{Driver, ErrorKind};

use crate::kit::{Ask, ids, migrator, table, text, thirty_with};
use crate::support::{TestDatabase, mysql, postgres};

const HELD: &str = "SELECT count(*) FROM uno_migrations_lease WHERE owner IS NOT NULL";

const LEASE: u8 = 1;
const FENCE: u8 = 2;

/// Begins a transaction that holds this row.
async fn hold<DB: Driver>(earlier: &mut DB::Connection, row: u8)
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    let write = format!("UPDATE uno_migrations_lease SET beat = beat + 1 WHERE id = {row}");
    for text in ["BEGIN", &write] {
        earlier.execute(AssertSqlSafe(text)).await.unwrap();
    }
}

/// It waits until that transaction has ended; not longer than it may, and then leaves nothing in its place.
async fn it_is_waited_for<DB: Driver>(db: TestDatabase<DB>)
where
    TestDatabase<DB>: Ask<Database = DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    let set = || migrator([table("1_a"), table("2_b")]).lease(Duration::from_secs(1));
    migrator([table("1_a")]).run(db.pool()).await.unwrap();
    let mut earlier = DB::Connection::connect(db.url()).await.unwrap();
    for is_in_time in [false, true] {
        hold::<DB>(&mut earlier, FENCE).await;
        let wait = Duration::from_secs(if is_in_time { 30 } else { 1 });
        let set = set().lock_wait(wait);
        let (run, ()) = tokio::join!(set.run(db.pool()), async {
            tokio::time::sleep(Duration::from_millis(2_500)).await;
            assert_eq!(db.tables().await, ["a", "uno_migrations"]);
            earlier.execute("ROLLBACK").await.unwrap();
        });
        if is_in_time {
            assert_eq!(ids(&run.unwrap()), ["2_b"]);
        } else {
            let error = run.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::LockTimeout, "{error}");
            assert!(text(&error).contains("the transaction of an earlier instance does not end"), "{error}");
            while db.number(HELD).await > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
    assert_eq!(db.number(HELD).await, 0);
}

#[tokio::test]
async fn on_postgres_it_is_waited_for() {
    it_is_waited_for(postgres().await).await;
}

#[tokio::test]
async fn on_mysql_it_is_waited_for() {
    it_is_waited_for(mysql().await).await;
}

/// Whoever is dropped while it waits leaves nothing in its place, and nothing at work.
async fn who_is_dropped_gives_it_back<DB: Driver>(db: TestDatabase<DB>)
where
    TestDatabase<DB>: Ask<Database = DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    migrator([table("1_a")]).run(db.pool()).await.unwrap();
    let mut earlier = DB::Connection::connect(db.url()).await.unwrap();
    hold::<DB>(&mut earlier, FENCE).await;
    let set = migrator([table("1_a"), table("2_b")]);
    tokio::time::timeout(Duration::from_secs(1), set.run(db.pool())).await.unwrap_err();
    while db.number(HELD).await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    earlier.execute("ROLLBACK").await.unwrap();
    assert_eq!(ids(&set.run(db.pool()).await.unwrap()), ["2_b"]);
}

#[tokio::test]
async fn on_postgres_who_is_dropped_gives_it_back() {
    who_is_dropped_gives_it_back(postgres().await).await;
}

#[tokio::test]
async fn on_mysql_who_is_dropped_gives_it_back() {
    who_is_dropped_gives_it_back(mysql().await).await;
}

/// Whoever holds the lease's own row keeps everybody from it, and is not taken for an earlier instance.
async fn a_lease_that_is_locked_is_not_waited_for_without_end<DB: Driver>(db: TestDatabase<DB>)
where
    TestDatabase<DB>: Ask<Database = DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    migrator([table("1_a")]).run(db.pool()).await.unwrap();
    let mut other = DB::Connection::connect(db.url()).await.unwrap();
    hold::<DB>(&mut other, LEASE).await;
    let set = migrator([table("1_a"), table("2_b")]).lease(Duration::from_secs(1));
    let error = set.lock_wait(Duration::from_secs(1)).run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LockTimeout, "{error}");
    assert!(text(&error).contains("the database has not answered for 1 s"), "{error}");
    assert_eq!(db.standing().await, ["1_a applied"]);
    other.execute("ROLLBACK").await.unwrap();
    let set = migrator([table("1_a"), table("2_b")]).lease(Duration::from_secs(1));
    assert_eq!(ids(&set.run(db.pool()).await.unwrap()), ["2_b"]);
}

#[tokio::test]
async fn on_postgres_a_lease_that_is_locked_is_not_waited_for_without_end() {
    a_lease_that_is_locked_is_not_waited_for_without_end(postgres().await).await;
}

#[tokio::test]
async fn on_mysql_a_lease_that_is_locked_is_not_waited_for_without_end() {
    a_lease_that_is_locked_is_not_waited_for_without_end(mysql().await).await;
}

/// Whoever takes over raises the fence first: that waits for a row of a message that is written, and not yet committed.
#[tokio::test]
async fn a_message_holds_it_until_its_row_is_committed() {
    let db = postgres().await;
    db.exec(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$",
    )
    .await;
    let set = migrator(thirty_with(
        "CREATE TABLE t15 (a INT); INSERT INTO t15 VALUES (1);\n\
         CREATE CONSTRAINT TRIGGER at_the_end AFTER UPDATE ON t15 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();\n\
         UPDATE t15 SET a = 2",
    ));
    let (run, raised) = tokio::join!(set.run(db.pool()), async {
        let sleeping =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
        while db.number(sleeping).await == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let raise =
            format!("SET lock_timeout = 1; UPDATE uno_migrations_lease SET epoch = epoch + 1 WHERE id = {FENCE}");
        let mut other = PgConnection::connect(db.url()).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(raise)).execute(&mut other).await
    });
    let raised = raised.unwrap_err();
    assert_eq!(raised.as_database_error().and_then(|error| error.code()).as_deref(), Some("55P03"), "{raised}");
    assert_eq!(run.unwrap().len(), 30);
}
