//! Locks that others hold: how long they are waited for, who holds them, and how often it is tried.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection, PgConnection};
use tokio::time::sleep;
use uno_migrate::{
    Context, Error, ErrorKind, Event, Migrations, Migrator, Repair, Result, TransactionMode, embed_migrations,
    migration,
};

use crate::kit::{Ask, migrator, sql, table};
use crate::support::{TestDatabase, mysql, postgres, sqlite};

/// What was told while it ran.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    statements: BTreeMap<String, u32>,
    waits: Vec<Wait>,
    failed: u32,
}

#[derive(Clone)]
struct Wait {
    holder: String,
    waited: Duration,
    since: Option<String>,
    detail: Option<String>,
}

impl Told {
    fn listener(&self) -> impl Fn(&Event) + Send + Sync + 'static {
        let told = self.clone();
        move |event| {
            let mut told = told.0.lock().unwrap();
            match event {
                Event::Statement { id, .. } => *told.statements.entry(id.clone()).or_default() += 1,
                Event::Waiting { holder, waited, since, detail, .. } => told.waits.push(Wait {
                    holder: holder.clone(),
                    waited: *waited,
                    since: since.clone(),
                    detail: detail.clone(),
                }),
                Event::Failed { .. } => told.failed += 1,
                _ => {}
            }
        }
    }

    fn statements(&self, id: &str) -> u32 {
        self.0.lock().unwrap().statements.get(id).copied().unwrap_or(0)
    }

    fn waits(&self) -> Vec<Wait> {
        self.0.lock().unwrap().waits.clone()
    }

    fn failed(&self) -> u32 {
        self.0.lock().unwrap().failed
    }

    async fn until(&self, is_so: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !is_so(self) {
            assert!(began.elapsed() < Duration::from_secs(30), "it did not happen");
            sleep(Duration::from_millis(10)).await;
        }
    }
}

const SHORT: Duration = Duration::from_millis(300);

/// The table `a`, and a migration on it after that.
fn on_a(up: &str) -> Migrator {
    migrator([table("1_a"), sql("2_b", up, "-- Nothing: the tests do not go back\n")])
}

const ALTERS: &str = "ALTER TABLE a ADD COLUMN extra INT";

/// Another session, with the table `a` there to lock.
async fn other_postgres(db: &TestDatabase<sqlx::Postgres>) -> (PgConnection, i32) {
    on_a(ALTERS).target("1_a").run(db.pool()).await.unwrap();
    let mut other = PgConnection::connect(&format!("{}?application_name=psql", db.url())).await.unwrap();
    let pid = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut other).await.unwrap();
    (other, pid)
}

async fn other_mysql(db: &TestDatabase<sqlx::MySql>) -> (MySqlConnection, u64) {
    on_a(ALTERS).target("1_a").run(db.pool()).await.unwrap();
    let mut other = MySqlConnection::connect(db.url()).await.unwrap();
    let id = sqlx::query_scalar("SELECT CONNECTION_ID()").fetch_one(&mut other).await.unwrap();
    (other, id)
}

async fn failed(set: &Migrator, pool: &sqlx::Pool<impl uno_migrate::Driver>) -> Error {
    let error = set.run(pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration, "{error}");
    error
}

#[tokio::test]
async fn postgres_a_lock_that_is_let_go_is_taken_at_a_later_try() {
    let db = postgres().await;
    let (mut other, pid) = other_postgres(&db).await;
    other.execute("BEGIN; INSERT INTO a VALUES (9, 'x'); SELECT * FROM a WHERE note = 'a secret'").await.unwrap();
    let told = Told::default();
    let set = on_a("INSERT INTO a (id) VALUES (1);\nALTER TABLE a ADD COLUMN extra INT");
    let set = set.lock_timeout(SHORT).on_event(told.listener());
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        // Both statements of two tries.
        told.until(|told| told.statements("2_b") >= 4 && !told.waits().is_empty()).await;
        other.execute("ROLLBACK").await.unwrap();
    });
    run.unwrap();
    assert!(told.statements("2_b") >= 4);
    assert_eq!(told.failed(), 0, "what is tried again has not failed");
    assert_eq!(db.number("SELECT COUNT(*) FROM a WHERE extra IS NULL").await, 1);
    let wait = &told.waits()[0];
    let user = db.texts("SELECT session_user::text").await.remove(0);
    let begins = format!("session {pid} (app \"psql\", user \"{user}\", idle in transaction since ");
    assert!(wait.holder.starts_with(&begins), "{}", wait.holder);
    assert_eq!(wait.since.as_ref().unwrap().len(), "12:03:04 UTC".len());
    // PostgreSQL keeps the whole message.
    let shown = "BEGIN; INSERT INTO a VALUES (9, '***'); SELECT * FROM a WHERE note = '***'";
    assert_eq!(wait.detail.as_deref(), Some(shown));
    assert!(wait.waited >= SHORT / 2, "{:?}", wait.waited);
}

