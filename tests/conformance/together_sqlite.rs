//! SQLite's messages say nothing before their end, and yet they can be watched, stopped and taken apart.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, SqlitePool};
use uno_migrate::{ErrorKind, Event, Migration, Migrator};

use crate::kit::{Ask, Log, ids, migrator, sql, text, thirty, thirty_with};
use crate::support::sqlite;

/// So many that take a tenth of a second each, whatever the machine is.
async fn slow(count: usize) -> Migrator {
    let to = a_tenth_of_a_second().await;
    migrator((1..=count).map(|number| counting(&format!("{number:02}_t{number}"), to)))
}

/// So far SQLite counts in that time.
async fn a_tenth_of_a_second() -> usize {
    const SOME: usize = 200_000;
    let (pool, began) = (in_memory().await, Instant::now());
    sqlx::raw_sql(AssertSqlSafe(numbers(SOME))).execute(&pool).await.unwrap();
    SOME * 100_000 / usize::try_from(began.elapsed().as_micros()).unwrap()
}

/// Counts, and gives the last number.
fn numbers(to: usize) -> String {
    format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {to}) SELECT max(i) AS a FROM n")
}

fn counting(id: &str, to: usize) -> Migration {
    let name = id.split_once('_').unwrap().1;
    sql(id, &format!("CREATE TABLE {name} AS {}", numbers(to)), &format!("DROP TABLE {name}"))
}

async fn in_memory() -> SqlitePool {
    SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap()
}

/// A pool for the same file, whose connections wait so long for it.
async fn waiting_for(pool: &SqlitePool, busy_timeout: Duration) -> SqlitePool {
    let options = SqliteConnectOptions::clone(&pool.connect_options());
    SqlitePool::connect_with(options.busy_timeout(busy_timeout)).await.unwrap()
}

async fn impatient(pool: &SqlitePool) -> SqlitePool {
    waiting_for(pool, Duration::from_millis(50)).await
}

#[tokio::test]
async fn who_asks_to_stop_waits_for_one_migration_at_most() {
    let db = sqlite().await;
    let set = slow(60).await;
    let stop = tokio::time::sleep(Duration::from_millis(500));
    let error = set.clone().cancel_on(stop).run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    let done = error.report().len();
    assert!((1..30).contains(&done), "{error}");
    assert_eq!((db.standing().await.len(), db.tables().await.len()), (done, done + 1));
    assert_eq!(set.steps(2).run(db.pool()).await.unwrap().len(), 2);
}

/// The one before is committed then, although nothing has said so.
#[tokio::test]
async fn who_asks_to_stop_while_the_next_one_is_to_begin_hears_of_the_last() {
    let (db, set) = (sqlite().await, slow(60).await);
    let (asks, asked) = tokio::sync::oneshot::channel::<()>();
    let pool = db.pool().clone();
    let stopped = set.cancel_on(async { asked.await.unwrap() });
    let run = tokio::spawn(async move { stopped.run(&pool).await });
    while !db.tables().await.contains(&"t2".to_owned()) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Whoever waits as SQLite does, with pauses, hardly ever comes between two transactions.
    let mut other = waiting_for(db.pool(), Duration::ZERO).await.acquire().await.unwrap();
    while sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut *other).await.is_err() {}
    asks.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    sqlx::raw_sql("COMMIT").execute(&mut *other).await.unwrap();
    let error = run.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.report().len()), (ErrorKind::Cancelled, db.standing().await.len()), "{error}");
}

