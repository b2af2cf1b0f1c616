//! A history that nobody has changed since it was read is not read again under the lease.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::{Database, MySql, Postgres};
use uno_migrate::{Driver, Event};

use crate::agreed::alike;
use crate::kit::{Ask, ids, migrator};
use crate::support::TestDatabase;
use crate::wire::{Fill, Wire, each_server};

/// How many sessions wait for the lease's row.
trait Waiting {
    const WAITING: &str;
}

impl Waiting for TestDatabase<Postgres> {
    const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND wait_event_type = 'Lock' AND query LIKE '%_lease%'";
}

impl Waiting for TestDatabase<MySql> {
    const WAITING: &str = "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() \
         AND id <> CONNECTION_ID() AND info LIKE 'UPDATE%_lease%' AND time_ms > 100";
}

/// What a run of three migrations begins, where the history has changed between its first look and its lease.
async fn begun_behind<DB: Driver>(db: &TestDatabase<DB>, change: &str, held: &'static str) -> Vec<String>
where
    TestDatabase<DB>: Ask<Database = DB> + Waiting,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
    <DB as Database>::Connection: Send,
{
    let (changing, running) = (db.pool_of_one().await, db.pool_of_one().await);
    let mut lease = changing.begin().await.unwrap();
    sqlx::raw_sql("UPDATE uno_migrations_lease SET knocks = knocks WHERE id = 1").execute(&mut *lease).await.unwrap();
    let begun = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&begun);
    let three = migrator(alike(3)).on_event(move |event| {
        if let Event::Started { id, position, total, .. } = event {
            told.lock().unwrap().push(format!("{id}, {position} of {total}"));
        }
    });
    let run = tokio::spawn(async move { three.run(&running).await });
    while db.number(<TestDatabase<DB> as Waiting>::WAITING).await == 0 {
        assert!(!run.is_finished(), "it has not waited");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    db.exec(change).await;
    sqlx::raw_sql(held).execute(&mut *lease).await.unwrap();
    lease.commit().await.unwrap();
    run.await.unwrap().unwrap_or_else(|error| panic!("{error}"));
    let begun = begun.lock().unwrap();
    begun.clone()
}

each_server! {
    async fn as_long_as_nobody_was_there(db) {
        migrator(alike(1)).run(db.pool()).await.unwrap();
        db.fill(2, 300).await;
        let wire = Wire::new(&db).await;
        let before = wire.proxy.received();
        assert_eq!(migrator(alike(300)).history(&wire.pool).await.unwrap().len(), 300);
        let once = wire.proxy.received() - before;
        assert_eq!(ids(&migrator(alike(301)).run(&wire.pool).await.unwrap()), ["301_m"]);
        let run = wire.proxy.received() - before - once;
        assert!(run < once * 3 / 2, "{run} bytes to run, {once} to read it once");
    }

    async fn a_row_of_somebody_without_a_lease_is_seen(db) {
        migrator(alike(1)).run(db.pool()).await.unwrap();
        let columns = "name, version, description, tags, depends, dialect, checksum, status, applied_at, reverted_at, \
                       execution_ms, applied_by, epoch, statements_done, error, down_sql, breaking, metadata, format";
        let added = format!("INSERT INTO uno_migrations (namespace, id, seq, {columns}) \
                             SELECT namespace, '2_m', 2, {columns} FROM uno_migrations");
        assert_eq!(begun_behind(&db, &added, "SELECT 1").await, ["3_m, 1 of 1"]);
    }

    async fn what_another_holder_has_changed_is_seen(db) {
        migrator(alike(2)).run(db.pool()).await.unwrap();
        let taken_back = "UPDATE uno_migrations SET status = 'reverted', reverted_at = applied_at WHERE id = '2_m'";
        let held = "UPDATE uno_migrations_lease SET epoch = epoch + 1 WHERE id = 1";
        assert_eq!(begun_behind(&db, taken_back, held).await, ["2_m, 1 of 2", "3_m, 2 of 2"]);
    }
}
