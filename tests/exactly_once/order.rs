//! What one instance reverts, another one does not build upon.

use std::sync::{Arc, Mutex};

use uno_migrate::{ErrorKind, Event, Memory, Migration, Migrator};

use crate::kit::Look;
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
        let reverted = reverting.revert(db.pool()).await;
        let applied = applied.lock().unwrap().take().unwrap();
        // Under a lease the other one waits; without one this one sees it when it begins.
        match applied {
            Ok(applied) => {
                let error = reverted.unwrap_err();
                assert_eq!((applied, error.kind()), (1, ErrorKind::History), "{error}");
                let said = error.to_string();
                assert!(said.contains("`2_more`, which needs it, was applied by another instance meanwhile"), "{said}");
            }
            Err(waited) => {
                assert_eq!(waited.kind(), ErrorKind::LockTimeout, "{waited}");
                assert_eq!(reverted.unwrap().len(), 1);
            }
        }
        let rows = "SELECT COUNT(*) FROM uno_migrations WHERE status = 'applied' AND id = ";
        let (base, more) = (db.number(&format!("{rows}'1_base'")).await, db.number(&format!("{rows}'2_more'")).await);
        assert!(base >= more, "`2_more` stands without `1_base`");
    }
}
