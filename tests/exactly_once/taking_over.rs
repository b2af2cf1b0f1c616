//! A holder that no longer moves is replaced; one that is at work is not.

use std::time::{Duration, Instant};

use uno_migrate::ErrorKind;

use crate::ask::Ask;
use crate::kit::{LEASE, Look, migrator};
use crate::support::{self, TestDatabase, each_database};

/// A database in which somebody holds the lease, in that session.
macro_rules! held {
    ($db:expr, $session:expr) => {
        migrator().run($db.pool()).await.unwrap();
        migrator().all().revert($db.pool()).await.unwrap();
        let session: Option<String> = $session;
        let session = session.map_or("NULL".to_owned(), |session| format!("'{session}'"));
        $db.exec(&format!("UPDATE uno_migrations_lease SET owner = 'somebody', session = {session} WHERE id = 1"))
            .await;
    };
}

each_database! {
    async fn silence_for_a_lease_is_taken_for_death(db) {
        held!(db, None);
        let began = Instant::now();
        assert_eq!(migrator().run(db.pool()).await.unwrap().len(), 2);
        assert!(began.elapsed() >= LEASE, "{:?}", began.elapsed());
        assert_eq!(db.number("SELECT COUNT(*) FROM counter").await, 1);
    }

    async fn a_holder_that_beats_is_not_replaced(db) {
        held!(db, None);
        let (pool, until) = (db.pool().clone(), Instant::now() + LEASE * 5);
        let beating = tokio::spawn(async move {
            while Instant::now() < until {
                let beat = "UPDATE uno_migrations_lease SET beat = beat + 1 WHERE id = 1 AND owner = 'somebody'";
                sqlx::raw_sql(beat).execute(&pool).await.unwrap();
                tokio::time::sleep(LEASE / 5).await;
            }
        });
        let error = migrator().lock_wait(LEASE * 4).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LockTimeout, "{error}");
        beating.await.unwrap();
    }
}

macro_rules! sessions_are_seen {
    ($($database:ident)+) => {$(
        mod $database {
            use super::*;

            #[tokio::test]
            async fn a_session_that_has_ended_is_replaced_at_once() {
                let db = support::$database().await;
                let (session, connection) = db.idle().await;
                drop(connection);
                held!(db, Some(session));
                let (lease, began) = (Duration::from_secs(12), Instant::now());
                assert_eq!(migrator().lease(lease).run(db.pool()).await.unwrap().len(), 2);
                assert!(began.elapsed() < lease, "{:?}", began.elapsed());
            }

            #[tokio::test]
            async fn a_session_that_runs_a_statement_is_not_replaced() {
                let db = support::$database().await;
                held!(db, Some(db.busy(5).await));
                let began = Instant::now();
                assert_eq!(migrator().run(db.pool()).await.unwrap().len(), 2);
                assert!(began.elapsed() >= LEASE * 3, "{:?}", began.elapsed());
            }

            #[tokio::test]
            async fn a_session_that_sleeps_is_ended() {
                let db = support::$database().await;
                let (session, _connection) = db.idle().await;
                held!(db, Some(session.clone()));
                let began = Instant::now();
                assert_eq!(migrator().run(db.pool()).await.unwrap().len(), 2);
                assert!(began.elapsed() >= LEASE, "{:?}", began.elapsed());
                assert!(!is_there(&db, &session).await);
            }
        }
    )+};
}

sessions_are_seen!(postgres mysql);

async fn is_there<DB: sqlx::Database>(db: &TestDatabase<DB>, session: &str) -> bool
where
    TestDatabase<DB>: Look,
{
    let parts: Vec<&str> = session.split('/').collect();
    let question = match db.url().starts_with("postgres") {
        true => format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {}", parts[0]),
        false => format!("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {}", parts[2]),
    };
    db.number(&question).await > 0
}
