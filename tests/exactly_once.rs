//! Any number of instances may boot at once: each migration takes effect once.

use std::time::Duration;

use uno_migrate::{Memory, Migration, Migrator};

mod support;

/// Effects that show when they happen twice.
fn migrations(count: usize) -> Memory {
    let table =
        Migration::sql("0000_counter", "CREATE TABLE counter (name VARCHAR(50), value INT)", "DROP TABLE counter");
    let steps = (1..=count).map(|number| {
        let id = format!("{number:04}_step");
        let up = format!("INSERT INTO counter (name, value) VALUES ('{id}', 1); CREATE TABLE t_{number} (id INT)");
        let down = format!("DROP TABLE t_{number}; DELETE FROM counter WHERE name = '{id}'");
        Migration::sql(id, up, down.as_str())
    });
    Memory::new([table].into_iter().chain(steps))
}

support::each_database! {
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
        let rows: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM counter").fetch_one(db.pool()).await.unwrap();
        assert_eq!(rows, i64::try_from(MIGRATIONS).unwrap());
    }
}