#[tokio::test]
async fn postgres_a_lock_that_is_never_let_go_freezes_nobody_and_is_told() {
    let db = postgres().await;
    let (mut other, pid) = other_postgres(&db).await;
    other.execute("BEGIN; SELECT * FROM a").await.unwrap();
    let is_over = AtomicBool::new(false);
    let began = Instant::now();
    let set =
        on_a("-- Description: b\nCREATE TABLE b (id INT);\n  ALTER TABLE a ADD COLUMN extra INT").lock_timeout(SHORT);
    let (error, (longest, reads)) = tokio::join!(
        async {
            let error = failed(&set, db.pool()).await;
            is_over.store(true, Ordering::SeqCst);
            error
        },
        async {
            let (mut longest, mut reads) = (Duration::ZERO, 0);
            while !is_over.load(Ordering::SeqCst) {
                let began = Instant::now();
                db.exec("SELECT * FROM a").await;
                longest = longest.max(began.elapsed());
                reads += 1;
                sleep(Duration::from_millis(5)).await;
            }
            (longest, reads)
        }
    );
    let took = began.elapsed();
    assert!(took > Duration::from_secs(20), "{took:?}");
    assert!(longest > SHORT / 2, "the reader has never come behind the migration: {longest:?}");
    assert!(longest < SHORT + Duration::from_secs(1), "a reader was frozen for {longest:?}, {reads} reads");
    let shown = error.to_string();
    let lines: Vec<&str> = shown.lines().map(str::trim).collect();
    let user = db.texts("SELECT session_user::text").await.remove(0);
    assert_eq!(lines[0], "migration `2_b` could not be applied");
    assert_eq!(lines[1], "--> 2_b.sql:3:3");
    assert_eq!(lines[2], "statement: ALTER TABLE a ADD COLUMN extra INT");
    assert_eq!(lines[3], "cause: canceling statement due to lock timeout (55P03)");
    let (tried, by) = lines[4].split_once("; ").unwrap();
    assert!(tried.starts_with("done: tried 10 times in ") && tried.ends_with(" s"), "{shown}");
    let session = format!("blocked by session {pid} (app \"psql\", user \"{user}\", idle in transaction since ");
    assert!(by.starts_with(&session) && by.ends_with(" UTC): `BEGIN; SELECT * FROM a`"), "{shown}");
    assert_eq!(lines[5], "`2_b` was rolled back and left nothing behind");
    let end = format!("`SELECT pg_terminate_backend({pid})`");
    assert_eq!(
        lines.last().unwrap(),
        &format!("help: end that session: {end}, or allow more time with `-- LockTimeout: 30s`; then run again")
    );
    assert!(!db.tables().await.contains(&"b".to_owned()));
    assert_eq!(db.standing().await, ["1_a applied"]);
    // The help does.
    db.exec(&format!("SELECT pg_terminate_backend({pid})")).await;
    on_a(ALTERS).run(db.pool()).await.unwrap();
}

#[tokio::test]
async fn postgres_data_waits_for_as_long_as_it_takes() {
    let db = postgres().await;
    let (mut other, pid) = other_postgres(&db).await;
    db.exec("INSERT INTO a VALUES (1, 'x')").await;
    other.execute("BEGIN; UPDATE a SET note = 'y'").await.unwrap();
    let told = Told::default();
    let set = on_a("UPDATE a SET note = note || 'z'").lock_timeout(SHORT).on_event(told.listener());
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        told.until(|told| !told.waits().is_empty()).await;
        other.execute("COMMIT").await.unwrap();
    });
    run.unwrap();
    assert_eq!(told.statements("2_b"), 1);
    assert!(told.waits()[0].waited >= Duration::from_secs(1));
    assert!(told.waits()[0].holder.starts_with(&format!("session {pid} ")));
    assert_eq!(db.texts("SELECT note FROM a").await, ["yz"]);
}

