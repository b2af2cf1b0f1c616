//! Something pending: few round trips for what is beside the migrations.

use uno_migrate::{Driver, Migration, Migrator};

use crate::kit::{Ask, migrator, table};
use crate::support::{Proxy, TestDatabase, mysql, postgres};
use crate::wire::{Wire, each_server};

/// So many tables.
pub(crate) fn tables(count: usize) -> Vec<Migration> {
    (1..=count).map(|n| table(&format!("{n}_t{n}"))).collect()
}

/// The messages of a run that are no migration's, each by its beginning.
async fn beside<DB: Driver>(wire: &Wire<DB>, migrator: &Migrator) -> Vec<String> {
    let before = wire.proxy.messages().len();
    wire.run(migrator).await.0.unwrap();
    wire.settle().await;
    let mut messages = wire.proxy.messages().split_off(before);
    // What is done and said around a migration; goodbyes.
    messages.retain(|message| !(message.contains("CREATE TABLE t") || ["X ", "0x01 "].contains(&&**message)));
    messages
}

/// What each message is for.
fn purposes(messages: &[String]) -> Vec<&'static str> {
    let purposes = [
        // Of a message, only its beginning is kept; what it has made is asked for below.
        ("SELECT pg_catalog.format('SET client_encoding", "settings and found"),
        (" AS digest", "look"),
        ("SELECT home, ", "look"),
        ("_lease\" (id", "found"),
        (" (namespace varchar", "found"),
        (" (namespace VARCHAR", "found"),
        ("uno_migrate_left_at", "read"),
    ];
    let purpose =
        |message: &String| purposes.iter().find(|(text, _)| message.contains(text)).map(|(_, purpose)| *purpose);
    messages.iter().map(|message| purpose(message).unwrap_or_else(|| panic!("what is `{message}` for?"))).collect()
}

#[tokio::test]
async fn a_fresh_postgresql_takes_two_answers() {
    let db = postgres().await;
    let wire = Wire::new(&db).await;
    let messages = beside(&wire, &migrator(tables(100))).await;
    assert_eq!(purposes(&messages), ["look", "settings and found"]);
    assert_eq!(db.number("SELECT epoch FROM uno_migrations_lease WHERE id = 2").await, 1);
    assert_eq!(db.number("SELECT count(*) FROM uno_migrations WHERE epoch = 1").await, 100);
    let wire = Wire { pool: sqlx::Pool::connect_lazy(wire.proxy.url()).unwrap(), ..wire };
    db.exec("DROP TABLE uno_migrations, uno_migrations_lease; DROP TABLE t1, t2").await;
    let messages = beside(&wire, &migrator(tables(2))).await;
    assert_eq!(purposes(&messages), ["look", "settings and found"]);
}

/// The history as it is made, whoever makes it and in whatever way.
async fn made<DB: Driver>(db: &TestDatabase<DB>) -> Vec<String>
where
    TestDatabase<DB>: Ask<Database = DB>,
{
    let text = if db.is_mysql() { "CHAR" } else { "TEXT" };
    let lease = format!(
        "SELECT CONCAT_WS('/', CAST(id AS {text}), CAST(epoch AS {text}), COALESCE(owner, '-'), COALESCE(session, '-'), CAST(knocks AS {text})) \
         FROM uno_migrations_lease ORDER BY id"
    );
    db.texts(&lease).await
}

