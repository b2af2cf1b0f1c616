//! The last message of a run gives the lease back as well.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use uno_migrate::{Event, Migration};

use crate::kit::{Ask, migrator};
use crate::something_pending::tables;
use crate::support::{TestDatabase, sqlite};
use crate::wire::{Wire, each_server};

/// How a message begins that does nothing else: of each, the proxy keeps no more than its beginning.
const RELEASE: &str = "SET owner = NULL";
const HOLDERS: &str = "SELECT count(owner) FROM uno_migrations_lease";

/// A lease, and an empty history, so that what comes next shares a message from the first migration on.
async fn begun<DB: uno_migrate::Driver>(db: &TestDatabase<DB>)
where
    TestDatabase<DB>: Ask<Database = DB>,
{
    migrator(tables(1)).run(db.pool()).await.unwrap();
    db.exec("DROP TABLE t1").await;
    db.exec("DELETE FROM uno_migrations").await;
}

/// What the server does first when the lease is given back.
async fn first_done<DB: uno_migrate::Driver>(db: &TestDatabase<DB>, postgres: &str, mysql: &str)
where
    TestDatabase<DB>: Ask<Database = DB>,
{
    let trigger = match db.is_mysql() {
        true => format!(
            "CREATE TRIGGER first_done BEFORE UPDATE ON uno_migrations_lease FOR EACH ROW \
             IF OLD.owner IS NOT NULL AND NEW.owner IS NULL THEN {mysql} END IF"
        ),
        false => format!(
            "CREATE FUNCTION first_done() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF OLD.owner IS NOT NULL AND NEW.owner IS NULL THEN {postgres} END IF; RETURN NEW; END $$; \
             CREATE TRIGGER first_done BEFORE UPDATE ON uno_migrations_lease FOR EACH ROW EXECUTE FUNCTION first_done()"
        ),
    };
    db.exec(&trigger).await;
}

#[tokio::test]
async fn so_it_does_on_sqlite_where_there_is_one() {
    let db = sqlite().await;
    let holders = Arc::new(AtomicI64::new(-1));
    let (path, seen) = (db.url().replace("sqlite://", "file:"), Arc::clone(&holders));
    let look = move |event: &Event| {
        if matches!(event, Event::Applied { id, .. } if id == "2_t2") {
            let file = rusqlite::Connection::open(&path).unwrap();
            seen.store(file.query_row(HOLDERS, [], |row| row.get(0)).unwrap(), Ordering::Relaxed);
        }
    };
    // Whatever is not a transaction wants a lease.
    let first = Migration::sql("0_alone", "-- Transaction: none\nCREATE TABLE alone (id INT)", "DROP TABLE alone");
    let set = [first].into_iter().chain(tables(2));
    let report = migrator(set).on_event(look).run(db.pool()).await.unwrap();
    assert_eq!(report.ids().collect::<Vec<_>>(), ["0_alone", "1_t1", "2_t2"]);
    assert_eq!(holders.load(Ordering::Relaxed), 0, "it was given back before that was told");
}

each_server! {
    async fn the_lease_is_free_behind_it(db) {
        for _ in 0..2 {
            let wire = Wire::new(&db).await;
            assert_eq!(migrator(tables(3)).run(&wire.pool).await.unwrap().len(), 3);
            let messages = wire.proxy.messages();
            assert!(!messages.iter().any(|message| message.contains(RELEASE)), "{messages:?}");
            assert_eq!(db.number(HOLDERS).await, 0);
            // The second time, the lease is there.
            db.exec("DROP TABLE t1, t2, t3").await;
            db.exec("DELETE FROM uno_migrations").await;
        }
    }

    async fn what_comes_by_itself_at_the_end_is_done_under_the_lease(db) {
        migrator(tables(1)).run(db.pool()).await.unwrap();
        // What changes its session shares no message.
        let zone = if db.is_mysql() { "SET time_zone = '+00:00'" } else { "SET TIME ZONE 'UTC'" };
        let last = format!("{zone}; CREATE TABLE held AS SELECT count(owner) AS holders FROM uno_migrations_lease");
        let set = tables(4).into_iter().chain([Migration::sql("5_held", last, "DROP TABLE held")]);
        assert_eq!(migrator(set).run(db.pool()).await.unwrap().len(), 4);
        assert_eq!(db.number("SELECT holders FROM held").await, 1);
        assert_eq!(db.number(HOLDERS).await, 0);
    }

    async fn whoever_does_not_hear_of_it_has_done_all(db) {
        begun(&db).await;
        first_done(&db, "PERFORM pg_sleep(3);", "DO SLEEP(3);").await;
        let wire = Wire::new(&db).await;
        let cut = async {
            while db.number("SELECT count(*) FROM uno_migrations WHERE status = 'applied'").await < 3 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert_eq!(db.number(HOLDERS).await, 1);
            wire.proxy.cut_all();
            pending().await
        };
        let migrator = migrator(tables(3));
        let done = tokio::select! {
            done = migrator.run(&wire.pool) => done,
            () = cut => unreachable!(),
        };
        assert_eq!(done.unwrap().len(), 3);
        assert!(wire.proxy.messages().iter().any(|message| message.contains(RELEASE)));
        assert_eq!(db.number(HOLDERS).await, 0);
    }

    async fn what_fails_there_is_tried_again(db) {
        begun(&db).await;
        db.exec(if db.is_mysql() {
            "CREATE TABLE tries (id BIGINT AUTO_INCREMENT PRIMARY KEY) ENGINE = MyISAM"
        } else {
            "CREATE SEQUENCE tries"
        })
        .await;
        let postgres = "IF nextval('tries') = 1 THEN RAISE 'not yet'; END IF;";
        let mysql = "INSERT INTO tries () VALUES (); \
                     IF LAST_INSERT_ID() = 1 THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not yet'; END IF;";
        first_done(&db, postgres, mysql).await;
        let wire = Wire::new(&db).await;
        assert_eq!(migrator(tables(3)).run(&wire.pool).await.unwrap().len(), 3);
        let releases = wire.proxy.messages().iter().filter(|message| message.contains(RELEASE)).count();
        assert_eq!(releases, 1);
        assert_eq!(db.number(HOLDERS).await, 0);
    }
}