/// The limits for locks that statements see which run after one another.
async fn limits(header: &str, statements: &[&str]) -> String {
    let db = postgres().await;
    migrator([sql("1_seen", "CREATE TABLE seen (n SERIAL, l TEXT)", "DROP TABLE seen")]).run(db.pool()).await.unwrap();
    let up = format!("{header}{}", statements.join(";\n"));
    let second = sql("2_limits", &up, "-- Nothing: the tests do not go back\n");
    migrator([sql("1_seen", "CREATE TABLE seen (n SERIAL, l TEXT)", "DROP TABLE seen"), second])
        .run(db.pool())
        .await
        .unwrap();
    db.texts("SELECT l FROM seen ORDER BY n").await.join(" ")
}

#[tokio::test]
async fn postgres_the_limit_goes_by_what_a_statement_is() {
    let data = "INSERT INTO seen (l) VALUES (current_setting('lock_timeout'))";
    // A table that is filled when it is made is DDL.
    let ddl = "CREATE TABLE t AS SELECT current_setting('lock_timeout') AS l";
    let copy = "INSERT INTO seen (l) SELECT l FROM t";
    let outside = "-- Transaction: none\n";
    assert_eq!(limits(outside, &[data, ddl, copy, data]).await, "0 5s 0");
    // What others wait for is held to the end of the transaction.
    assert_eq!(limits("", &[data, ddl, copy, data]).await, "0 5s 5s");
    assert_eq!(limits("", &[data, "SET search_path = public", data]).await, "0 0");
    // The file's own holds for all, and so does one that it sets.
    assert_eq!(limits("-- LockTimeout: 7s\n", &[data, ddl, copy, data]).await, "7s 7s 7s");
    let own = "SET lock_timeout = '7s'";
    assert_eq!(limits(outside, &[own, data, ddl, copy, data]).await, "7s 7s 7s");
    assert_eq!(limits("", &[own, data, ddl, copy, data]).await, "7s 7s 7s");
    // It goes neither with a savepoint nor with a transaction of the file's own.
    let back = ["SAVEPOINT s", ddl, "ROLLBACK TO s", ddl, copy];
    assert_eq!(limits("", &back).await, "5s");
    let regions = ["BEGIN", data, "COMMIT", "BEGIN", data, ddl, copy, "COMMIT", data];
    assert_eq!(limits(outside, &regions).await, "0 5s 5s 0");
}

#[tokio::test]
async fn postgres_a_concurrent_index_waits_for_old_transactions_and_says_so() {
    let db = postgres().await;
    let (mut other, pid) = other_postgres(&db).await;
    other.execute("BEGIN; INSERT INTO a VALUES (1, 'x')").await.unwrap();
    let told = Told::default();
    let up = "-- Transaction: none\nCREATE INDEX CONCURRENTLY a_note ON a (note)";
    let set = on_a(up).lock_timeout(SHORT).on_event(told.listener());
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        told.until(|told| !told.waits().is_empty()).await;
        other.execute("COMMIT").await.unwrap();
    });
    run.unwrap();
    assert_eq!(told.statements("2_b"), 1);
    assert!(told.waits()[0].holder.starts_with(&format!("session {pid} ")));
    let valid = "SELECT count(*) FROM pg_index WHERE indexrelid = 'a_note'::regclass AND indisvalid";
    assert_eq!(db.number(valid).await, 1);
}

