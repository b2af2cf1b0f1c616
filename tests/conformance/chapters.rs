//! Migrations that make new tables, of which the journal of a message has one word together: they begin at once and are done at
//! once, and where that does not come to its end the history says of each what it says of one that came alone.

use std::time::Duration;

use sqlx::{Connection, MySqlConnection};
use uno_migrate::Migration;
use uno_migrate_test_servers::Kind;

use crate::kit::{Ask, migrator, sql, text, thirty, thirty_with};
use crate::support::{TestDatabase, mysql, mysql_on};

type Db = TestDatabase<sqlx::MySql>;

/// How often the only message of a run writes to the history: rows that begin, and rows that are done.
async fn words(db: &Db) -> (usize, usize) {
    let said = "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log \
         WHERE argument LIKE 'SET @uno_migrate_at = 0%' ORDER BY event_time DESC LIMIT 1";
    let message = db.texts(said).await.concat();
    let name = db.url().rsplit('/').next().unwrap();
    let count = |verb: &str| message.matches(&format!("\n{verb} `{name}`.`uno_migrations` ")).count();
    (count("INSERT INTO"), count("UPDATE"))
}

#[tokio::test]
async fn new_tables_begin_and_end_at_once() {
    let server = Kind::MySql.start().unwrap();
    let db = mysql_on(&server).await;
    db.exec("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1").await;
    migrator(thirty()).run(db.pool()).await.unwrap();
    assert_eq!(words(&db).await, (1, 1));
    for (up, inserted, updated) in [
        ("CREATE TABLE t15 (a INT); CREATE INDEX i15 ON t15 (a)", 1, 1),
        ("CREATE TABLE T1b (a INT)", 1, 1),
        // What takes its time is heard of, and so are those before it.
        ("CREATE TABLE t15 AS SELECT 1 AS a", 3, 3),
        ("CREATE TABLE IF NOT EXISTS t15 (a INT)", 3, 3),
        ("CREATE TABLE t15 (a INT); INSERT INTO t15 VALUES (1)", 3, 4),
        ("CREATE TABLE t15 (a INT); CREATE INDEX a ON t15 (a)", 3, 4),
        ("ALTER TABLE t1 ADD b INT", 3, 3),
    ] {
        let db = mysql_on(&server).await;
        assert_eq!(migrator(thirty_with(up)).run(db.pool()).await.unwrap().len(), 30, "{up}");
        assert_eq!(words(&db).await, (inserted, updated), "{up}");
    }
}

/// What is there already is looked for before anything is said, and found by the migration that meets it.
#[tokio::test]
async fn what_is_there_already_is_met_by_its_own_migration() {
    for there in ["TABLE t15 (a INT)", "VIEW t15 AS SELECT 1 AS a"] {
        let db = mysql().await;
        db.exec(&format!("CREATE {there}")).await;
        let error = migrator(thirty()).run(db.pool()).await.unwrap_err();
        let standing = db.standing().await;
        assert!(text(&error).contains("Table 't15' already exists"), "{error}");
        assert_eq!((error.path(), error.report().len()), (Some("15_t15.sql"), 14), "{error}");
        assert_eq!((standing.len(), standing[14].as_str()), (15, "15_t15 failed"));
    }
}

/// Where two would make the same table, the second one is not taken for done.
#[tokio::test]
async fn the_same_table_twice_is_no_chapter() {
    let db = mysql().await;
    let error = migrator(thirty_with("CREATE TABLE t14 (a INT)")).run(db.pool()).await.unwrap_err();
    assert!(text(&error).contains("Table 't14' already exists"), "{error}");
    assert_eq!(db.standing().await.last().unwrap(), "15_t15 failed");
}

/// A sequence that is locked, so that whoever wants to make a table with numbers from it waits.
async fn locked(db: &Db) -> MySqlConnection {
    db.exec("CREATE SEQUENCE held").await;
    let mut holder = MySqlConnection::connect(db.url()).await.unwrap();
    sqlx::raw_sql("LOCK TABLES held WRITE").execute(&mut holder).await.unwrap();
    holder
}

