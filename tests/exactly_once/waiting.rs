//! Who waits knows for whom, and for how long.

use std::time::{Duration, Instant};

use uno_migrate::{Context, ErrorKind, Event, Result};

use crate::ask::Ask;
use crate::kit::{LEASE, Waits, migrator};
use crate::support::each_database;

each_database! {
    async fn who_waits_is_told_for_whom_and_gives_up(db) {
        migrator().run(db.pool()).await.unwrap();
        migrator().all().revert(db.pool()).await.unwrap();
        db.exec("UPDATE uno_migrations_lease SET owner = 'web-1, process 7', detail = '`0_counter`, statement 1 of 3' WHERE id = 1").await;
        let waits = Waits::default();
        let waiting = migrator().lease(Duration::from_secs(60)).lock_wait(Duration::from_secs(5));
        let error = waiting.on_event(waits.listener()).run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::LockTimeout, "another instance is still migrating after 5 s"));
        let said = error.to_string();
        assert!(said.contains("done: nothing was changed; web-1, process 7 holds the lease since 2"), "{said}");
        assert!(said.contains(" and is at `0_counter`, statement 1 of 3"), "{said}");
        assert!(said.contains("help: wait for it and run again, or wait longer with `lock_wait`"), "{said}");
        let [Event::Waiting { holder, since: Some(_), detail: Some(detail), waited, .. }] = &waits.seen()[..] else {
            panic!("one event, with everything that is known")
        };
        assert_eq!((holder.as_str(), detail.as_str()), ("web-1, process 7", "`0_counter`, statement 1 of 3"));
        assert!(*waited >= Duration::from_secs(1));
    }

    async fn waiting_ends_when_it_is_asked_to(db) {
        migrator().run(db.pool()).await.unwrap();
        migrator().all().revert(db.pool()).await.unwrap();
        db.exec("UPDATE uno_migrations_lease SET owner = 'somebody' WHERE id = 1").await;
        let soon = tokio::time::sleep(Duration::from_millis(200));
        let error = migrator().lease(Duration::from_secs(60)).cancel_on(soon).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }

    /// The heartbeat says what the holder is at, and the lease is its own for as long as it takes.
    async fn a_long_migration_keeps_its_lease(db) {
        let first = migrator().before_each(pause_at_step);
        let began = Instant::now();
        let pool = db.pool().clone();
        let holder = tokio::spawn(async move { first.run(&pool).await });
        tokio::time::sleep(LEASE).await;
        let waits = Waits::default();
        let second = migrator().on_event(waits.listener()).run(db.pool()).await.unwrap();
        assert!(began.elapsed() >= LEASE * 3, "it has waited");
        assert_eq!(holder.await.unwrap().unwrap().len(), 2);
        assert!(second.is_empty());
        let details: Vec<_> = waits.seen().into_iter().filter_map(|event| match event {
            Event::Waiting { detail, .. } => detail,
            _ => None,
        }).collect();
        assert!(details.iter().any(|detail| detail.contains("`1_step`")), "{details:?}");
        assert_eq!(db.number("SELECT COUNT(*) FROM counter").await, 1);
    }
}

async fn pause_at_step(ctx: &mut Context<'_>) -> Result {
    if ctx.migration().id.as_str() == "1_step" {
        tokio::time::sleep(LEASE * 3).await;
    }
    Ok(())
}
