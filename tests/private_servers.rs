//! The tests' own servers: every test gets a fresh database, and no server outlives its owner.

mod support;

use std::{net::TcpStream, thread::sleep, time::Duration};

use support::each_database;
use uno_migrate_test_servers::Kind;

each_database! {
    async fn a_fresh_database_is_empty_and_takes_ddl(db) {
        for sql in ["CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)"] {
            sqlx::query::<Db>(sql).execute(db.pool()).await.unwrap();
        }
        let other = sqlx::Pool::<Db>::connect(db.url()).await.unwrap();
        let count: i64 = sqlx::query_scalar::<Db, _>("SELECT COUNT(*) FROM t").fetch_one(&other).await.unwrap();
        assert_eq!(count, 1);
    }
}

#[test]
fn a_dropped_server_is_gone() {
    for kind in Kind::ALL {
        let server = kind.start().unwrap();
        let address = server.url().split(['@', '/']).nth_back(1).unwrap().to_owned();
        let directory = server.path().to_owned();
        assert!(TcpStream::connect(&address).is_ok() && directory.exists(), "{kind} runs");
        drop(server);
        assert!(!directory.exists(), "{kind} leaves nothing behind");
        // The last of its processes may need a moment more.
        let gone = (0..100).any(|_| {
            TcpStream::connect(&address).is_err() || {
                sleep(Duration::from_millis(20));
                false
            }
        });
        assert!(gone, "{kind} still listens");
    }
}