#[tokio::test]
async fn postgres_a_statement_outside_a_transaction_is_tried_again_alone() {
    let db = postgres().await;
    let (mut other, _) = other_postgres(&db).await;
    other.execute("BEGIN; SELECT * FROM a").await.unwrap();
    let told = Told::default();
    let up = "-- Transaction: none\nCREATE TABLE b (id INT);\nINSERT INTO b VALUES (1);\n\
        BEGIN;\nINSERT INTO b VALUES (2);\nALTER TABLE a ADD COLUMN extra INT;\nCOMMIT;\nINSERT INTO b VALUES (3)";
    let set = on_a(up).lock_timeout(SHORT).on_event(told.listener());
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        // Seven statements, and three of them once more.
        told.until(|told| told.statements("2_b") >= 8).await;
        other.execute("ROLLBACK").await.unwrap();
    });
    run.unwrap();
    let tries = told.statements("2_b");
    assert!(tries >= 10 && (tries - 7) % 3 == 0, "{tries}");
    assert_eq!(db.texts("SELECT id::text FROM b ORDER BY id").await, ["1", "2", "3"]);
}

#[tokio::test]
async fn postgres_code_that_may_commit_by_itself_is_not_tried_again() {
    let db = postgres().await;
    let (mut other, _) = other_postgres(&db).await;
    other.execute("BEGIN; SELECT * FROM a").await.unwrap();
    let told = Told::default();
    let up = "-- Transaction: none\n-- LockTimeout: 3s\n\
        DO $$ BEGIN INSERT INTO a VALUES (1, 'x'); COMMIT; ALTER TABLE a ADD COLUMN extra INT; END $$";
    let error = failed(&on_a(up).on_event(told.listener()), db.pool()).await;
    assert_eq!(told.statements("2_b"), 1, "{error}");
    assert!(!error.to_string().contains("tried"), "{error}");
    assert!(error.to_string().contains("done: blocked by session "), "{error}");
    assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 1);
}

#[tokio::test]
async fn postgres_everything_in_one_transaction_is_tried_again_as_a_whole() {
    let db = postgres().await;
    let (mut other, _) = other_postgres(&db).await;
    other.execute("BEGIN; SELECT * FROM a").await.unwrap();
    let told = Told::default();
    let first = sql("2_a", "INSERT INTO a (id) VALUES (1)", "-- Nothing: the tests do not go back\n");
    let second = sql("3_b", ALTERS, "-- Nothing: the tests do not go back\n");
    let set = migrator([table("1_a"), first, second]).transaction(TransactionMode::Whole);
    let set = set.lock_timeout(SHORT).on_event(told.listener());
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        told.until(|told| told.statements("3_b") >= 2).await;
        other.execute("ROLLBACK").await.unwrap();
    });
    assert_eq!(run.unwrap().len(), 2);
    assert_eq!(told.statements("2_a"), told.statements("3_b"));
    assert_eq!(told.failed(), 0);
    assert_eq!(db.number("SELECT COUNT(*) FROM a WHERE extra IS NULL").await, 1);
}

#[tokio::test]
async fn postgres_who_is_chosen_to_end_a_deadlock_tries_again() {
    let db = postgres().await;
    let (mut other, _) = other_postgres(&db).await;
    db.exec("INSERT INTO a VALUES (1, 'x'), (2, 'x')").await;
    // It never looks for a deadlock itself.
    other.execute("SET deadlock_timeout = '10min'; BEGIN; UPDATE a SET note = note || 'o' WHERE id = 2").await.unwrap();
    let told = Told::default();
    let up = "UPDATE a SET note = note || 'm' WHERE id = 1;\nUPDATE a SET note = note || 'm' WHERE id = 2";
    let set = on_a(up).on_event(told.listener());
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        told.until(|told| told.statements("2_b") == 2).await;
        other.execute("UPDATE a SET note = note || 'o' WHERE id = 1; COMMIT").await.unwrap();
    });
    run.unwrap();
    assert!(told.statements("2_b") >= 3);
    for note in db.texts("SELECT note FROM a").await {
        assert_eq!(note.len(), 3, "each has done its work once: {note}");
    }
}

