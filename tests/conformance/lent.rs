//! `run_on` inside and outside a transaction of the caller's, and what the caller has afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use sqlx::{Connection, Executor};
use uno_migrate::{Context, ErrorKind, Event, Migration, Migrations, Policy, Result, embed_migrations, migration};

use crate::kit::{Ask, Log, abc, ids, migrator, sql, table, text};
use crate::support::{each_database, mysql, postgres, sqlite};

static CREATES: Migrations = embed_migrations!(
    "./tests/conformance/base",
    hooks = { note_before = quiet, note_after = quiet },
    rust = [crate::lent::creates]
);

async fn quiet(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[migration(id = "3_creates", depends = ["1_base"], down = quiet)]
pub async fn creates(ctx: &mut Context<'_>) -> Result {
    ctx.execute("CREATE TABLE created (id INT)").await?;
    ctx.execute("INSERT INTO created VALUES (1)").await.map(drop)
}

/// Is ready once it is told to be.
fn told(stop: Arc<AtomicBool>) -> impl Future<Output = ()> {
    std::future::poll_fn(move |_| if stop.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending })
}

each_database! {
    async fn a_transaction_that_was_begun_by_sql_stays_the_callers(db) {
        let mut connection = db.pool().acquire().await.unwrap();
        connection.execute("BEGIN").await.unwrap();
        assert_eq!(ids(&abc().run_on(&mut *connection).await.unwrap()), ["1_a", "2_b", "3_c"]);
        connection.execute("ROLLBACK").await.unwrap();
        if !db.is_mysql() {
            assert!(db.tables().await.is_empty(), "{:?}", db.tables().await);
        }
    }

    async fn code_that_creates_a_table_inside_a_transaction_of_the_callers(db) {
        let mut transaction = db.pool().begin().await.unwrap();
        assert_eq!(CREATES.migrator().run_on(&mut *transaction).await.unwrap().len(), 3);
        transaction.commit().await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM created").await, 1);
        assert_eq!(db.standing().await.last().unwrap(), "3_creates applied");
    }

    async fn a_stop_waits_for_the_end_of_a_transaction_in_the_file(db) {
        let up = "-- Transaction: none\nBEGIN;\nINSERT INTO a (id) VALUES (1);\nINSERT INTO a (id) VALUES (2);\nCOMMIT;\nINSERT INTO a (id) VALUES (3);";
        let stop = Arc::new(AtomicBool::new(false));
        let seen = stop.clone();
        let mut connection = db.pool().acquire().await.unwrap();
        let error = migrator([table("1_a"), sql("2_b", up, "DELETE FROM a")])
            .on_event(move |event| {
                if let Event::Statement { id, position: 2, .. } = event {
                    seen.store(id == "2_b", Ordering::SeqCst);
                }
            })
            .cancel_on(told(stop))
            .run_on(&mut *connection)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
        connection.begin().await.expect("no transaction is open").rollback().await.unwrap();
        drop(connection);
        assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 2);
        assert_eq!(db.history("statements_done").await[1], "4");
    }

    async fn hooks_around_each_run_for_stored_sql_too(db) {
        migrator([table("1_a"), table("2_b")]).run(db.pool()).await.unwrap();
        let log = Log::default();
        let (before, after) = (log.clone(), log.clone());
        let hook = |log: Log, when: &'static str| uno_migrate::hook_fn(move |ctx: &mut Context<'_>| {
            log.say(format!("{when} {}", ctx.migration().id));
            Box::pin(async { Ok::<_, sqlx::Error>(()) })
        });
        migrator([table("1_a")])
            .on_stored_down(Policy::Allow)
            .before_each(hook(before, "before"))
            .after_each(hook(after, "after"))
            .revert(db.pool())
            .await
            .unwrap();
        assert_eq!(log.lines(), ["before 2_b", "after 2_b"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b reverted"]);
    }
}

#[tokio::test]
async fn sqlite_foreign_keys_come_back_when_the_file_is_locked() {
    let db = sqlite().await;
    let set = |up: &str| migrator([table("1_a"), Migration::sql("2_b", up, "DROP TABLE b")]);
    set("CREATE TABLE b (id INT)").target("1_a").run(db.pool()).await.unwrap();
    let mut writer = db.pool().begin_with("BEGIN IMMEDIATE").await.unwrap();
    writer.execute("INSERT INTO a (id) VALUES (1)").await.unwrap();
    let mut connection = db.pool().acquire().await.unwrap();
    connection.execute("PRAGMA busy_timeout = 1").await.unwrap();
    let off = set("-- ForeignKeys: off\nCREATE TABLE b (id INT)").lock_wait(Duration::ZERO);
    let error = off.run_on(&mut *connection).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Connection, "migration `2_b` could not be applied"));
    assert!(text(&error).contains("cause: a transaction could not be begun: database is locked"), "{error}");
    assert!(!text(&error).contains("rolled back"), "nothing had begun: {error}");
    let enforced: i64 = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(&mut *connection).await.unwrap();
    assert_eq!(enforced, 1);
    writer.rollback().await.unwrap();
}

/// What the database says at the end of the transaction is said of the migration.
#[tokio::test]
async fn a_commit_that_fails_names_the_migration() {
    let up = "CREATE TABLE parent (id INTEGER PRIMARY KEY);\nCREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO child VALUES (1);";
    let set = || migrator([Migration::sql("1_a", up, "DROP TABLE child;\nDROP TABLE parent;")]);
    let (postgres, sqlite) = (postgres().await, sqlite().await);
    let errors = [set().run(postgres.pool()).await.unwrap_err(), set().run(sqlite.pool()).await.unwrap_err()];
    for error in errors {
        assert_eq!((error.kind(), error.path()), (ErrorKind::Migration, Some("1_a.sql")));
        assert_eq!(error.message(), "migration `1_a` could not be applied");
        assert!(text(&error).contains("cause: the transaction could not be committed: "), "{error}");
        assert!(text(&error).contains("`1_a` was rolled back and left nothing behind"), "{error}");
    }
    assert!(postgres.standing().await.is_empty() && sqlite.standing().await.is_empty());
}

#[tokio::test]
async fn mysql_a_history_that_may_not_be_written_names_the_migration() {
    let db = mysql().await;
    migrator([table("1_a")]).run(db.pool()).await.unwrap();
    db.exec("CREATE TRIGGER refuse BEFORE INSERT ON uno_migrations FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'").await;
    let error = migrator([table("1_a"), table("2_b")]).run(db.pool()).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::History, "migration `2_b` could not be applied"));
    assert_eq!(error.path(), Some("2_b.sql"));
    assert!(text(&error).contains("cause: the history could not be written: refused (45000)"), "{error}");
    assert_eq!(db.tables().await, ["a", "uno_migrations"], "nothing had begun");
}

#[tokio::test]
async fn mysql_what_is_done_and_cannot_be_recorded_is_said() {
    let db = mysql().await;
    migrator([table("1_a")]).run(db.pool()).await.unwrap();
    db.exec("CREATE TRIGGER refuse BEFORE UPDATE ON uno_migrations FOR EACH ROW BEGIN IF NEW.status = 'applied' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF; END").await;
    let error = migrator([table("1_a"), table("2_b")]).run(db.pool()).await.unwrap_err();
    assert_eq!(error.message(), "migration `2_b` was applied, but that could not be recorded", "{error}");
    assert!(text(&error).contains("everything of `2_b` is done, and it stays recorded as running"), "{error}");
    assert_eq!(db.standing().await, ["1_a applied", "2_b running"]);
}
