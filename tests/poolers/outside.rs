//! What runs outside a transaction needs a session of its own.

use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};
use uno_migrate::ErrorKind;

use crate::kit::{Pooled, migrator, text, up};

const INDEX: &str = "-- Transaction: none\nCREATE INDEX CONCURRENTLY i ON t (id);\nINSERT INTO t VALUES (2);";

#[tokio::test]
async fn is_refused_with_the_remedy_and_works_past_the_pooler() {
    for connections in [1, 2, 20] {
        let pooled = Pooled::new(connections).await;
        let set =
            migrator([up("1_t", "CREATE TABLE t (id INT)"), up("2_i", INDEX), up("3_u", "CREATE TABLE u (id INT)")]);
        let began = Instant::now();
        let error = set.run(&pooled.pool().await).await.unwrap_err();
        assert!(began.elapsed() < Duration::from_secs(20), "it hung for {:?}", began.elapsed());
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        if connections == 1 {
            assert_eq!(error.to_string(), include_str!("refused.txt").trim_end());
        }
        assert_eq!(
            pooled.texts("SELECT id FROM uno_migrations").await,
            ["1_t"],
            "nothing is recorded of what was refused"
        );

        let set = set.direct_url(pooled.db.url());
        assert_eq!(set.run(&pooled.pool().await).await.unwrap().len(), 2);
        assert_eq!(pooled.number("SELECT count(*) FROM pg_indexes WHERE indexname = 'i'").await, 1);
        assert_eq!(pooled.number("SELECT count(*) FROM t").await, 1);
    }
}

#[tokio::test]
async fn is_refused_while_others_use_the_pooler_too() {
    let pooled = Pooled::new(8).await;
    let others: Vec<_> = (0..6)
        .map(|_| {
            let url = pooled.pooler.url().to_owned();
            tokio::spawn(async move {
                let mut connection = PgConnection::connect(&url).await.unwrap();
                loop {
                    text(&mut connection, "SELECT pg_sleep(random() * 0.002)::text").await;
                }
            })
        })
        .collect();
    pooled.exec("CREATE TABLE t (id INT)").await;
    for _ in 0..20 {
        let error = migrator([up("2_i", INDEX)]).run(&pooled.pool().await).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    }
    others.iter().for_each(|other| other.abort());
}

#[tokio::test]
async fn is_let_be_on_direct_connections_however_many_there_are() {
    let pooled = Pooled::new(1).await;
    pooled.exec("CREATE TABLE t (id INT)").await;
    for round in 0..10 {
        let id = format!("{round}_v");
        let set = migrator([up(&id, "-- Transaction: none\nVACUUM t")]).namespace(&id);
        assert_eq!(set.run(pooled.db.pool()).await.unwrap().len(), 1);
    }
}