/// The driver's thread has all of them, and nobody waits for it any more.
#[tokio::test]
async fn a_run_that_is_dropped_does_not_go_on() {
    let db = sqlite().await;
    let set = slow(60).await;
    tokio::time::timeout(Duration::from_millis(500), set.run(db.pool())).await.unwrap_err();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let done = db.standing().await.len();
    assert!(done < 60, "{done}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((db.standing().await.len(), db.tables().await.len()), (done, done + 1));
    assert_eq!(set.steps(2).run(db.pool()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn who_listens_hears_of_each_within_a_second_or_two() {
    let (db, set) = (sqlite().await, slow(60).await);
    let (log, heard) = (Log::default(), Arc::new(Mutex::new(Vec::new())));
    let applied = heard.clone();
    let report = set
        .on_event(log.listener())
        .on_event(move |event| {
            if let Event::Applied { .. } = event {
                applied.lock().unwrap().push(Instant::now());
            }
        })
        .run(db.pool())
        .await
        .unwrap();
    let heard = heard.lock().unwrap();
    assert!(heard[59] - heard[0] > Duration::from_secs(1), "{:?}", heard[59] - heard[0]);
    let applied: Vec<_> = log.lines().into_iter().filter(|line| line.starts_with("applied")).collect();
    assert_eq!(applied.len(), 60, "each once");
    assert!(applied.is_sorted(), "{applied:?}");
    assert!(report.migrations.iter().all(|outcome| outcome.duration > Duration::from_millis(5)), "{report}");
}

/// What it says of how long each took is what each took, and not its part of all.
#[tokio::test]
async fn a_slow_one_has_its_own_time() {
    let db = sqlite().await;
    let mut set = thirty();
    set[14] = counting("15_t15", 4_000_000);
    let report = migrator(set).run(db.pool()).await.unwrap();
    let slow = report.migrations[14].duration;
    assert!(slow > Duration::from_millis(100), "{report}");
    for (at, outcome) in report.migrations.iter().enumerate().filter(|(at, _)| *at != 14) {
        assert!(outcome.duration * 3 < slow, "the {}th: {report}", at + 1);
    }
}

/// An error has its place although nothing was answered, on a file and in memory, and wherever in the message it is.
#[tokio::test]
async fn what_fails_is_told_with_its_place() {
    const OVERFLOW: &str = "INSERT INTO other VALUES (abs(-9223372036854775808))";
    let (file, memory) = (sqlite().await, in_memory().await);
    for pool in [file.pool(), &memory] {
        for at in [0, 1, 14, 29] {
            let id = format!("{:02}_t{}", at + 1, at + 1);
            for (up, line, column) in [
                (format!("{OVERFLOW};\nSELECT 1"), 1, 1),
                (format!("CREATE TABLE other (a INT);\n  {OVERFLOW}"), 2, 3),
                (format!("CREATE TABLE other (a INT);\nCREATE TABLE more (a INT);\n\n{OVERFLOW};\nSELECT 1"), 4, 1),
            ] {
                let mut set = thirty();
                set[at] = sql(&id, &up, "DROP TABLE other");
                let up = if line == 1 { "CREATE TABLE other (a INT)" } else { "SELECT 1" };
                sqlx::raw_sql(up).execute(pool).await.unwrap();
                let log = Log::default();
                let error = migrator(set).on_event(log.listener()).run(pool).await.unwrap_err();
                let location = error.location().unwrap();
                assert_eq!(
                    (error.kind(), location.line, location.column),
                    (ErrorKind::Migration, line, column),
                    "{error}"
                );
                assert!(text(&error).contains("cause: integer overflow"), "{error}");
                assert!(text(&error).contains(&format!("`{id}` was rolled back and left nothing behind")), "{error}");
                assert_eq!(error.report().len(), at, "{error}");
                let lines = log.lines();
                let begins = format!("started {id} up {}/30", at + 1);
                assert_eq!(lines.iter().filter(|line| **line == begins).count(), 1, "{lines:?}");
                assert_eq!(ids(&migrator(thirty()).run(pool).await.unwrap()).len(), 30 - at);
                migrator(thirty()).all().revert(pool).await.unwrap();
                sqlx::raw_sql("DROP TABLE IF EXISTS other; DROP TABLE uno_migrations").execute(pool).await.unwrap();
            }
        }
    }
}

/// What took its time is not done twice for that.
#[tokio::test]
async fn what_fails_is_not_tried_again() {
    let (pool, undone) = (in_memory().await, Arc::new(AtomicUsize::new(0)));
    let counted = undone.clone();
    pool.acquire().await.unwrap().lock_handle().await.unwrap().set_rollback_hook(move || {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let bad = "CREATE TABLE t15 (a INT); INSERT INTO nowhere VALUES (1)";
    let error = migrator(thirty_with(bad)).run(&pool).await.unwrap_err();
    assert_eq!(error.report().len(), 14, "{error}");
    assert_eq!(undone.load(Ordering::SeqCst), 1);
}

/// SQLite finds out at the `COMMIT`, behind the row.
#[tokio::test]
async fn what_fails_at_its_commit_is_told_as_that() {
    let db = sqlite().await;
    let bad = "CREATE TABLE t15 (a INT PRIMARY KEY, b INT REFERENCES t15 DEFERRABLE INITIALLY DEFERRED);\n\
               INSERT INTO t15 VALUES (1, 2)";
    let error = migrator(thirty_with(bad)).run(db.pool()).await.unwrap_err();
    assert!(text(&error).contains("the transaction could not be committed: FOREIGN KEY constraint failed"), "{error}");
    assert_eq!((error.path(), error.report().len()), (Some("15_t15.sql"), 14), "{error}");
    assert_eq!((db.standing().await.len(), db.tables().await.len()), (14, 15));
    assert_eq!(migrator(thirty()).run(db.pool()).await.unwrap().len(), 16);
}

/// What is done is known without it: each has begun behind the end of the one before.
#[tokio::test]
async fn a_history_that_cannot_be_read_afterwards_hides_nothing() {
    let db = sqlite().await;
    let mut set = thirty_with("CREATE TABLE t15 (a INT); UPDATE uno_migrations SET format = 99 WHERE id = '03_t3'");
    set[15] = sql("16_t16", "INSERT INTO nowhere VALUES (1)", "SELECT 1");
    let error = migrator(set).run(db.pool()).await.unwrap_err();
    assert_eq!((error.path(), error.report().len()), (Some("16_t16.sql"), 15), "{error}");
    assert_eq!((db.standing().await.len(), db.tables().await.len()), (15, 16));
}

/// Somebody who has the file for himself keeps those waiting who are to begin, and those who look as well.
#[tokio::test]
async fn who_has_the_file_for_himself_is_waited_for() {
    let (db, set) = (sqlite().await, slow(30).await);
    let pool = impatient(db.pool()).await;
    let log = Log::default();
    let listening = set.on_event(log.listener());
    let run = tokio::spawn(async move { listening.run(&pool).await });
    let mut other = waiting_for(db.pool(), Duration::ZERO).await.acquire().await.unwrap();
    while !db.tables().await.contains(&"t2".to_owned()) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    while sqlx::raw_sql("BEGIN EXCLUSIVE").execute(&mut *other).await.is_err() {}
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    sqlx::raw_sql("COMMIT").execute(&mut *other).await.unwrap();
    let report = run.await.unwrap().unwrap();
    assert_eq!((report.len(), db.standing().await.len()), (30, 30), "{report}");
    let lines = log.lines();
    assert_eq!(lines.iter().filter(|line| line.starts_with("applied")).count(), 30, "{lines:?}");
    assert!(lines.iter().all(|line| !line.starts_with("failed")), "{lines:?}");
}

/// The driver begins a text anew where another connection of a shared cache has kept it waiting.
#[tokio::test]
async fn who_reads_a_shared_cache_is_waited_for() {
    let options: SqliteConnectOptions = "sqlite:file:read_and_migrated?mode=memory&cache=shared".parse().unwrap();
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await.unwrap();
    sqlx::raw_sql("CREATE TABLE app (a INT); INSERT INTO app VALUES (1)").execute(&pool).await.unwrap();
    let mut reader = pool.acquire().await.unwrap();
    migrator(thirty()).steps(2).run(&pool).await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT * FROM app").execute(&mut *reader).await.unwrap();
    let migrated = pool.clone();
    let run = tokio::spawn(async move { migrator(thirty()).run(&migrated).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    sqlx::raw_sql("COMMIT").execute(&mut *reader).await.unwrap();
    assert_eq!(run.await.unwrap().unwrap().len(), 28);
}

/// Then sqlx counts a transaction that is none.
#[tokio::test]
async fn a_migration_that_rolls_back_by_itself_is_in_nobodys_way() {
    let pool = in_memory().await;
    let bad =
        "CREATE TABLE t15 (a INT PRIMARY KEY);\nINSERT INTO t15 VALUES (1);\nINSERT OR ROLLBACK INTO t15 VALUES (1)";
    let error = migrator(thirty_with(bad)).run(&pool).await.unwrap_err();
    assert_eq!((error.location().unwrap().line, error.report().len()), (3, 14), "{error}");
    assert_eq!(migrator(thirty()).run(&pool).await.unwrap().len(), 16);
    let mut connection = pool.acquire().await.unwrap();
    assert!(!sqlx::Connection::is_in_transaction(&*connection));
    sqlx::Connection::begin(&mut *connection).await.unwrap().commit().await.unwrap();
}

/// What has failed by then has failed, and was not stopped.
#[tokio::test]
async fn an_error_is_told_to_who_has_asked_to_stop() {
    let db = sqlite().await;
    let slow = numbers(4 * a_tenth_of_a_second().await);
    let bad = format!("CREATE TABLE t15 (a INT CHECK (a < 0));\nINSERT INTO t15 {slow}");
    let stop = tokio::time::sleep(Duration::from_millis(100));
    let error = migrator(thirty_with(&bad)).cancel_on(stop).run(db.pool()).await.unwrap_err();
    assert_eq!((error.kind(), error.location().unwrap().line), (ErrorKind::Migration, 2), "{error}");
    assert!(text(&error).contains("CHECK constraint failed"), "{error}");
    assert_eq!(error.report().len(), 14, "{error}");
}

/// One that has many statements ends behind the one in hand.
#[tokio::test]
async fn who_asks_to_stop_waits_for_one_statement_at_most() {
    let db = sqlite().await;
    let one = format!("INSERT INTO t15 {};\n", numbers(a_tenth_of_a_second().await));
    let set = thirty_with(&format!("CREATE TABLE t15 (a INT);\n{}", one.repeat(50)));
    let (log, stop) = (Log::default(), tokio::time::sleep(Duration::from_millis(100)));
    let error = migrator(set).on_event(log.listener()).cancel_on(stop).run(db.pool()).await.unwrap_err();
    assert_eq!((error.kind(), error.report().len()), (ErrorKind::Cancelled, 14), "{error}");
    assert!(text(&error).contains("`15_t15` was rolled back and left nothing behind"), "{error}");
    assert_eq!((db.standing().await.len(), db.tables().await.len()), (14, 15));
    let begun = log.lines().iter().filter(|line| line.starts_with("statement 15_t15")).count();
    assert!((1..51).contains(&begun), "{begun}");
    assert_eq!(migrator(thirty()).run(db.pool()).await.unwrap().len(), 16);
}

/// Whoever reads keeps a `COMMIT` waiting, and then it fails: what was counted by then is not done.
#[tokio::test]
async fn a_commit_that_fails_is_not_counted() {
    let db = sqlite().await;
    let mut set = thirty();
    set[9] = counting("10_t10", 4_000_000);
    let pool = impatient(db.pool()).await;
    let run = tokio::spawn(async move { migrator(set).run(&pool).await.unwrap() });
    let is_there = async || db.tables().await.contains(&"t9".to_owned()) && db.standing().await.len() >= 9;
    while !is_there().await {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let mut reader = db.pool().acquire().await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT * FROM uno_migrations").execute(&mut *reader).await.unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(!run.is_finished());
    sqlx::raw_sql("COMMIT").execute(&mut *reader).await.unwrap();
    let report = run.await.unwrap();
    assert_eq!(ids(&report), (1..=30).map(|number| format!("{number:02}_t{number}")).collect::<Vec<_>>());
    assert_eq!((db.standing().await.len(), db.tables().await.len()), (30, 31));
}

/// One that comes alone is tried again as long as `lock_wait` says.
#[tokio::test]
async fn a_commit_is_not_waited_for_for_ever() {
    let db = sqlite().await;
    migrator(thirty()).steps(2).run(db.pool()).await.unwrap();
    let mut reader = db.pool().acquire().await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT * FROM uno_migrations").execute(&mut *reader).await.unwrap();
    let pool = impatient(db.pool()).await;
    let log = Log::default();
    let waiting = migrator(thirty()).lock_wait(Duration::from_millis(1_500)).on_event(log.listener());
    let error = waiting.run(&pool).await.unwrap_err();
    assert!(text(&error).contains("the transaction could not be committed: database is locked"), "{error}");
    assert!(text(&error).contains("`03_t3` was rolled back and left nothing behind"), "{error}");
    assert!(log.lines().iter().any(|line| line.starts_with("Waiting")), "{:?}", log.lines());
    assert!(error.report().is_empty(), "{error}");
    assert_eq!((db.standing().await.len(), db.tables().await.len()), (2, 3));
    sqlx::raw_sql("COMMIT").execute(&mut *reader).await.unwrap();
    assert_eq!(migrator(thirty()).run(&pool).await.unwrap().len(), 28);
}

/// The connection of a database in memory is the application's, and so is what listens on it.
#[tokio::test]
async fn hooks_of_the_applications_stay() {
    let (commits, rollbacks) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let pool = in_memory().await;
    let (committed, undone) = (commits.clone(), rollbacks.clone());
    let mut connection = pool.acquire().await.unwrap();
    let mut handle = connection.lock_handle().await.unwrap();
    handle.set_commit_hook(move || committed.fetch_add(1, Ordering::SeqCst) < usize::MAX);
    handle.set_rollback_hook(move || {
        undone.fetch_add(1, Ordering::SeqCst);
    });
    drop(handle);
    drop(connection);
    migrator(thirty()).run(&pool).await.unwrap();
    let before = commits.load(Ordering::SeqCst);
    assert!(before >= 30, "{before}");
    assert_eq!(rollbacks.load(Ordering::SeqCst), 0);
    sqlx::raw_sql("CREATE TABLE another (a INT)").execute(&pool).await.unwrap();
    assert_eq!(commits.load(Ordering::SeqCst), before + 1);
}
