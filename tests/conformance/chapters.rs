//! Migrations that make new tables, of which the journal of a message has one word together: they begin at once and are done at
//! once, and where that does not come to its end the history says of each what it says of one that came alone.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
use uno_migrate::{Error, ErrorKind, Migration, Migrator, Repair};
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

/// The session that waits for it, once one does.
async fn wait_for_it(db: &Db) -> i64 {
    let waiting =
        "SELECT id FROM information_schema.PROCESSLIST WHERE INFO LIKE 'CREATE TABLE t15 %' AND DB = DATABASE()";
    loop {
        match sqlx::query_scalar(waiting).fetch_optional(db.pool()).await.unwrap() {
            Some(session) => return session,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn end_what_waits(db: &Db) {
    let session = wait_for_it(db).await;
    db.exec(&format!("KILL {session}")).await;
}

/// The fifteenth waits for the sequence, and has an index of that column.
fn indexed(column: &str) -> Vec<Migration> {
    thirty_with(&format!("CREATE TABLE t15 (a INT DEFAULT NEXTVAL(held)); CREATE INDEX i15 ON t15 ({column})"))
}

fn set() -> Vec<Migration> {
    indexed("a")
}

fn impatient(set: Vec<Migration>) -> Migrator {
    migrator(set).lock_timeout(Duration::from_secs(2)).lease(Duration::from_secs(1))
}

/// A run that goes on from the fifteenth while somebody else has locked the history's row of a migration; what it fails with.
async fn with_a_row_held(db: &Db, mut holder: MySqlConnection, migrator: Migrator, id: &str) -> Error {
    let pool = db.pool().clone();
    let run = tokio::spawn(async move { migrator.run(&pool).await });
    wait_for_it(db).await;
    let mut other = MySqlConnection::connect(db.url()).await.unwrap();
    let lock = format!(
        "START TRANSACTION; SELECT * FROM uno_migrations WHERE namespace = 'default' AND id = '{id}' FOR UPDATE"
    );
    sqlx::raw_sql(AssertSqlSafe(lock)).execute(&mut other).await.unwrap();
    sqlx::raw_sql("UNLOCK TABLES").execute(&mut holder).await.unwrap();
    let error = run.await.unwrap().unwrap_err();
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    error
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

/// A run whose process is gone while the server was at the fifteenth.
async fn left_alone(db: &Db) {
    let holder = locked(db).await;
    let pool = db.pool().clone();
    let run = tokio::spawn(async move { migrator(set()).lease(Duration::from_secs(1)).run(&pool).await });
    let session = wait_for_it(db).await;
    run.abort();
    // The server may have seen by itself that nobody is left.
    let _ = sqlx::raw_sql(AssertSqlSafe(format!("KILL {session}"))).execute(db.pool()).await;
    let standing = db.standing().await;
    assert_eq!(standing.iter().filter(|row| row.ends_with(" running")).count(), 30, "{standing:?}");
    holder.close().await.unwrap();
}

/// Nobody is left to say so: the next run finds by the catalogue what was done, and what was not begun may be another one by now.
#[tokio::test]
async fn a_run_that_is_gone_is_settled_by_the_next() {
    let db = mysql().await;
    left_alone(&db).await;
    let mut edited = set();
    edited[19] = sql("20_t20", "CREATE TABLE t20 (a INT, b INT)", "DROP TABLE t20");
    assert_eq!(migrator(edited).run(db.pool()).await.unwrap().len(), 30);
    let standing = db.standing().await;
    assert_eq!(standing.iter().filter(|row| row.ends_with(" applied")).count(), 30, "{standing:?}");
    assert_eq!(db.number("SELECT COUNT(b) FROM t20").await, 0);
    let mut made = db.tables().await;
    made.retain(|name| name.starts_with('t'));
    assert_eq!(made.len(), 30);
}

#[tokio::test]
async fn what_was_done_and_is_not_in_the_file_is_asked_for() {
    let db = mysql().await;
    left_alone(&db).await;
    let mut edited = set();
    edited[2] = sql("03_t3", "CREATE TABLE t3 (a INT, b INT)", "DROP TABLE t3");
    let asked = migrator(edited).run(db.pool()).await.unwrap_err();
    assert!(asked.message().starts_with("was statement 1 of `03_t3` applied?"), "{asked}");
    assert_eq!(db.standing().await.len(), 14, "what was not begun is not asked for");
    assert_eq!(migrator(set()).run(db.pool()).await.unwrap().len(), 28);
}

/// A table behind one that is not there may be somebody else's, or the missing one was dropped by hand: a person is asked.
#[tokio::test]
async fn a_table_behind_one_that_is_missing_is_not_taken_for_done() {
    for (change, asked) in [("CREATE TABLE t20 (other INT)", "20_t20"), ("DROP TABLE t5", "06_t6")] {
        let db = mysql().await;
        left_alone(&db).await;
        db.exec(change).await;
        let error = migrator(set()).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted, "{change}: {error}");
        assert!(error.message().starts_with(&format!("was statement 1 of `{asked}` applied?")), "{change}: {error}");
        if change.starts_with("CREATE") {
            db.exec("DROP TABLE t20").await;
            assert_eq!(migrator(set()).run(db.pool()).await.unwrap().len(), 11);
            continue;
        }
        for number in 6..=14 {
            let id = format!("{number:02}_t{number}");
            migrator(set()).repair(db.pool(), Repair::Applied { id, statement: 1 }).await.unwrap();
        }
        migrator(set()).run(db.pool()).await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM uno_migrations WHERE status = 'applied'").await, 30);
    }
}

/// A person's answer is heard before anything is looked at.
#[tokio::test]
async fn what_was_not_begun_can_be_repaired() {
    for repair in [
        Repair::Applied { id: "15_t15".into(), statement: 0 },
        Repair::Retry { id: "15_t15".into() },
        Repair::Retry { id: "30_t30".into() },
    ] {
        let db = mysql().await;
        left_alone(&db).await;
        migrator(set()).repair(db.pool(), repair).await.unwrap();
        migrator(set()).run(db.pool()).await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM uno_migrations WHERE status = 'applied'").await, 30);
    }
}

/// What was not begun is in nobody's way.
#[tokio::test]
async fn what_was_not_begun_need_not_be_reverted() {
    let db = mysql().await;
    left_alone(&db).await;
    let error = migrator(set()).all().revert(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert_eq!(db.standing().await.len(), 14);
}

/// A row that is not as it was written ends the run, and says of which migration.
#[tokio::test]
async fn a_row_that_was_changed_in_between_is_told() {
    for change in
        ["DELETE FROM uno_migrations WHERE id = '15_t15'", "UPDATE uno_migrations SET epoch = 0 WHERE id = '15_t15'"]
    {
        let db = mysql().await;
        let mut holder = locked(&db).await;
        let pool = db.pool().clone();
        let run = tokio::spawn(async move { migrator(set()).run(&pool).await });
        wait_for_it(&db).await;
        db.exec(change).await;
        sqlx::raw_sql("UNLOCK TABLES").execute(&mut holder).await.unwrap();
        let error = run.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::History, "{error}");
        assert!(text(&error).contains("the history row of `15_t15` is not as it was read"), "{error}");
        assert_eq!(error.report().len(), 14, "{error}");
    }
}

/// A run that is asked to stop leaves nothing half-way: what it was at had not begun.
#[tokio::test]
async fn a_run_that_is_asked_to_stop_leaves_none_half_way() {
    let db = mysql().await;
    let holder = locked(&db).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let pool = db.pool().clone();
    let run =
        tokio::spawn(async move { migrator(set()).cancel_on(async move { drop(stopped.await) }).run(&pool).await });
    wait_for_it(&db).await;
    stop.send(()).unwrap();
    let error = run.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.report().len()), (ErrorKind::Cancelled, 14), "{error}");
    let standing = db.standing().await;
    assert_eq!((standing.len(), standing.last().unwrap().as_str()), (14, "14_t14 applied"));
    holder.close().await.unwrap();
    assert_eq!(migrator(set()).run(db.pool()).await.unwrap().len(), 16);
}

/// A chapter is as long as the server lets a message be.
#[tokio::test]
async fn a_chapter_has_room_in_its_message() {
    let server = Kind::MySql.start().unwrap();
    let db = mysql_on(&server).await;
    db.exec("SET GLOBAL max_allowed_packet = 32768").await;
    let pool = sqlx::MySqlPool::connect(db.url()).await.unwrap();
    assert_eq!(migrator(thirty()).run(&pool).await.unwrap().len(), 30);
    let standing = db.standing().await;
    assert!(standing.iter().all(|row| row.ends_with(" applied")), "{standing:?}");
    assert_eq!(db.history("seq").await, (1..=30).map(|seq| seq.to_string()).collect::<Vec<_>>());
}

/// What has failed is told as well where the history cannot be told of those before it, and the next run settles them.
#[tokio::test]
async fn a_history_that_cannot_be_told_hides_no_mistake() {
    let db = mysql().await;
    let holder = locked(&db).await;
    let set = |column: &str| impatient(indexed(column));
    let error = with_a_row_held(&db, holder, set("zz"), "01_t1").await;
    assert_eq!((error.path(), error.location().map(|at| at.column)), (Some("15_t15.sql"), Some(49)), "{error}");
    for part in [
        "Key column 'zz' doesn't exist",
        "Lock wait timeout exceeded",
        "`01_t1` and what follows it stay recorded as running",
    ] {
        assert!(text(&error).contains(part), "{error}");
    }
    let error = set("zz").run(db.pool()).await.unwrap_err();
    assert_eq!(error.report().len(), 14, "{error}");
    assert!(text(&error).contains("1 of its 2 statements"), "{error}");
    assert_eq!(set("a").run(db.pool()).await.unwrap().len(), 16);
}

/// The word that a chapter is done is not the next migration's mistake.
#[tokio::test]
async fn a_chapter_that_cannot_be_said_to_be_done_is_its_own() {
    let db = mysql().await;
    let holder = locked(&db).await;
    let set = || {
        let mut set = thirty_with("CREATE TABLE t15 (a INT DEFAULT NEXTVAL(held))");
        set[15] = sql("16_t16", "ALTER TABLE t1 ADD b INT", "ALTER TABLE t1 DROP b");
        impatient(set)
    };
    let error = with_a_row_held(&db, holder, set(), "01_t1").await;
    assert_eq!((error.kind(), error.report().len()), (ErrorKind::History, 0), "{error}");
    assert!(text(&error).contains("Lock wait timeout exceeded") && !text(&error).contains("ALTER"), "{error}");
    assert_eq!(set().run(db.pool()).await.unwrap().len(), 30);
}

/// What somebody else has ended has failed.
#[tokio::test]
async fn a_statement_that_somebody_ends_has_failed() {
    let db = mysql().await;
    let holder = locked(&db).await;
    let pool = db.pool().clone();
    let run = tokio::spawn(async move { migrator(set()).run(&pool).await });
    let session = wait_for_it(&db).await;
    db.exec(&format!("KILL QUERY {session}")).await;
    let error = run.await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Migration, Some("15_t15.sql")), "{error}");
    let standing = db.standing().await;
    assert_eq!((standing.len(), standing.last().unwrap().as_str()), (15, "15_t15 failed"));
    holder.close().await.unwrap();
    assert_eq!(migrator(set()).run(db.pool()).await.unwrap().len(), 16);
}

/// What could not be taken out is behind one that has failed: a table of that name is somebody else's.
#[tokio::test]
async fn what_stands_behind_a_failure_was_not_begun() {
    let db = mysql().await;
    let holder = locked(&db).await;
    let set = |column: &str| impatient(indexed(column));
    let error = with_a_row_held(&db, holder, set("zz"), "16_t16").await;
    assert_eq!((error.path(), error.report().len()), (Some("15_t15.sql"), 14), "{error}");
    let standing = db.standing().await;
    assert_eq!((standing[14].as_str(), standing[15].as_str()), ("15_t15 failed", "16_t16 running"));
    db.exec("CREATE TABLE t16 (other INT)").await;
    let asked = set("a").run(db.pool()).await.unwrap_err();
    assert!(asked.message().starts_with("was statement 1 of `16_t16` applied?"), "{asked}");
    db.exec("DROP TABLE t16").await;
    set("a").run(db.pool()).await.unwrap();
    assert_eq!(db.number("SELECT COUNT(*) FROM uno_migrations WHERE status = 'applied'").await, 30);
}