#[tokio::test]
async fn postgres_a_pool_of_one_and_a_transaction_of_the_callers() {
    let db = postgres().await;
    let (mut other, pid) = other_postgres(&db).await;
    other.execute("BEGIN; SELECT * FROM a").await.unwrap();
    let told = Told::default();
    let set = on_a(&format!("-- LockTimeout: 300ms\n{ALTERS}")).on_event(told.listener());
    let mut own = PgConnection::connect(db.url()).await.unwrap();
    let mut transaction = own.begin().await.unwrap();
    let error = set.run_on(&mut *transaction).await.unwrap_err();
    assert!(error.to_string().contains("(55P03)"), "{error}");
    assert_eq!(told.statements("2_b"), 1, "a transaction of the caller's is not ours to try again");
    transaction.rollback().await.unwrap();
    let pool = db.pool_of_one().await;
    let held = pool.acquire().await.unwrap();
    let (run, ()) = tokio::join!(set.run(&pool), async {
        told.until(|told| !told.waits().is_empty()).await;
        other.execute("ROLLBACK").await.unwrap();
    });
    run.unwrap();
    assert!(told.waits()[0].holder.starts_with(&format!("session {pid} ")));
    drop(held);
}

#[tokio::test]
async fn postgres_the_pause_between_two_tries_can_be_ended() {
    let db = postgres().await;
    let (mut other, _) = other_postgres(&db).await;
    other.execute("BEGIN; SELECT * FROM a").await.unwrap();
    let told = Told::default();
    let began = Instant::now();
    let set = on_a(ALTERS).lock_timeout(SHORT).on_event(told.listener());
    let stop = sleep(Duration::from_secs(3));
    let error = set.cancel_on(stop).run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    assert!(began.elapsed() < Duration::from_secs(6), "{:?}", began.elapsed());
    assert!(told.statements("2_b") > 1);
    assert_eq!(db.standing().await, ["1_a applied"]);
}

static CODED: Migrations = embed_migrations!(
    "./tests/conformance/base",
    hooks = { note_before = quiet, note_after = quiet },
    rust = [crate::patience::coded]
);

static CALLS: AtomicU32 = AtomicU32::new(0);

async fn quiet(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[migration(id = "3_coded", depends = ["1_base"], down = quiet)]
pub async fn coded(ctx: &mut Context<'_>) -> Result {
    CALLS.fetch_add(1, Ordering::SeqCst);
    ctx.execute("ALTER TABLE base ADD COLUMN extra INT").await.map(drop)
}

#[tokio::test]
async fn postgres_rust_code_is_not_tried_again() {
    let db = postgres().await;
    CODED.migrator().target("1_base").run(db.pool()).await.unwrap();
    let mut other = PgConnection::connect(db.url()).await.unwrap();
    other.execute("BEGIN; SELECT * FROM base").await.unwrap();
    let set = CODED.migrator().only("3_coded").lock_timeout(SHORT);
    let error = failed(&set, db.pool()).await;
    assert!(error.to_string().contains("(55P03)"), "{error}");
    assert_eq!(CALLS.load(Ordering::SeqCst), 1);
    // Nor is SQL with a hook around it.
    let calls = Arc::new(AtomicU32::new(0));
    let counted = calls.clone();
    let hook = uno_migrate::hook_fn(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok::<(), sqlx::Error>(()) })
    });
    let set = migrator([sql("4_c", "ALTER TABLE base ADD COLUMN extra INT", "-- Nothing: the tests do not go back\n")]);
    failed(&set.namespace("other").lock_timeout(SHORT).before_each(hook), db.pool()).await;
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn mysql_a_lock_that_is_let_go_is_taken_at_a_later_try() {
    let db = mysql().await;
    let (mut other, id) = other_mysql(&db).await;
    other.execute("BEGIN").await.unwrap();
    other.execute("SELECT * FROM a").await.unwrap();
    let told = Told::default();
    let up = "INSERT INTO a (id) VALUES (1);\nALTER TABLE a ADD COLUMN extra INT;\nINSERT INTO a (id) VALUES (2)";
    let set = on_a(up).lock_timeout(Duration::from_secs(1)).on_event(told.listener());
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        told.until(|told| told.statements("2_b") >= 3 && !told.waits().is_empty()).await;
        other.execute("ROLLBACK").await.unwrap();
    });
    run.unwrap();
    assert!(told.statements("2_b") >= 4);
    assert_eq!(told.failed(), 0);
    assert_eq!(db.texts("SELECT CAST(id AS CHAR) FROM a ORDER BY id").await, ["1", "2"]);
    let wait = &told.waits()[0];
    assert!(wait.holder.starts_with(&format!("session {id} (user \"")), "{}", wait.holder);
    assert!(wait.holder.contains("idle in transaction since "), "{}", wait.holder);
}

