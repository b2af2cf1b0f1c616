//! Migrations that share a message stand and fall by themselves, and are told of as if each had come alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};
use uno_migrate::{ErrorKind, Event};

use crate::kit::{Ask, Log, ids, migrator, sql, text, thirty, thirty_with, through};
use crate::support::{Proxy, each_database, postgres, sqlite};

/// How many messages of a run hold migrations of ours.
fn messages(proxy: &Proxy) -> usize {
    proxy.messages().iter().filter(|message| message.contains("CREATE TABLE t")).count()
}

#[tokio::test]
async fn thirty_are_one_message() {
    let db = postgres().await;
    let (proxy, pool) = through(&db).await;
    let log = Log::default();
    let report = migrator(thirty()).on_event(log.listener()).run(&pool).await.unwrap();
    assert_eq!(report.len(), 30);
    assert_eq!(messages(&proxy), 1);
    assert_eq!(db.history("seq").await, (1..=30).map(|seq| seq.to_string()).collect::<Vec<_>>());
    let applied = "SELECT count(*) FROM (SELECT applied_at <= lag(applied_at) OVER (ORDER BY seq) AS late FROM uno_migrations) t WHERE late";
    assert_eq!(db.number(applied).await, 0, "each has its own time");
    let lines = log.lines();
    assert_eq!(lines[..3], ["started 01_t1 up 1/30", "statement 01_t1 line 1 1/1", "applied 01_t1"]);
    assert_eq!(lines[87..], ["started 30_t30 up 30/30", "statement 30_t30 line 1 1/1", "applied 30_t30"]);
    let down = migrator(thirty()).all().revert(&pool).await.unwrap();
    assert_eq!(down.len(), 30);
    assert_eq!(db.history("reverted_at").await.iter().filter(|at| *at == "-").count(), 0);
    let again = migrator(thirty()).run(&pool).await.unwrap();
    assert_eq!((again.len(), db.number("SELECT min(seq) FROM uno_migrations").await), (30, 31));
}

#[tokio::test]
async fn what_has_been_applied_before_makes_it_start_slowly() {
    let db = postgres().await;
    let (proxy, pool) = through(&db).await;
    migrator(thirty()).steps(1).run(&pool).await.unwrap();
    let before = messages(&proxy);
    assert_eq!(migrator(thirty()).run(&pool).await.unwrap().len(), 29);
    // 1, 2, 4, 8 and 14.
    assert_eq!(messages(&proxy) - before, 5);
}

/// SQLite has no lease to keep others out; each of a message looks whether somebody has taken one since.
#[tokio::test]
async fn who_takes_the_lease_is_seen_by_the_next_of_a_message() {
    let db = sqlite().await;
    let taken = "CREATE TABLE uno_migrations_lease (id INTEGER PRIMARY KEY, epoch INTEGER, owner TEXT, beat INTEGER, \
                 knocks INTEGER, since TEXT, session TEXT, detail TEXT);\n\
                 INSERT INTO uno_migrations_lease (id, epoch, owner, beat, knocks) VALUES (2, 1, NULL, 0, 0), (1, 1, 'another', 0, 0)";
    let waiting = migrator(thirty_with(taken)).lock_wait(Duration::from_secs(1));
    let error = waiting.run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LockTimeout, "{error}");
    assert_eq!((error.report().len(), db.standing().await.len()), (15, 15));
}

/// A statement says nothing of the migration where another instance has done it since: so it did not fail.
#[tokio::test]
async fn who_does_the_next_of_a_message_is_seen_where_that_fails() {
    let before = sqlite().await;
    migrator(thirty()).run(before.pool()).await.unwrap();
    let columns = before.texts("SELECT name FROM pragma_table_info('uno_migrations')").await;
    let (columns, values) = (columns.join(", "), columns.join("), quote("));
    let row = format!("SELECT concat_ws(', ', quote({values})) FROM uno_migrations WHERE id = '16_t16'");
    let row = before.texts(&row).await.remove(0);

    let db = sqlite().await;
    let done = format!(
        "CREATE TABLE t15 (a INT);\nCREATE TABLE t16 (a INT);\nINSERT INTO uno_migrations ({columns}) VALUES ({row})"
    );
    let log = Log::default();
    let report = migrator(thirty_with(&done)).on_event(log.listener()).run(db.pool()).await.unwrap();
    assert!(!ids(&report).contains(&"16_t16"), "{report}");
    assert_eq!((report.len(), db.standing().await.len()), (29, 30));
    assert!(log.lines().iter().all(|line| !line.contains("failed")), "{:?}", log.lines());
}

