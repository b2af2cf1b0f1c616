//! The last message of a run gives the lease back as well.

use std::time::Duration;

use uno_migrate::Migration;

use crate::kit::{Ask, migrator, table};
use crate::support::TestDatabase;
use crate::wire::{Wire, each_server};

fn tables(count: usize) -> Vec<Migration> {
    (1..=count).map(|n| table(&format!("{n}_t{n}"))).collect()
}

const RELEASE: &str = "SET owner = NULL";
const HOLDERS: &str = "SELECT count(owner) FROM uno_migrations_lease";

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

each_server! {
    async fn the_lease_is_free_behind_it(db) {
        let wire = Wire::new(&db).await;
        for count in [3, 6] {
            let before = wire.proxy.messages().len();
            assert_eq!(migrator(tables(count)).run(&wire.pool).await.unwrap().len(), 3);
            let messages = wire.proxy.messages().split_off(before);
            assert!(!messages.iter().any(|message| message.contains(RELEASE)), "{messages:?}");
            assert_eq!(db.number(HOLDERS).await, 0);
            wire.settle().await;
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
        migrator(tables(1)).run(db.pool()).await.unwrap();
        first_done(&db, "PERFORM pg_sleep(1);", "DO SLEEP(1);").await;
        let wire = Wire::new(&db).await;
        let (proxy, pool) = (&wire.proxy, &wire.pool);
        let cut = async {
            // One by itself, and then two in a message that gives the lease back.
            while db.number("SELECT count(*) FROM uno_migrations WHERE status = 'applied'").await < 4 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert_eq!(db.number(HOLDERS).await, 1);
            proxy.cut_all();
        };
        let migrator = migrator(tables(4));
        let (done, ()) = tokio::join!(migrator.run(pool), cut);
        assert_eq!(done.unwrap().len(), 3);
        assert!(proxy.messages().iter().any(|message| message.contains(RELEASE)));
        assert_eq!(db.number(HOLDERS).await, 0);
    }

    async fn what_fails_there_is_tried_again(db) {
        migrator(tables(1)).run(db.pool()).await.unwrap();
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
        assert_eq!(migrator(tables(4)).run(&wire.pool).await.unwrap().len(), 3);
        let releases = wire.proxy.messages().iter().filter(|message| message.contains(RELEASE)).count();
        assert_eq!(releases, 1);
        assert_eq!(db.number(HOLDERS).await, 0);
    }
}
