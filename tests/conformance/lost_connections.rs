//! A connection that is lost while a transaction is committed, or while nobody looks.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uno_migrate::{
    Context, Dialect, ErrorKind, FileTracker, HistoryStatus, Migration, Migrations, Result, Tracker, embed_migrations,
    hook_fn, migration, sqlx::AssertSqlSafe,
};

use crate::kit::{Ask, by_itself, ids, migrator, table, text};
use crate::support::{mysql, postgres};

static CODED: Migrations = embed_migrations!(
    "./tests/conformance/base",
    hooks = { note_before = quiet, note_after = quiet },
    rust = [crate::lost_connections::coded]
);

static CODE_HAS_RUN: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

async fn quiet(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[migration(id = "3_coded", depends = ["1_base"], down = quiet)]
pub async fn coded(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO base (id) VALUES (1)").await?;
    // From here on the next commit is its own.
    CODE_HAS_RUN.store(true, Ordering::SeqCst);
    Ok(())
}

/// When a connection breaks.
#[derive(Clone, Copy)]
enum Cut {
    BeforeCommit,
    AfterCommit,
}

/// Stands between the client and its server, and breaks the connection that commits once it is armed. The url that
/// leads through it.
async fn proxy(url: &str, cut: Cut, armed: Arc<AtomicBool>) -> String {
    let (before, host_on) = url.rsplit_once('@').unwrap();
    let (server, name) = host_on.split_once('/').unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let through = format!("{before}@{}/{name}", listener.local_addr().unwrap());
    let server = server.to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(relay(client, server, cut, armed.clone()));
        }
    });
    through
}

async fn relay(client: TcpStream, server: TcpStream, cut: Cut, armed: Arc<AtomicBool>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut asked, mut answered) = ([0; 65536], [0; 65536]);
    loop {
        tokio::select! {
            read = from_client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                // A message of its own, in either protocol; `READ COMMITTED` is none.
                let message = asked[..length].strip_suffix(b"\0").unwrap_or(&asked[..length]);
                let commits = message.ends_with(b"COMMIT");
                if commits && armed.swap(false, Ordering::SeqCst) {
                    if let Cut::AfterCommit = cut {
                        to_server.write_all(&asked[..length]).await.unwrap();
                        let _ = from_server.read(&mut answered).await;
                    }
                    return;
                }
                if to_server.write_all(&asked[..length]).await.is_err() { return }
            }
            read = from_server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if to_client.write_all(&answered[..length]).await.is_err() { return }
            }
        }
    }
}

fn armed() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(true))
}

#[tokio::test]
async fn postgres_committed_after_all() {
    let db = postgres().await;
    let pool = sqlx::PgPool::connect(&proxy(db.url(), Cut::AfterCommit, armed()).await).await.unwrap();
    let set = migrator([table("1_a"), table("2_b")]);
    assert_eq!(ids(&set.run(&pool).await.unwrap()), ["1_a", "2_b"]);
    assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
    assert_eq!(db.tables().await, ["a", "b", "uno_migrations"]);
}

#[tokio::test]
async fn postgres_never_committed() {
    let db = postgres().await;
    let pool = sqlx::PgPool::connect(&proxy(db.url(), Cut::BeforeCommit, armed()).await).await.unwrap();
    let set = by_itself(migrator([table("1_a")]));
    let error = set.run(&pool).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Migration, "migration `1_a` could not be applied"));
    assert!(text(&error).contains("cause: the transaction could not be committed: "), "{error}");
    assert!(text(&error).contains("`1_a` was rolled back and left nothing behind"), "{error}");
    assert!(db.standing().await.is_empty());
    assert_eq!(ids(&set.run(&pool).await.unwrap()), ["1_a"]);
}

#[tokio::test]
async fn postgres_everything_at_once() {
    for (cut, applied) in [(Cut::AfterCommit, true), (Cut::BeforeCommit, false)] {
        let db = postgres().await;
        let pool = sqlx::PgPool::connect(&proxy(db.url(), cut, armed()).await).await.unwrap();
        let set = migrator([table("1_a"), table("2_b")]).transaction(uno_migrate::TransactionMode::Whole);
        match set.run(&pool).await {
            Ok(report) => assert!(applied && report.len() == 2),
            Err(error) => assert!(!applied && text(&error).contains("everything was rolled back"), "{error}"),
        }
        assert_eq!(db.standing().await.len(), if applied { 2 } else { 0 });
    }
}

#[tokio::test]
async fn postgres_a_history_in_a_file_says_what_nobody_knows() {
    for cut in [Cut::AfterCommit, Cut::BeforeCommit] {
        let db = postgres().await;
        let home = tempfile::tempdir().unwrap();
        let file = FileTracker::new(home.path().join("history.json"));
        let pool = sqlx::PgPool::connect(&proxy(db.url(), cut, armed()).await).await.unwrap();
        let set = migrator([table("1_a"), table("2_b")]).tracker(file.clone());
        let error = set.run(&pool).await.unwrap_err();
        assert_eq!(error.message(), "migration `1_a` could not be applied", "{error}");
        let said = "it is not known whether `1_a` was committed, and `1_a` stays recorded as running";
        assert!(text(&error).contains(said), "{error}");
        let rows = file.load().await.unwrap();
        assert_eq!(rows[0].status, HistoryStatus::Running);
        assert!(rows[0].error.as_deref().unwrap().starts_with("the transaction could not be committed"));
        assert_eq!(set.run(&pool).await.unwrap_err().kind(), ErrorKind::Interrupted);
    }
}

