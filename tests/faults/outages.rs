//! The server goes away in the middle of a run, killed or shut down, at every event: once it is back, the next run goes on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sqlx::Connection;
use tokio::time::timeout;
use uno_migrate::{Driver, ErrorKind, Migrator};
use uno_migrate_test_servers::{Kind, Server};

use crate::dropped::{Asked, count};
use crate::effects::{Effects, impatient};
use crate::support::{mysql_on, postgres_on};

/// No run may hang when its server is gone.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug)]
enum End {
    Kill,
    ShutDown,
}

/// A run whose server ends at one of its events.
struct Ending {
    seen: AtomicUsize,
    ended: Mutex<Option<JoinHandle<()>>>,
}

impl Ending {
    /// At once, or every other time while the next statement is under way.
    fn at(server: &Arc<Server>, end: End, event: usize) -> (Migrator, Arc<Self>) {
        let ending = Arc::new(Self { seen: AtomicUsize::new(0), ended: Mutex::new(None) });
        let (server, told) = (server.clone(), ending.clone());
        let migrator = impatient().on_event(move |_| {
            if told.seen.fetch_add(1, Ordering::SeqCst) + 1 != event {
                return;
            }
            let server = server.clone();
            *told.ended.lock().unwrap() = Some(thread::spawn(move || match end {
                End::Kill => server.kill().unwrap(),
                End::ShutDown => server.shut_down().unwrap(),
            }));
            if event.is_multiple_of(2) {
                told.wait();
            }
        });
        (migrator, ending)
    }

    fn wait(&self) {
        let ended = self.ended.lock().unwrap().take();
        if let Some(ended) = ended {
            ended.join().unwrap();
        }
    }
}

async fn at_every_event<D: Effects>(db: &D, server: Arc<Server>, end: End)
where
    <D::Database as sqlx::Database>::Connection: Connection<Database = D::Database>,
    D::Database: Driver,
{
    let application = db.pool_of_one().await;
    let (mut asked, mut ends) = (Asked::new(), 0);
    for event in 1.. {
        db.wipe().await;
        let (migrator, ending) = Ending::at(&server, end, event);
        let when = format!("{end:?} at event {event}");
        let ended = timeout(PATIENCE, migrator.run(&application)).await.unwrap_or_else(|_| panic!("{when}: it hangs"));
        if ending.seen.load(Ordering::SeqCst) < event {
            break;
        }
        ending.wait();
        ends += 1;
        if let Err(error) = ended {
            println!("{when}:\n{error}\n");
            let kinds = [ErrorKind::Migration, ErrorKind::Connection, ErrorKind::History, ErrorKind::LeaseLost];
            assert!(kinds.contains(&error.kind()), "{when}: {error}");
        }
        server.restart().unwrap();
        count(&mut asked, db.go_on(&impatient(), &application).await);
        db.assert_whole(&when).await;
    }
    println!("{ends} times {end:?}, asked for {asked:?}");
    assert!(ends > 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_killed() {
    let server = Arc::new(Kind::Postgres.start().unwrap());
    at_every_event(&postgres_on(&server).await, server.clone(), End::Kill).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_shut_down() {
    let server = Arc::new(Kind::Postgres.start().unwrap());
    at_every_event(&postgres_on(&server).await, server.clone(), End::ShutDown).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_is_killed() {
    let server = Arc::new(Kind::MySql.start().unwrap());
    at_every_event(&mysql_on(&server).await, server.clone(), End::Kill).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_is_shut_down() {
    let server = Arc::new(Kind::MySql.start().unwrap());
    at_every_event(&mysql_on(&server).await, server.clone(), End::ShutDown).await;
}
