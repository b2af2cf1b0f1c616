//! A history that nobody has changed since it was read is not read again under the lease.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::{AssertSqlSafe, MySql, Postgres};
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

const LEASE: u8 = 1;
const FENCE: u8 = 2;

/// What a run of three migrations begins, where the history has changed between its first look and the lease, which it waits for
/// since this row is held.
async fn begun_behind<DB: Driver>(db: &TestDatabase<DB>, row: u8, changes: &[&'static str]) -> Vec<String>
where
    TestDatabase<DB>: Ask<Database = DB> + Waiting,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    let (changing, running) = (db.pool_of_one().await, db.pool_of_one().await);
    let mut holder = changing.begin().await.unwrap();
    let hold = format!("UPDATE uno_migrations_lease SET knocks = knocks + 1 WHERE id = {row}");
    sqlx::raw_sql(AssertSqlSafe(hold)).execute(&mut *holder).await.unwrap();
    let begun = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&begun);
    let three = migrator(alike(3)).on_event(move |event| {
        if let Event::Started { id, position, total, .. } = event {
            told.lock().unwrap().push(format!("{id}, {position} of {total}"));
        }
    });
    let run = tokio::spawn(async move { three.run(&running).await });
    while db.number(TestDatabase::<DB>::WAITING).await == 0 {
        assert!(!run.is_finished(), "it has not waited");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for change in changes {
        sqlx::raw_sql(*change).execute(&mut *holder).await.unwrap();
    }
    holder.commit().await.unwrap();
    run.await.unwrap().unwrap_or_else(|error| panic!("{error}"));
    let begun = begun.lock().unwrap();
    begun.clone()
}

const TAKEN_BACK: &str = "UPDATE uno_migrations SET status = 'reverted', reverted_at = applied_at WHERE id = '2_m'";

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
        migrator(alike(2)).run(db.pool()).await.unwrap();
        db.exec("UPDATE uno_migrations SET namespace = 'elsewhere' WHERE id = '2_m'").await;
        let added = "UPDATE uno_migrations SET namespace = 'default' WHERE id = '2_m'";
        assert_eq!(begun_behind(&db, LEASE, &[added]).await, ["3_m, 1 of 1"]);
    }

    /// As many rows as before, and as many of them applied.
    async fn what_another_holder_has_changed_is_seen(db) {
        migrator(alike(2)).run(db.pool()).await.unwrap();
        db.exec(TAKEN_BACK).await;
        let held = "UPDATE uno_migrations_lease SET epoch = epoch + 1 WHERE id = 1";
        let swapped = "UPDATE uno_migrations SET status = CASE id WHEN '1_m' THEN 'reverted' ELSE 'applied' END, \
                       reverted_at = CASE id WHEN '1_m' THEN applied_at END";
        assert_eq!(begun_behind(&db, LEASE, &[held, swapped]).await, ["1_m, 1 of 2", "3_m, 2 of 2"]);
    }

    /// A transaction of a holder that was taken for dead.
    async fn what_is_committed_late_is_seen(db) {
        migrator(alike(2)).run(db.pool()).await.unwrap();
        assert_eq!(begun_behind(&db, FENCE, &[TAKEN_BACK]).await, ["2_m, 1 of 2", "3_m, 2 of 2"]);
    }

    async fn a_history_that_was_emptied_is_seen_to_be(db) {
        migrator(alike(2)).run(db.pool()).await.unwrap();
        let all = ["1_m, 1 of 3", "2_m, 2 of 3", "3_m, 3 of 3"];
        assert_eq!(begun_behind(&db, LEASE, &["DELETE FROM uno_migrations"]).await, all);
    }
}