#[tokio::test]
async fn mysql_a_lock_that_is_never_let_go_freezes_nobody_and_is_told() {
    let db = mysql().await;
    let (mut other, id) = other_mysql(&db).await;
    other.execute("BEGIN").await.unwrap();
    other.execute("SELECT * FROM a").await.unwrap();
    let is_over = AtomicBool::new(false);
    let limit = Duration::from_secs(1);
    let set = on_a(ALTERS).lock_timeout(limit);
    let (error, longest) = tokio::join!(
        async {
            let error = failed(&set, db.pool()).await;
            is_over.store(true, Ordering::SeqCst);
            error
        },
        async {
            let mut longest = Duration::ZERO;
            while !is_over.load(Ordering::SeqCst) {
                let began = Instant::now();
                db.exec("SELECT * FROM a").await;
                longest = longest.max(began.elapsed());
                sleep(Duration::from_millis(5)).await;
            }
            longest
        }
    );
    assert!(longest > limit / 2, "the reader has never come behind the migration: {longest:?}");
    assert!(longest < limit + Duration::from_secs(1), "a reader was frozen for {longest:?}");
    let shown = error.to_string();
    assert!(shown.contains("cause: Lock wait timeout exceeded; try restarting transaction (HY000)"), "{shown}");
    assert!(shown.contains("done: tried 10 times in "), "{shown}");
    assert!(shown.contains(&format!("blocked by session {id} (user \"")), "{shown}");
    assert!(shown.contains(&format!("`KILL {id}`, or allow more time with `-- LockTimeout: 30s`")), "{shown}");
    db.exec(&format!("KILL {id}")).await;
    set.repair(db.pool(), Repair::Retry { id: "2_b".into() }).await.unwrap();
    set.run(db.pool()).await.unwrap();
}

#[tokio::test]
async fn mysql_data_waits_for_rows_and_says_for_whom() {
    let db = mysql().await;
    let (mut other, id) = other_mysql(&db).await;
    db.exec("INSERT INTO a VALUES (1, 'x')").await;
    other.execute("BEGIN").await.unwrap();
    other.execute("UPDATE a SET note = 'y'").await.unwrap();
    let told = Told::default();
    let up = "CREATE TABLE b (id INT);\nUPDATE a SET note = CONCAT(note, 'z')";
    let set = on_a(up).lock_timeout(Duration::from_secs(1)).on_event(told.listener());
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        told.until(|told| !told.waits().is_empty()).await;
        sleep(Duration::from_millis(1_500)).await;
        other.execute("COMMIT").await.unwrap();
    });
    run.unwrap();
    assert_eq!(told.statements("2_b"), 2);
    // Of rows, the server says itself for whom they are held.
    assert!(told.waits()[0].holder.starts_with(&format!("session {id} (user \"")), "{}", told.waits()[0].holder);
    assert_eq!(db.texts("SELECT note FROM a").await, ["yz"]);
}

#[tokio::test]
async fn mysql_the_limit_goes_by_what_a_statement_is() {
    let db = mysql().await;
    let seen = "CREATE TABLE seen (n INT AUTO_INCREMENT PRIMARY KEY, l BIGINT, r BIGINT)";
    let data = "INSERT INTO seen (l, r) VALUES (@@lock_wait_timeout, @@innodb_lock_wait_timeout)";
    let ddl = "CREATE TABLE t AS SELECT @@lock_wait_timeout AS l, @@innodb_lock_wait_timeout AS r";
    let up = format!("{seen};\n{data};\n{ddl};\nINSERT INTO seen (l, r) SELECT l, r FROM t;\n{data}");
    let nothing = "-- Nothing: the tests do not go back\n";
    migrator([sql("1_a", &up, nothing), sql("2_b", data, nothing)]).run(db.pool()).await.unwrap();
    let own = db.texts("SELECT CONCAT(@@lock_wait_timeout, '/', @@innodb_lock_wait_timeout)").await.remove(0);
    let found = db.texts("SELECT CONCAT(l, '/', r) FROM seen ORDER BY n").await;
    assert_eq!(found, [own.as_str(), "5/5", &own, &own]);
}