each_server! {
    async fn what_is_made_at_once_is_what_is_made_step_by_step(db) {
        migrator(tables(1)).run(db.pool()).await.unwrap();
        let at_once = made(&db).await;
        db.exec("DROP TABLE uno_migrations").await;
        db.exec("DROP TABLE uno_migrations_lease").await;
        db.exec("DROP TABLE t1").await;
        // Whoever lends a connection makes the history without the lease.
        let mut connection = db.pool().acquire().await.unwrap();
        migrator(tables(0)).run_on(&mut *connection).await.unwrap();
        migrator(tables(1)).run_on(&mut *connection).await.unwrap();
        migrator(tables(2)).run(db.pool()).await.unwrap();
        assert_eq!(made(&db).await, at_once);
    }

    async fn a_lease_without_a_history_is_not_made_again(db) {
        migrator(tables(1)).run(db.pool()).await.unwrap();
        db.exec("DROP TABLE uno_migrations").await;
        db.exec("DROP TABLE t1").await;
        migrator(tables(1)).run(db.pool()).await.unwrap();
        assert_eq!(db.number("SELECT epoch FROM uno_migrations_lease WHERE id = 2").await, 2);
        assert_eq!(db.number("SELECT epoch FROM uno_migrations").await, 2);
    }

    async fn what_is_cut_off_while_it_is_made_is_made_by_the_next(db) {
        for place in [Proxy::cut_before, Proxy::cut_after] {
            let proxy = Proxy::start(db.url());
            let pool = sqlx::Pool::<Db>::connect_lazy(proxy.url()).unwrap();
            // Which message it is, by a run with another history.
            let before = proxy.messages().len();
            migrator([table("1_t0")]).table("found").run(&pool).await.unwrap();
            let makes = |message: &String| purposes(std::slice::from_ref(message))[0].ends_with("found");
            let mut messages = proxy.messages().split_off(before).into_iter();
            let nth = messages.position(|message| !is_drivers(&message) && makes(&message)).unwrap();
            place(&proxy, proxy.messages().len() + nth + 1);
            let migrator = migrator(tables(1)).lease(std::time::Duration::from_secs(1));
            migrator.run(&pool).await.unwrap_err();
            assert!(proxy.was_cut());
            assert_eq!(migrator.run(db.pool()).await.unwrap().len(), 1);
            for table in ["uno_migrations", "uno_migrations_lease", "found", "found_lease", "t0", "t1"] {
                db.exec(&format!("DROP TABLE {table}")).await;
            }
        }
    }
}

#[tokio::test]
async fn mariadb_takes_as_few() {
    let db = mysql().await;
    let wire = Wire::new(&db).await;
    let before = wire.proxy.messages().len();
    migrator(tables(1)).run(&wire.pool).await.unwrap();
    let messages = wire.proxy.messages().split_off(before);
    let made = messages.iter().position(|message| message.contains("CREATE TABLE")).unwrap();
    let start: Vec<String> = messages[..=made].iter().filter(|message| !is_drivers(message)).cloned().collect();
    assert_eq!(purposes(&start), ["look", "found"]);
}

/// What the driver says on a new connection, and the pool to one that comes back.
fn is_drivers(message: &str) -> bool {
    message.contains("SET sql_mode=")
}

each_server! {
    /// The look on the pool's connection; the history, on the run's own; the lease, and the history again; the migration, behind
    /// which the lease is given back.
    async fn a_history_that_is_there_takes_three_more(db) {
        migrator(tables(1)).run(db.pool()).await.unwrap();
        let wire = Wire::new(&db).await;
        for (tables_now, epoch) in [(2, 2), (3, 3)] {
            let before = wire.proxy.messages().len();
            migrator(tables(tables_now)).run(&wire.pool).await.unwrap();
            wire.settle().await;
            let mut messages = wire.proxy.messages().split_off(before);
            messages.retain(|message| !is_drivers(message) && !["X ", "0x01 "].contains(&&**message));
            assert_eq!(messages.len(), 4, "{messages:#?}");
            assert_eq!(purposes(&messages[..2]), ["look", "read"]);
            assert_eq!(db.number("SELECT epoch FROM uno_migrations_lease WHERE id = 2").await, epoch);
            assert_eq!(db.number("SELECT count(*) FROM uno_migrations_lease WHERE owner IS NOT NULL").await, 0);
        }
    }

    /// Ten on a history take a message each time that twice as many can share one.
    async fn more_take_one_for_twice_as_many(db) {
        migrator(tables(1)).run(db.pool()).await.unwrap();
        let wire = Wire::new(&db).await;
        let before = wire.proxy.messages().len();
        migrator(tables(11)).run(&wire.pool).await.unwrap();
        wire.settle().await;
        let mut messages = wire.proxy.messages().split_off(before);
        messages.retain(|message| !is_drivers(message) && !["X ", "0x01 "].contains(&&**message));
        assert_eq!(messages.len(), 3 + 4, "{messages:#?}");
    }
}
