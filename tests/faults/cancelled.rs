//! `cancel_on` becomes ready at every event: the run ends after the statement in hand, and the next one goes on.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use uno_migrate::{ErrorKind, Migrator};

use crate::dropped::{Asked, count};
use crate::effects::{Effects, impatient};
use crate::kit::Ask;
use crate::support::each_database;

/// Asks to stop at the n-th event.
fn stopped_at(event: usize) -> (Migrator, Arc<AtomicUsize>) {
    let seen = Arc::new(AtomicUsize::new(0));
    let (counted, asked) = (seen.clone(), seen.clone());
    let migrator = impatient()
        .on_event(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
        })
        .cancel_on(poll_fn(move |_| match asked.load(Ordering::SeqCst) >= event {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }));
    (migrator, seen)
}

each_database! {
    async fn at_every_event(db) {
        let application = db.pool_of_one().await;
        let (mut asked, mut stops) = (Asked::new(), 0);
        for event in 0.. {
            db.wipe().await;
            let (migrator, seen) = stopped_at(event);
            let ended = migrator.run(&application).await;
            let when = format!("asked to stop at event {event}");
            db.assert_nothing_held(application.size(), &when).await;
            match ended {
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Cancelled, "{when}: {error}");
                    stops += 1;
                }
                Ok(_) if seen.load(Ordering::SeqCst) < event => break,
                Ok(_) => {}
            }
            count(&mut asked, db.go_on(&impatient(), &application).await);
            db.assert_whole(&when).await;
        }
        println!("{stops} stops");
        assert!(asked.is_empty(), "a run that was asked to stop leaves no doubt: {asked:?}");
        assert!(stops > 10);
    }
}
