//! What one instance reverts, another one does not build upon.

use std::sync::{Arc, Mutex};

use uno_migrate::{ErrorKind, Event, Memory, Migration, Migrator};

use crate::ask::Ask;
use crate::support::each_database;

fn migrator() -> Migrator {
    Migrator::new(Memory::new([
        Migration::sql("1_base", "CREATE TABLE base (id INT)", "DROP TABLE base"),
        Migration::sql("2_more", "-- Dependencies: 1_base\nCREATE TABLE more (id INT)", "DROP TABLE more"),
    ]))
}

each_database! {
    async fn what_is_needed_by_now_is_not_reverted(db) {
        migrator().target("1_base").run(db.pool()).await.unwrap();
        let url = db.url().to_owned();
        let applied = Arc::new(Mutex::new(None));
        let other = Arc::clone(&applied);
        // Another instance goes on, after this one has planned and before it begins.
        let reverting = migrator().on_event(move |event| {
            let Event::Started { .. } = event else { return };
            let url = url.clone();
            let applied = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let pool = sqlx::Pool::<Db>::connect(&url).await.unwrap();
                    let soon = std::time::Duration::from_secs(1);
                    migrator().lock_wait(soon).run(&pool).await.map(|report| report.len())
                })
            });
            *other.lock().unwrap() = Some(applied.join().unwrap());
        });
        assert_eq!(reverting.revert(db.pool()).await.unwrap().ids().collect::<Vec<_>>(), ["1_base"]);
        let waited = applied.lock().unwrap().take().unwrap().unwrap_err();
        assert_eq!(waited.kind(), ErrorKind::LockTimeout, "{waited}");
        let rows = "SELECT COUNT(*) FROM uno_migrations WHERE status = 'applied' AND id = ";
        let (base, more) = (db.number(&format!("{rows}'1_base'")).await, db.number(&format!("{rows}'2_more'")).await);
        assert!(base >= more, "`2_more` stands without `1_base`");
    }

    async fn what_was_needed_is_not_missed(db) {
        migrator().target("1_base").run(db.pool()).await.unwrap();
        let url = db.url().to_owned();
        let is_first = Arc::new(Mutex::new(true));
        // Another instance takes back what this one stands on, if it can, before this one begins.
        let applying = migrator().on_event(move |event| {
            let Event::Started { .. } = event else { return };
            if !std::mem::take(&mut *is_first.lock().unwrap()) {
                return;
            }
            let url = url.clone();
            let reverted = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let pool = sqlx::Pool::<Db>::connect(&url).await.unwrap();
                    migrator().lock_wait(std::time::Duration::from_secs(1)).revert(&pool).await.map(drop)
                })
            });
            let _ = reverted.join().unwrap();
        });
        applying.run(db.pool()).await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM uno_migrations WHERE status = 'applied'").await, 2);
    }
}
