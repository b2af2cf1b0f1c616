//! An instance sleeps for longer than its lease, between two migrations, and wakes up when another node's has gone on.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use uno_migrate::{ErrorKind, Event, Report};

use crate::kit::{Cluster, NODES, effects, happened_once, migrator};

const COUNT: usize = 8;
const LEASE: Duration = Duration::from_secs(1);

pub(crate) async fn a_holder_that_wakes_up_late_changes_nothing(cluster: &Cluster) {
    for (round, at) in ["0_effects", "3_append", "8_append"].into_iter().enumerate() {
        let database = cluster.database().await;
        let url = cluster.url(round % 3, &database);
        let (asleep, falls_asleep) = mpsc::channel();
        let (wake_up, woken) = mpsc::channel::<()>();
        // A thread of its own: the beat sleeps with the run.
        let sleeper = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let pool = sqlx::MySqlPool::connect(&url).await.unwrap();
                let woken = std::sync::Mutex::new(woken);
                let sleep = move |event: &Event| {
                    if matches!(event, Event::Started { id, .. } if id == at) {
                        asleep.send(()).unwrap();
                        woken.lock().unwrap().recv().unwrap();
                    }
                };
                migrator(effects(COUNT)).lease(LEASE).on_event(sleep).run(&pool).await
            })
        });
        tokio::task::block_in_place(|| falls_asleep.recv().unwrap());
        let began = Instant::now();
        let pool = cluster.pool((round + 1) % 3, &database).await;
        let report: Report = migrator(effects(COUNT)).lease(LEASE).run(&pool).await.unwrap();
        let waited = began.elapsed();
        assert!(waited >= LEASE && waited < Duration::from_secs(20), "taken over after {waited:?}");
        wake_up.send(()).unwrap();
        let error = tokio::task::block_in_place(|| sleeper.join().unwrap()).unwrap_err();
        println!(
            "asleep before {at}: taken over and done after {waited:?}, {} migrations; then:\n{error}",
            report.len()
        );
        assert_eq!(error.kind(), ErrorKind::LeaseLost, "{error}");
        assert_eq!(error.report().len() + report.len(), COUNT + 1);
        happened_once(cluster, &NODES, &database, COUNT).await;
    }
}
