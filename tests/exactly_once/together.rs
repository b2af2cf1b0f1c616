//! Everybody boots at once, in one process; `tests/contention` does the same with many.

use std::time::Duration;

use uno_migrate::{Context, Migrator, Result};

use crate::ask::Ask;
use crate::kit::{LEASE, migrations, migrator};
use crate::support::each_database;

each_database! {
    async fn twenty_boot_at_once(db) {
        const INSTANCES: usize = 20;
        const MIGRATIONS: usize = 30;
        let mut instances = Vec::new();
        for _ in 0..INSTANCES {
            let pool = sqlx::pool::PoolOptions::<Db>::new().max_connections(1).connect(db.url()).await.unwrap();
            let migrator = Migrator::new(migrations(MIGRATIONS)).lock_wait(Duration::from_secs(60));
            instances.push(tokio::spawn(async move { migrator.run(&pool).await }));
        }
        let mut applied = 0;
        for instance in instances {
            applied += instance.await.unwrap().unwrap().len();
        }
        assert_eq!(applied, MIGRATIONS + 1);
        assert_eq!(db.number("SELECT COUNT(*) FROM counter").await, i64::try_from(MIGRATIONS).unwrap());
    }

    async fn some_apply_while_others_revert(db) {
        const ROUNDS: usize = 6;
        let mut instances = Vec::new();
        for round in 0..ROUNDS {
            let pool = db.pool().clone();
            let migrator = Migrator::new(migrations(5)).lock_wait(Duration::from_secs(60));
            instances.push(tokio::spawn(async move {
                match round % 2 {
                    0 => migrator.run(&pool).await,
                    _ => migrator.steps(2).revert(&pool).await,
                }
            }));
        }
        for instance in instances {
            instance.await.unwrap().unwrap();
        }
        Migrator::new(migrations(5)).run(db.pool()).await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM counter").await, 5);
        assert_eq!(db.number("SELECT COUNT(DISTINCT name) FROM counter").await, 5);
        assert_eq!(db.number("SELECT COUNT(*) FROM uno_migrations WHERE status = 'applied'").await, 6);
    }

    async fn nothing_pending_takes_no_lease(db) {
        migrator().run(db.pool()).await.unwrap();
        let lease = "SELECT epoch FROM uno_migrations_lease WHERE id = 1";
        let epoch = db.number(lease).await;
        assert!(epoch > 0);
        assert!(migrator().run(db.pool()).await.unwrap().is_empty());
        db.exec("UPDATE uno_migrations_lease SET owner = 'somebody' WHERE id = 1").await;
        assert!(migrator().run(db.pool()).await.unwrap().is_empty());
        assert_eq!(db.number(lease).await, epoch);
    }

    async fn a_lease_is_given_back_on_success_and_on_failure(db) {
        migrator().run(db.pool()).await.unwrap();
        let free = "SELECT COUNT(*) FROM uno_migrations_lease WHERE id = 1 AND owner IS NULL AND session IS NULL";
        assert_eq!(db.number(free).await, 1);
        let wrong = uno_migrate::Migration::sql("2_wrong", "-- Transaction: none\nSELECT nothing", "SELECT 1");
        let set = uno_migrate::Memory::new([wrong]);
        Migrator::new(set).lease(LEASE).on_ahead(uno_migrate::Policy::Allow).run(db.pool()).await.unwrap_err();
        assert_eq!(db.number(free).await, 1);
    }

    async fn a_lease_is_given_back_when_a_run_panics_or_is_dropped(db) {
        let long = || migrator().lease(Duration::from_secs(60)).lock_wait(Duration::from_secs(30));
        let (pool, panics) = (db.pool().clone(), long().before_each(panics));
        assert!(tokio::spawn(async move { panics.run(&pool).await }).await.unwrap_err().is_panic());
        let never = long().before_each(never);
        let dropped = tokio::time::timeout(Duration::from_secs(1), never.run(db.pool())).await;
        assert!(dropped.is_err(), "it was still at work");
        assert_eq!(long().run(db.pool()).await.unwrap().len(), 2);
        assert_eq!(db.number("SELECT COUNT(*) FROM counter").await, 1);
    }
}

async fn panics(_: &mut Context<'_>) -> Result {
    panic!("a hook may")
}

async fn never(_: &mut Context<'_>) -> Result {
    std::future::pending().await
}