#[tokio::test]
async fn mysql_code_is_committed_with_its_row() {
    let db = mysql().await;
    let pool = sqlx::MySqlPool::connect(&proxy(db.url(), Cut::AfterCommit, CODE_HAS_RUN.clone()).await).await.unwrap();
    assert_eq!(ids(&CODED.run(&pool).await.unwrap()), ["1_base", "2_hooked", "3_coded"]);
    assert_eq!(db.standing().await.last().unwrap(), "3_coded applied");
    assert_eq!(db.number("SELECT COUNT(*) FROM base").await, 1);
}

/// Ends every other connection to this database, the one that writes the history among them.
async fn alone(ctx: &mut Context<'_>) -> Result {
    if ctx.migration().id.as_str() != "2_b" {
        return Ok(());
    }
    if ctx.dialect() == Dialect::Postgres {
        let others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        return ctx.fetch_all(others).await.map(drop);
    }
    let others = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
    for other in ctx.fetch_all(others).await? {
        let id: i64 = other.get(0)?;
        ctx.execute(AssertSqlSafe(format!("KILL {id}"))).await?;
    }
    Ok(())
}

macro_rules! the_ledger_is_opened_again {
    ($name:ident, $database:ident) => {
        #[tokio::test]
        async fn $name() {
            let db = $database().await;
            let up = "-- Transaction: none\nINSERT INTO a (id) VALUES (1);\nINSERT INTO a (id) VALUES (2);";
            let set = || migrator([table("1_a"), Migration::sql("2_b", up, "DELETE FROM a"), table("3_c")]);
            assert_eq!(ids(&set().before_each(alone).run(db.pool()).await.unwrap()), ["1_a", "2_b", "3_c"]);
            set().all().revert(db.pool()).await.unwrap();
            assert_eq!(ids(&set().after_each(alone).run(db.pool()).await.unwrap()), ["1_a", "2_b", "3_c"]);
            assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
        }
    };
}

the_ledger_is_opened_again!(postgres_the_history_is_written_although_its_connection_ended, postgres);
the_ledger_is_opened_again!(mysql_the_history_is_written_although_its_connection_ended, mysql);

#[tokio::test]
async fn mysql_a_migration_that_locks_the_history_does_not_wait_for_itself() {
    let db = mysql().await;
    let up = "LOCK TABLES uno_migrations WRITE, a WRITE;\nINSERT INTO a (id) VALUES (1);\nUNLOCK TABLES;";
    let set = migrator([table("1_a"), Migration::sql("2_b", up, "DELETE FROM a")]);
    let began = Instant::now();
    let error = set.lock_timeout(Duration::from_secs(1)).run(db.pool()).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!((error.kind(), error.message()), (ErrorKind::History, "migration `2_b` could not be applied"));
    assert!(text(&error).contains("cause: the history could not be written: Lock wait timeout exceeded"), "{error}");
    assert!(text(&error).contains("and `2_b` is recorded as failed"), "{error}");
    assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
}

#[tokio::test]
async fn a_connection_that_ends_in_the_middle_is_not_taken_for_a_failure() {
    let db = postgres().await;
    let up = "-- Transaction: none\nINSERT INTO a (id) VALUES (1);\nSELECT pg_terminate_backend(pg_backend_pid());";
    let set = migrator([table("1_a"), Migration::sql("2_b", up, "DELETE FROM a")]);
    let error = set.run(db.pool()).await.unwrap_err();
    let said = "1 of its 2 statements are done, and the next one may be, and `2_b` stays recorded as running";
    assert!(text(&error).contains(said), "{error}");
    assert_eq!(db.standing().await, ["1_a applied", "2_b running"]);
}

#[tokio::test]
async fn a_session_that_is_ended_is_no_mistake_of_the_migration() {
    let db = postgres().await;
    let up = "INSERT INTO a (id) VALUES (1);\nSELECT pg_terminate_backend(pg_backend_pid());";
    let set = migrator([table("1_a"), Migration::sql("2_b", up, "DELETE FROM a")]);
    let error = by_itself(set).run(db.pool()).await.unwrap_err();
    assert!(text(&error).contains("help: the connection ended with it: run again"), "{error}");
    assert_eq!((db.standing().await, db.number("SELECT count(*) FROM a").await), (vec!["1_a applied".to_owned()], 0));
}

/// The last migration's session is not replaced by one that nobody needs.
#[tokio::test]
async fn mysql_no_connection_is_opened_after_the_last_migration() {
    let db = mysql().await;
    let opened = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = opened.clone();
    let set = migrator([Migration::sql("1_a", "SET @x = 1;\nCREATE TABLE a (id INT);", "DROP TABLE a")]);
    let set = set.on_connect(hook_fn(move |_: &mut Context<'_>| {
        count.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok::<_, sqlx::Error>(()) })
    }));
    set.run(db.pool()).await.unwrap();
    assert_eq!(opened.load(Ordering::SeqCst), 2, "the migration's, and the one that writes the history");
}
