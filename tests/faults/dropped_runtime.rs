//! The runtime goes away in the middle of a run, and everything that was spawned on it.

use std::future::poll_fn;
use std::task::Poll;
use std::thread;

use uno_migrate::Driver;

use crate::dropped::{Asked, Points, count};
use crate::effects::{Effects, impatient};
use crate::kit::Ask;
use crate::support::each_database;

/// Runs on a runtime of its own, which is dropped when the run is pending for the n-th time; false if it ended before.
fn run_until<DB: Driver>(url: String, point: usize) -> bool
where
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (told, tells) = std::sync::mpsc::channel();
    runtime.spawn(async move {
        let pool = sqlx::Pool::<DB>::connect(&url).await.unwrap();
        let migrator = impatient();
        let mut run = Box::pin(migrator.run(&pool));
        let mut pending = 0;
        poll_fn(|context| {
            if run.as_mut().poll(context).is_ready() {
                return Poll::Ready(());
            }
            pending += 1;
            // It stays where it is until the runtime takes it away.
            if pending == point {
                told.send(()).unwrap()
            }
            Poll::Pending
        })
        .await;
    });
    tells.recv().is_ok()
}

each_database! {
    async fn at_every_second_await_point(db) {
        let application = db.pool_of_one().await;
        let (mut asked, mut points) = (Asked::new(), Points::every(2));
        while let Some(point) = points.next() {
            db.wipe().await;
            let url = db.url().to_owned();
            let was_dropped = thread::spawn(move || run_until::<Db>(url, point)).join().unwrap();
            let when = format!("runtime dropped at await point {point}");
            db.assert_nothing_held(application.size(), &when).await;
            points.saw(!was_dropped);
            count(&mut asked, db.go_on(&impatient(), &application).await);
            db.assert_whole(&when).await;
        }
        println!("{points}, asked for {asked:?}");
        assert!(points.dropped() > 8);
    }
}
