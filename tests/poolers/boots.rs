//! Many instances boot at the same moment, all of them through one pooler.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use uno_migrate::{ErrorKind, Migration};

use crate::kit::{Pooled, migrator, up};

const INSTANCES: usize = 8;

/// Every one appends a row, so that doubles show.
fn effects(count: usize) -> Vec<Migration> {
    let first = up("0_effects", "CREATE TABLE effects (id BIGSERIAL PRIMARY KEY, what TEXT NOT NULL)");
    let append = |number| up(&format!("{number}_append"), &format!("INSERT INTO effects (what) VALUES ('{number}')"));
    [first].into_iter().chain((1..=count).map(append)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_happens_once() {
    for connections in [1, 2, 20] {
        for _ in 0..3 {
            let pooled = Pooled::new(connections).await;
            let mut boots = JoinSet::new();
            for _ in 0..INSTANCES {
                let pool = pooled.pool().await;
                let set = migrator(effects(30)).lease(Duration::from_secs(2));
                boots.spawn(async move { set.run(&pool).await });
            }
            let reports = boots.join_all().await;
            let applied: usize = reports.into_iter().map(|report| report.unwrap().len()).sum();
            assert_eq!(applied, 31, "with {connections} connections");
            assert_eq!(pooled.number("SELECT count(*) FROM effects").await, 30);
            assert_eq!(pooled.number("SELECT count(DISTINCT what) FROM effects").await, 30);
            assert_eq!(pooled.number("SELECT count(*) FROM uno_migrations WHERE status = 'applied'").await, 31);
        }
    }
}

/// With a single connection the pooler holds back the beat as long as the transaction lasts, and everybody else too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_longer_than_the_lease_ends_well_while_the_others_wait() {
    for connections in [1, 2, 20] {
        let pooled = Pooled::new(connections).await;
        let slow = up("31_slow", "INSERT INTO effects (what) VALUES ('slow'); SELECT pg_sleep(5)");
        let last = up("32_last", "INSERT INTO effects (what) VALUES ('last')");
        let mut boots = JoinSet::new();
        let began = Instant::now();
        for _ in 0..INSTANCES {
            let pool = pooled.pool().await;
            let set = effects(2).into_iter().chain([slow.clone(), last.clone()]);
            let set = migrator(set).lease(Duration::from_secs(2)).lock_wait(Duration::from_secs(60));
            boots.spawn(async move { set.run(&pool).await });
        }
        let reports = boots.join_all().await;
        let applied: Vec<_> = reports.into_iter().map(|report| report.unwrap().len()).collect();
        assert!(began.elapsed() >= Duration::from_secs(5));
        assert_eq!(applied.iter().sum::<usize>(), 5, "{applied:?}");
        assert!(applied.contains(&5), "whoever began has done everything: {applied:?} with {connections} connections");
        assert_eq!(pooled.texts("SELECT what FROM effects ORDER BY id").await, ["1", "2", "slow", "last"]);
    }
}

/// What a failure leaves to the others: each of them fails as well, and in its own turn.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_everybodys_own() {
    for connections in [1, 3] {
        let pooled = Pooled::new(connections).await;
        let mut boots = JoinSet::new();
        for _ in 0..INSTANCES {
            let pool = pooled.pool().await;
            let set = migrator(
                effects(2).into_iter().chain([up("3_bad", "INSERT INTO effects (what) VALUES ('bad'); SELECT 1 / 0")]),
            );
            boots.spawn(async move { set.run(&pool).await });
        }
        for report in boots.join_all().await {
            let error = report.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Migration, "{error}");
        }
        assert_eq!(pooled.texts("SELECT what FROM effects ORDER BY id").await, ["1", "2"]);
    }
}

#[tokio::test]
async fn nothing_pending_is_only_read() {
    let pooled = Pooled::new(1).await;
    migrator(effects(5)).run(&pooled.pool().await).await.unwrap();
    let database = pooled.db.url().rsplit('/').next().unwrap();
    let lease =
        "SELECT string_agg(concat_ws(',', id, epoch, beat, knocks, owner), ' ' ORDER BY id) FROM uno_migrations_lease";
    let before = pooled.texts(lease).await;
    // From now on nobody can write: the pooler's sessions begin anew.
    pooled.exec(&format!("ALTER DATABASE {database} SET default_transaction_read_only = on")).await;
    pooled.pooler.restart().unwrap();
    let mut boots = JoinSet::new();
    for _ in 0..INSTANCES {
        let pool = pooled.pool().await;
        boots.spawn(async move { migrator(effects(5)).run(&pool).await });
    }
    for report in boots.join_all().await {
        assert_eq!(report.unwrap().len(), 0);
    }
    assert_eq!(pooled.texts(lease).await, before);
}