#[tokio::test]
async fn mysql_who_is_chosen_to_end_a_deadlock_tries_again() {
    let db = mysql().await;
    let (mut other, _) = other_mysql(&db).await;
    db.exec("INSERT INTO a VALUES (1, 'x'), (2, 'x')").await;
    // The one with more to undo stays.
    let rows = (100..200).map(|id| format!("({id}, 'own')")).collect::<Vec<_>>().join(", ");
    other.execute("BEGIN").await.unwrap();
    other.execute(AssertSqlSafe(format!("INSERT INTO a VALUES {rows}"))).await.unwrap();
    other.execute("UPDATE a SET note = CONCAT(note, 'o') WHERE id = 2").await.unwrap();
    let told = Told::default();
    let set = on_a("UPDATE a SET note = CONCAT(note, 'm') WHERE id < 3").on_event(told.listener());
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        told.until(|told| !told.waits().is_empty()).await;
        other.execute("UPDATE a SET note = CONCAT(note, 'o') WHERE id = 1").await.unwrap();
        other.execute("COMMIT").await.unwrap();
    });
    run.unwrap();
    assert!(told.statements("2_b") >= 2);
    for note in db.texts("SELECT note FROM a WHERE id < 3").await {
        assert_eq!(note.len(), 3, "each has done its work once: {note}");
    }
}

#[tokio::test]
async fn sqlite_a_second_writer_waits_for_its_busy_timeout() {
    let db = sqlite().await;
    on_a(ALTERS).target("1_a").run(db.pool()).await.unwrap();
    let wait = |timeout| {
        let options: sqlx::sqlite::SqliteConnectOptions = db.url().parse().unwrap();
        sqlx::SqlitePool::connect_with(options.busy_timeout(timeout))
    };
    let (short, long) = (wait(SHORT).await.unwrap(), wait(Duration::from_secs(20)).await.unwrap());
    let mut other = db.pool().acquire().await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let began = Instant::now();
    let error = on_a(ALTERS).lock_wait(Duration::ZERO).run(&short).await.unwrap_err();
    assert!(error.to_string().contains("database is locked"), "{error}");
    assert!((SHORT..Duration::from_secs(10)).contains(&began.elapsed()), "{:?}", began.elapsed());
    let set = on_a(ALTERS).lock_wait(Duration::ZERO);
    let (run, ()) = tokio::join!(set.run(&long), async {
        sleep(SHORT * 3).await;
        other.execute("ROLLBACK").await.unwrap();
    });
    run.unwrap();
    assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
}

/// Whoever has the file for himself keeps out those who only read.
#[tokio::test]
async fn sqlite_a_history_that_cannot_be_read_for_somebody_else_says_what_to_do() {
    let db = sqlite().await;
    on_a(ALTERS).target("1_a").run(db.pool()).await.unwrap();
    let options: sqlx::sqlite::SqliteConnectOptions = db.url().parse().unwrap();
    let pool = sqlx::SqlitePool::connect_with(options.busy_timeout(Duration::from_millis(20))).await.unwrap();
    let mut other = db.pool().acquire().await.unwrap();
    other.execute("BEGIN EXCLUSIVE").await.unwrap();
    let error = on_a(ALTERS).lock_wait(Duration::from_millis(100)).status(&pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History, "{error}");
    assert!(error.to_string().contains("cause: database is locked (5)"), "{error}");
    assert!(error.to_string().contains("help: somebody else holds the database"), "{error}");
    other.execute("ROLLBACK").await.unwrap();
    on_a(ALTERS).run(&pool).await.unwrap();
}

#[tokio::test]
async fn sqlite_a_file_that_is_no_database_is_told_as_that() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "no database, whatever its name says; long enough for a header of one hundred bytes.")
        .unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file.path());
    let error = on_a(ALTERS).run(&sqlx::SqlitePool::connect_lazy_with(options)).await.unwrap_err();
    assert!(error.to_string().contains("file is not a database"), "{error}");
    assert!(
        error.to_string().contains("help: the file is damaged, or encrypted, or no database of SQLite's"),
        "{error}"
    );
}