#[tokio::test]
async fn a_statement_that_fails_is_the_one_that_is_told() {
    for (bad, line, column, cause) in [
        // Positions are counted in characters, from the start of the message.
        ("CREATE TABLE t15 (a INT);\nINSERT INTO t15 (a) VALUES ('ä😀', zz)", 2, 35, "column \"zz\" does not exist"),
        ("CREATE TABLE t15 (a INT);\nINSERT INTO t15 VALUES (1 / (SELECT 0))", 2, 1, "division by zero"),
        ("CREATE TABLE t15 (a INT);\n\n  CREATE TABEL t15b (a INT)", 3, 10, "syntax error"),
        ("CREATE TABLE t15 (a INT);\nALTER TABLE t15 ADD", 2, 20, "syntax error"),
    ] {
        let db = postgres().await;
        let error = migrator(thirty_with(bad)).run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Migration, "migration `15_t15` could not be applied"));
        let location = error.location().unwrap();
        assert_eq!((location.line, location.column), (line, column), "{error}");
        assert!(text(&error).contains(cause), "{error}");
        assert!(text(&error).contains("`15_t15` was rolled back and left nothing behind"), "{error}");
        assert_eq!(error.report().len(), 14, "{error}");
        assert_eq!(db.standing().await.len(), 14);
        let tables: Vec<_> = db.tables().await.into_iter().filter(|name| name.starts_with('t')).collect();
        assert_eq!(tables.len(), 14, "{tables:?}");
        assert_eq!(migrator(thirty()).run(db.pool()).await.unwrap().len(), 16);
    }
}

#[tokio::test]
async fn a_constraint_that_is_checked_at_the_end_fails_its_own_migration() {
    let db = postgres().await;
    let bad = "CREATE TABLE t15 (a INT PRIMARY KEY, b INT REFERENCES t15 DEFERRABLE INITIALLY DEFERRED); INSERT INTO t15 VALUES (1, 2)";
    let error = migrator(thirty_with(bad)).run(db.pool()).await.unwrap_err();
    assert!(text(&error).contains("the transaction could not be committed"), "{error}");
    assert_eq!((error.path(), error.report().len()), (Some("15_t15.sql"), 14), "{error}");
    assert_eq!(db.standing().await.len(), 14);
}

