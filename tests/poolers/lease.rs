//! The lease names no session behind a pooler: whoever ended that one would end another client's.

use std::time::Duration;

use tokio::time::sleep;

use crate::kit::{Pooled, migrator, up};

#[tokio::test]
async fn names_a_session_only_where_it_is_the_holders_own() {
    let pooled = Pooled::new(3).await;
    for (through, named) in [(true, 0), (false, 1)] {
        let pool = if through { pooled.pool().await } else { pooled.db.pool().clone() };
        let set = migrator([up("1_slow", "SELECT pg_sleep(2)")]).namespace(format!("{through}"));
        let run = tokio::spawn(async move { set.run(&pool).await });
        let held = "SELECT count(owner) FROM uno_migrations_lease";
        while pooled.number("SELECT count(*) FROM pg_class WHERE relname = 'uno_migrations_lease'").await == 0
            || pooled.number(held).await == 0
        {
            assert!(!run.is_finished());
            sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(pooled.number("SELECT count(session) FROM uno_migrations_lease").await, named, "through: {through}");
        run.await.unwrap().unwrap();
    }
}