/// Ends the session that waits for it, once one does.
async fn end_what_waits(db: &Db) {
    let waiting =
        "SELECT id FROM information_schema.PROCESSLIST WHERE INFO LIKE 'CREATE TABLE t15 %' AND DB = DATABASE()";
    loop {
        if let Some(session) = sqlx::query_scalar::<_, i64>(waiting).fetch_optional(db.pool()).await.unwrap() {
            return db.exec(&format!("KILL {session}")).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn set() -> Vec<Migration> {
    thirty_with("CREATE TABLE t15 (a INT DEFAULT NEXTVAL(held)); CREATE INDEX i15 ON t15 (a)")
}

/// Those before are done, and those behind were never begun.
#[tokio::test]
async fn a_session_that_is_ended_leaves_one_in_doubt() {
    let db = mysql().await;
    let holder = locked(&db).await;
    let pool = db.pool().clone();
    let run = tokio::spawn(async move { migrator(set()).run(&pool).await });
    end_what_waits(&db).await;
    let error = run.await.unwrap().unwrap_err();
    assert_eq!((error.path(), error.report().len()), (Some("15_t15.sql"), 14), "{error}");
    assert!(text(&error).contains("0 of its 2 statements are done, and the next 2 may be"), "{error}");
    let standing = db.standing().await;
    assert_eq!(
        (standing.len(), standing[13].as_str(), standing[14].as_str()),
        (15, "14_t14 applied", "15_t15 running")
    );
    holder.close().await.unwrap();
    assert_eq!(migrator(set()).run(db.pool()).await.unwrap().len(), 16);
    assert!(db.history("metadata").await.iter().all(|left| left == "-"));
}

/// Nobody is left to say so: the next run finds by the catalogue what was done. What was never begun may be another one by now.
#[tokio::test]
async fn a_run_that_is_gone_is_settled_by_the_next() {
    let db = mysql().await;
    let holder = locked(&db).await;
    let pool = db.pool().clone();
    let run = tokio::spawn(async move { migrator(set()).lease(Duration::from_secs(1)).run(&pool).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    run.abort();
    end_what_waits(&db).await;
    let standing = db.standing().await;
    assert_eq!(standing.iter().filter(|row| row.ends_with(" running")).count(), 30, "{standing:?}");
    holder.close().await.unwrap();
    let mut edited = set();
    edited[19] = sql("20_t20", "CREATE TABLE t20 (a INT, b INT)", "DROP TABLE t20");
    let report = migrator(edited).run(db.pool()).await.unwrap();
    assert_eq!(report.len(), 30);
    let standing = db.standing().await;
    assert_eq!(standing.iter().filter(|row| row.ends_with(" applied")).count(), 30, "{standing:?}");
    assert_eq!(db.number("SELECT COUNT(b) FROM t20").await, 0);
    let mut made = db.tables().await;
    made.retain(|name| name.starts_with('t'));
    assert_eq!(made.len(), 30);
}

/// What was done of it is not another one by now.
#[tokio::test]
async fn what_was_done_and_is_not_in_the_file_is_asked_for() {
    let db = mysql().await;
    let holder = locked(&db).await;
    let pool = db.pool().clone();
    let run = tokio::spawn(async move { migrator(set()).lease(Duration::from_secs(1)).run(&pool).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    run.abort();
    end_what_waits(&db).await;
    holder.close().await.unwrap();
    let mut edited = set();
    edited[2] = sql("03_t3", "CREATE TABLE t3 (a INT, b INT)", "DROP TABLE t3");
    let asked = migrator(edited).run(db.pool()).await.unwrap_err();
    assert!(asked.message().starts_with("was statement 1 of `03_t3` applied?"), "{asked}");
    assert_eq!(migrator(set()).run(db.pool()).await.unwrap().len(), 28);
}
