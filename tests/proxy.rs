//! The tests' own proxy, against the real servers through sqlx.

mod support;

use std::time::{Duration, Instant};

use sqlx::{Connection, Database, Executor, MySql, Pool, Postgres};
use support::Proxy;

/// The same body for the two databases that have a server.
macro_rules! each_server {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident) $body:block)+) => {$(
        mod $name {
            use super::*;
            each_server!(@one postgres, Postgres, $(#[$attribute])* $db $body);
            each_server!(@one mysql, MySql, $(#[$attribute])* $db $body);
        }
    )+};
    (@one $server:ident, $type:ty, $(#[$attribute:meta])* $db:ident $body:block) => {
        $(#[$attribute])*
        #[tokio::test]
        async fn $server() {
            type Db = $type;
            let $db = support::$server().await;
            $body
        }
    };
}

each_server! {
    async fn counts_what_a_client_sends(db) {
        let proxy = Proxy::start(db.url());
        let mut connection = <Db as Database>::Connection::connect(proxy.url()).await.unwrap();
        let (before, trips) = (proxy.messages().len(), proxy.round_trips());
        for _ in 0..3 {
            sqlx::raw_sql("SELECT 1").execute(&mut connection).await.unwrap();
        }
        assert_eq!(proxy.round_trips() - trips, 3);
        let messages = proxy.messages().split_off(before);
        assert_eq!(messages.len(), 3);
        assert!(messages.iter().all(|message| message.ends_with(" SELECT 1")), "{messages:?}");
        // Prepared and executed, however many messages that takes.
        sqlx::query("SELECT 2").execute(&mut connection).await.unwrap();
        assert_eq!(proxy.round_trips() - trips, 5);
    }

    async fn a_message_cut_off_before_does_not_arrive(db) {
        table::<Db>(db.pool()).await;
        let proxy = Proxy::start(db.url());
        let mut connection = <Db as Database>::Connection::connect(proxy.url()).await.unwrap();
        let next = proxy.messages().len() + 1;
        proxy.cut_before(next + 1);
        sqlx::raw_sql("INSERT INTO t VALUES (1)").execute(&mut connection).await.unwrap();
        assert!(!proxy.was_cut());
        sqlx::raw_sql("INSERT INTO t VALUES (2)").execute(&mut connection).await.unwrap_err();
        assert!(proxy.was_cut());
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(count::<Db>(db.pool()).await, 1);

        let mut connection = <Db as Database>::Connection::connect(proxy.url()).await.unwrap();
        sqlx::raw_sql("INSERT INTO t VALUES (3)").execute(&mut connection).await.unwrap();
        assert_eq!(count::<Db>(db.pool()).await, 2, "later connections are served");
    }

    async fn a_message_cut_off_after_arrives(db) {
        table::<Db>(db.pool()).await;
        let proxy = Proxy::start(db.url());
        for expected in 1..=20 {
            let mut connection = <Db as Database>::Connection::connect(proxy.url()).await.unwrap();
            proxy.cut_after(proxy.messages().len() + 1);
            sqlx::raw_sql("INSERT INTO t VALUES (1)").execute(&mut connection).await.unwrap_err();
            let started = Instant::now();
            while count::<Db>(db.pool()).await != expected {
                assert!(started.elapsed() < Duration::from_secs(10), "message {expected} is lost");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    async fn the_server_goes_on_with_what_it_has(db) {
        table::<Db>(db.pool()).await;
        let proxy = Proxy::start(db.url());
        let mut connection = <Db as Database>::Connection::connect(proxy.url()).await.unwrap();
        proxy.cut_after(proxy.messages().len() + 1);
        let sleep = if proxy.url().starts_with("postgres") { "pg_sleep" } else { "SLEEP" };
        let batch = format!("INSERT INTO t VALUES (1); SELECT {sleep}(0.3); INSERT INTO t VALUES (2)");
        sqlx::raw_sql(sqlx::AssertSqlSafe(batch)).execute(&mut connection).await.unwrap_err();
        tokio::time::sleep(Duration::from_millis(800)).await;
        assert_eq!(count::<Db>(db.pool()).await, 2);
    }

    async fn latency_is_paid_by_the_round_trip(db) {
        let proxy = Proxy::start(db.url());
        let mut connection = <Db as Database>::Connection::connect(proxy.url()).await.unwrap();
        proxy.set_latency(Duration::from_millis(50));
        let (started, trips) = (Instant::now(), proxy.round_trips());
        sqlx::query("SELECT 1").execute(&mut connection).await.unwrap();
        assert!(started.elapsed() >= Duration::from_millis(50) * (proxy.round_trips() - trips) as u32);
        assert!(started.elapsed() < Duration::from_millis(50) * 6, "not by the message: {:?}", started.elapsed());
    }

    async fn every_connection_can_be_cut(db) {
        let proxy = Proxy::start(db.url());
        let mut connection = <Db as Database>::Connection::connect(proxy.url()).await.unwrap();
        proxy.cut_all();
        connection.ping().await.unwrap_err();
        let url = proxy.url().to_owned();
        <Db as Database>::Connection::connect(&url).await.unwrap();
        drop(proxy);
        assert!(<Db as Database>::Connection::connect(&url).await.is_err(), "a dropped proxy is gone");
    }
}

async fn table<DB: Database>(pool: &Pool<DB>)
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    sqlx::raw_sql("CREATE TABLE t (id INT)").execute(pool).await.unwrap();
}

async fn count<DB: Database>(pool: &Pool<DB>) -> usize
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    sqlx::raw_sql("SELECT id FROM t").fetch_all(pool).await.unwrap().len()
}
