//! Waiting for a tracker's lock: it is told, and it can be stopped.

use std::time::{Duration, Instant};

use uno_migrate::{ErrorKind, Event, FileTracker, Tracker};

use crate::kit::{Log, abc};
use crate::support::sqlite;

#[tokio::test]
async fn waiting_is_told() {
    let db = sqlite().await;
    let home = tempfile::tempdir().unwrap();
    let file = FileTracker::new(home.path().join("history.json"));
    let guard = file.lock().await.unwrap();
    let (log, told) = (Log::default(), Log::default());
    let telling = told.clone();
    let set = abc().tracker(file).on_event(log.listener()).on_event(move |event| {
        if let Event::Waiting { holder, waited, .. } = event {
            telling.say(format!("{holder} {}", waited.as_secs()));
        }
    });
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        while told.lines().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(guard);
    });
    assert_eq!(run.unwrap().len(), 3);
    assert!(told.lines()[0].starts_with("another process "), "{:?}", told.lines());
    assert!(log.lines()[0].starts_with("Waiting"), "{:?}", log.lines());
}

#[tokio::test]
async fn waiting_can_be_stopped() {
    let db = sqlite().await;
    let home = tempfile::tempdir().unwrap();
    let file = FileTracker::new(home.path().join("history.json"));
    let _guard = file.lock().await.unwrap();
    let began = Instant::now();
    let stop = tokio::time::sleep(Duration::from_millis(300));
    let error = abc().tracker(file.clone()).cancel_on(stop).run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(began.elapsed() < Duration::from_secs(5));
}
