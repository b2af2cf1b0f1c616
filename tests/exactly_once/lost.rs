//! A holder in whose place somebody else has gone on does nothing more.

use uno_migrate::{Context, ErrorKind, Memory, Migration, Migrator};

use crate::ask::Ask;
use crate::kit::{LEASE, Look, migrations, migrator};
use crate::support::{self, each_database};

/// Somebody else takes the lease, as it may happen to a holder that was stopped for longer than a lease.
const TAKEN: &str = "UPDATE uno_migrations_lease SET epoch = epoch + 1, owner = 'somebody'";

#[tokio::test]
async fn a_transaction_that_was_overtaken_commits_nothing() {
    let db = support::postgres().await;
    let pool = db.pool().clone();
    let set = uno_migrate::Migrator::new(migrations(2)).lease(LEASE);
    let error = set
        .before_each(uno_migrate::hook_fn(move |ctx: &mut Context<'_>| {
            let (pool, is_second) = (pool.clone(), ctx.migration().id.as_str() == "0002_step");
            Box::pin(async move {
                if is_second {
                    sqlx::raw_sql(TAKEN).execute(&pool).await?;
                }
                Ok::<_, sqlx::Error>(())
            })
        }))
        .run(db.pool())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LeaseLost, "{error}");
    assert_eq!(error.report().ids().collect::<Vec<_>>(), ["0000_counter", "0001_step"]);
    let said = error.to_string();
    assert!(said.contains("`0002_step` was rolled back and left nothing behind"), "{said}");
    assert_eq!(db.number("SELECT COUNT(*) FROM counter").await, 1);
    assert_eq!(db.number("SELECT COUNT(*) FROM uno_migrations").await, 2);
}

each_database! {
    async fn whoever_was_overtaken_does_not_give_back_what_is_not_its_own(db) {
        migrator().run(db.pool()).await.unwrap();
        migrator().all().revert(db.pool()).await.unwrap();
        let pool = db.pool().clone();
        let error = migrator().before_each(uno_migrate::hook_fn(move |_: &mut Context<'_>| {
            let pool = pool.clone();
            Box::pin(async move { sqlx::raw_sql(TAKEN).execute(&pool).await.map(drop) })
        })).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LeaseLost, "{error}");
        assert_eq!(db.text("SELECT owner FROM uno_migrations_lease WHERE id = 1").await.as_deref(), Some("somebody"));
    }
}

/// As the end of a last message leaves it of which nobody has heard.
const GIVEN_BACK: &str = "UPDATE uno_migrations_lease SET owner = NULL WHERE id = 1";

each_database! {
    async fn a_lease_that_was_given_back_is_nobodys(db) {
        let pool = db.pool().clone();
        let failing = Migration::sql("2_failing", "-- Transaction: none\nSELECT * FROM missing", "SELECT 1");
        let set = Migrator::new(Memory::new([Migration::sql("1_t", "CREATE TABLE t (id INT)", "DROP TABLE t"), failing]));
        let give_back = uno_migrate::hook_fn(move |ctx: &mut Context<'_>| {
            let (pool, is_second) = (pool.clone(), ctx.migration().id.as_str() == "2_failing");
            Box::pin(async move {
                if is_second {
                    sqlx::raw_sql(GIVEN_BACK).execute(&pool).await?;
                }
                Ok::<_, sqlx::Error>(())
            })
        });
        let error = set.lease(LEASE).before_each(give_back).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration, "{error}");
        assert!(error.to_string().contains("missing"), "{error}");
    }
}