/// Rows are written by a statement that the message has prepared.
#[tokio::test]
async fn who_forgets_what_is_prepared_is_done_by_itself() {
    let db = postgres().await;
    let set = thirty_with("CREATE TABLE t15 (a INT); DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$");
    assert_eq!(migrator(set).run(db.pool()).await.unwrap().len(), 30);
    assert_eq!(db.history("seq").await, (1..=30).map(|seq| seq.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_lock_in_the_way_is_waited_for_by_the_migration_that_wants_it() {
    let db = postgres().await;
    db.exec("CREATE TABLE held (a INT)").await;
    let mut other = PgConnection::connect(db.url()).await.unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE held").execute(&mut other).await.unwrap();
    let free = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
    });
    let set = migrator(thirty_with("ALTER TABLE held ADD b INT; CREATE TABLE t15 (a INT)"));
    let report = set.lock_timeout(Duration::from_millis(200)).run(db.pool()).await.unwrap();
    free.await.unwrap();
    assert_eq!(report.len(), 30);
    assert_eq!(db.number("SELECT count(b) FROM held").await, 0);
}

#[tokio::test]
async fn rows_of_a_migration_are_no_answers_of_ours() {
    let db = postgres().await;
    let set = thirty_with(
        "CREATE TABLE t15 (a INT); INSERT INTO t15 VALUES (1), (2) RETURNING a; UPDATE t15 SET a = 7 RETURNING a::bigint",
    );
    assert_eq!(migrator(set).run(db.pool()).await.unwrap().len(), 30);
    assert_eq!(db.number("SELECT sum(a) FROM t15").await, 14);
}

#[tokio::test]
async fn a_setting_does_not_reach_the_next_migration() {
    let db = postgres().await;
    db.exec("CREATE SCHEMA elsewhere; CREATE FUNCTION moves() RETURNS INT LANGUAGE sql AS $$ SELECT set_config('search_path', 'elsewhere', false); SELECT 1 $$").await;
    for set in [
        thirty_with("CREATE TABLE t15 (a INT); INSERT INTO t15 VALUES (moves())"),
        thirty_with("CREATE TABLE t15 (a INT); SET search_path = elsewhere; SET ROLE pg_monitor"),
    ] {
        assert_eq!(migrator(set).run(db.pool()).await.unwrap().len(), 30);
        assert_eq!(db.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'elsewhere'").await, 0);
        migrator(thirty()).all().revert(db.pool()).await.unwrap();
    }
}

#[tokio::test]
async fn what_can_share_no_message_comes_between() {
    let db = postgres().await;
    let mut set = thirty();
    set[9] = sql(
        "10_t10",
        "-- Transaction: none\nCREATE TABLE t10 (a INT);\nCREATE INDEX CONCURRENTLY i ON t10 (a)",
        "DROP TABLE t10",
    );
    set[19] = sql("20_t20", "DO $$ BEGIN EXECUTE 'CREATE TABLE t20 (a INT)'; END $$", "DROP TABLE t20");
    let log = Log::default();
    let report = migrator(set).on_event(log.listener()).run(db.pool()).await.unwrap();
    assert_eq!(report.len(), 30);
    let applied: Vec<_> = log.lines().into_iter().filter(|line| line.starts_with("applied")).collect();
    assert_eq!(applied.len(), 30);
    assert!(applied.is_sorted(), "{applied:?}");
}

/// A message that takes long is told of meanwhile.
#[tokio::test]
async fn who_listens_hears_before_the_message_ends() {
    let db = postgres().await;
    let mut set = thirty();
    for number in [10, 20] {
        let up = format!("CREATE TABLE t{number} (a INT); INSERT INTO t{number} SELECT 1 FROM pg_sleep(1.6)");
        set[number - 1] = sql(&format!("{number}_t{number}"), &up, &format!("DROP TABLE t{number}"));
    }
    let began = Instant::now();
    let early = Arc::new(AtomicUsize::new(0));
    let heard = early.clone();
    let log = Log::default();
    let report = migrator(set)
        .on_event(move |event| {
            if let Event::Applied { .. } = event
                && began.elapsed() < Duration::from_millis(2_900)
            {
                heard.fetch_add(1, Ordering::SeqCst);
            }
        })
        .on_event(log.listener())
        .run(db.pool())
        .await
        .unwrap();
    assert_eq!(ids(&report).len(), 30);
    assert!((9..20).contains(&early.load(Ordering::SeqCst)), "{early:?}");
    assert_eq!(log.lines().iter().filter(|line| line.starts_with("applied")).count(), 30);
    assert!(report.migrations[9].duration > Duration::from_millis(1_500), "{report}");
    assert!(report.migrations[8].duration < Duration::from_millis(1_000), "{report}");
}

/// Who asks to stop does not wait for all that is under way.
#[tokio::test]
async fn a_message_ends_early_when_it_is_asked_to() {
    let db = postgres().await;
    let set = || thirty_with("CREATE TABLE t15 (a INT); INSERT INTO t15 SELECT 1 FROM pg_sleep(60)");
    let began = Instant::now();
    let stop = tokio::time::sleep(Duration::from_millis(300));
    let error = migrator(set()).cancel_on(stop).run(db.pool()).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    assert_eq!(error.report().len(), 14, "{error}");
    assert_eq!(db.standing().await.len(), 14);
    assert!(text(&error).contains("`15_t15` was rolled back and left nothing behind"), "{error}");
    assert_eq!(migrator(thirty()).run(db.pool()).await.unwrap().len(), 16);
}

/// The server does not stop when its client is gone: what it has heard of is done, or ended.
#[tokio::test]
async fn a_connection_that_breaks_leaves_nothing_in_doubt() {
    let at = {
        let db = postgres().await;
        let (proxy, pool) = through(&db).await;
        migrator(thirty()).run(&pool).await.unwrap();
        1 + proxy.messages().iter().position(|message| message.contains("CREATE TABLE t1 ")).unwrap()
    };
    for before in [true, false] {
        let db = postgres().await;
        let (proxy, pool) = through(&db).await;
        if before {
            proxy.cut_before(at);
        } else {
            proxy.cut_after(at);
        }
        match migrator(thirty()).run(&pool).await {
            Ok(report) => assert!(!before && report.len() == 30),
            Err(error) => {
                assert_eq!(db.standing().await.len(), error.report().len(), "{error}");
                assert!(text(&error).contains("left nothing behind"), "{error}");
            }
        }
        assert!(proxy.was_cut());
        migrator(thirty()).run(&pool).await.unwrap();
        assert_eq!(db.standing().await.len(), 30);
    }
}

each_database! {
    async fn each_stands_and_falls_by_itself(db) {
        let set = thirty_with("CREATE TABLE t15 (a INT);\n\n  INSERT INTO nowhere VALUES (1)");
        let error = migrator(set).run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Migration, "migration `15_t15` could not be applied"));
        let location = error.location().unwrap();
        // PostgreSQL points at the table.
        let column = if db.is_postgres() { 15 } else { 3 };
        assert_eq!((error.path(), location.line, location.column), (Some("15_t15.sql"), 3, column), "{error}");
        assert_eq!(error.failed_statement(), Some("INSERT INTO nowhere VALUES (1)"));
        assert_eq!(error.report().len(), 14, "{error}");
        assert_eq!(db.standing().await.len(), if db.is_mysql() { 15 } else { 14 });
        // The statement that failed is corrected; on MySQL the one before it is done.
        let set = thirty_with("CREATE TABLE t15 (a INT);\n\n  INSERT INTO t15 VALUES (1)");
        assert_eq!(migrator(set).run(db.pool()).await.unwrap().len(), 16);
        assert_eq!(db.number("SELECT COUNT(*) FROM t15").await, 1);
        assert_eq!(db.history("seq").await, (1..=30).map(|seq| seq.to_string()).collect::<Vec<_>>());
        assert_eq!(migrator(thirty_with("CREATE TABLE t15 (a INT); INSERT INTO t15 VALUES (1)")).all().revert(db.pool()).await.unwrap().len(), 30);
        assert_eq!(db.history("reverted_at").await.iter().filter(|at| *at == "-").count(), 0);
    }
}
