//! A migration that has a message for itself: it is told of before it is done, and does what one does whose statements come one
//! by one.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, Executor};
use uno_migrate::{ErrorKind, Event, Migration, Migrator};

use crate::kit::{Ask, Log, by_itself, ids, migrator, sql, table, text};
use crate::support::{TestDatabase, mysql, postgres};

const NOTHING: &str = "-- Nothing: the tests do not go back\n";

/// The table `a`, and a migration after that.
fn behind_a(up: &str) -> Vec<Migration> {
    vec![table("1_a"), sql("2_b", up, NOTHING)]
}

async fn with_a<DB: uno_migrate::Driver>(db: TestDatabase<DB>) -> TestDatabase<DB> {
    migrator([table("1_a")]).run(db.pool()).await.unwrap();
    db
}

/// The error, the history, and what whoever listens has heard.
async fn done<DB: uno_migrate::Driver>(db: &TestDatabase<DB>, set: Migrator) -> (String, Vec<String>, Vec<String>)
where
    TestDatabase<DB>: Ask<Database = DB>,
{
    let log = Log::default();
    let done = set.on_event(log.listener()).run(db.pool()).await;
    let name = db.url().rsplit('/').next().unwrap();
    let said = done.map_or_else(|error| text(&error).replace(name, "DATABASE"), |report| ids(&report).join(" "));
    (said, db.standing().await, log.lines())
}

/// Whether it is told of, stands and fails as one whose statements come one by one.
async fn is_as_alone<DB: uno_migrate::Driver>(fresh: impl AsyncFn() -> TestDatabase<DB>)
where
    TestDatabase<DB>: Ask<Database = DB>,
{
    for up in [
        "CREATE TABLE b (id INT)",
        "INSERT INTO a (id) VALUES (1)",
        "CREATE TABLE b (id INT);\nCREATE INDEX b_id ON b (id)",
        "INSERT INTO a (id) VALUES (1, 2, 3)",
        "\n CREATE TABEL b (id INT)",
        "INSERT INTO nowhere VALUES (1)",
        "INSERT INTO a (id) VALUES (2), (2)",
        "CREATE TABLE b (id INT);\nCREATE INDEX b_id ON b (nothing)",
        "CREATE TABLE a (id INT)",
        "CREATE TABLE b (id INT);\nINSERT INTO b VALUES (1);\nALTER TABLE b ADD COLUMN extra INT",
        "CREATE TABLE b (id INT PRIMARY KEY);\nINSERT INTO b VALUES (1);\n  INSERT INTO b VALUES (1)",
    ] {
        let (db, other) = (with_a(fresh().await).await, with_a(fresh().await).await);
        assert_eq!(
            done(&db, migrator(behind_a(up))).await,
            done(&other, by_itself(migrator(behind_a(up)))).await,
            "{up}"
        );
        assert_eq!(db.number("SELECT count(*) FROM uno_migrations_lease WHERE owner IS NOT NULL").await, 0, "{up}");
    }
}

#[tokio::test]
async fn postgres_is_told_of_it_as_ever() {
    is_as_alone(postgres).await;
}

#[tokio::test]
async fn mysql_is_told_of_it_as_ever() {
    is_as_alone(mysql).await;
}

/// Runs the second one while another session holds `a`, until it is told who.
async fn held_up<DB: uno_migrate::Driver>(
    db: &TestDatabase<DB>,
    set: Migrator,
    holder: &str,
    release: impl Future<Output = ()>,
) where
    TestDatabase<DB>: Ask<Database = DB>,
{
    let (log, told) = (Log::default(), Log::default());
    let telling = told.clone();
    let set = set.on_event(log.listener()).on_event(move |event| {
        if let Event::Waiting { holder, .. } = event {
            telling.say(holder);
        }
    });
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        while told.lines().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let begun = log.lines();
        assert_eq!(begun[..2], ["started 2_b up 1/1", "statement 2_b line 1 1/1"], "{begun:?}");
        release.await;
    });
    assert_eq!(run.unwrap().len(), 1);
    assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
    assert!(told.lines()[0].contains(holder), "{:?}", told.lines());
    let lines: Vec<_> = log.lines().into_iter().filter(|line| !line.starts_with("Waiting")).collect();
    // That it begins is heard once, however often it is tried.
    assert_eq!(lines.iter().filter(|line| line.starts_with("started")).count(), 1, "{lines:?}");
    assert_eq!(lines.last().unwrap(), "applied 2_b", "{lines:?}");
}

const ALTERS: &str = "ALTER TABLE a ADD COLUMN extra INT";

#[tokio::test]
async fn postgres_tells_who_holds_it_up() {
    let db = with_a(postgres().await).await;
    let mut other = sqlx::PgConnection::connect(db.url()).await.unwrap();
    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut other).await.unwrap();
    for limit in [Duration::from_secs(600), Duration::from_millis(1_200)] {
        other.execute("BEGIN; LOCK TABLE a IN SHARE MODE").await.unwrap();
        let set = migrator(behind_a(ALTERS)).lock_timeout(limit);
        held_up(&db, set, &pid.to_string(), async { assert!(other.execute("ROLLBACK").await.is_ok()) }).await;
        db.exec("ALTER TABLE a DROP COLUMN extra; DELETE FROM uno_migrations WHERE id = '2_b'").await;
    }
}

#[tokio::test]
async fn mysql_tells_who_holds_it_up() {
    let db = with_a(mysql().await).await;
    let mut other = sqlx::MySqlConnection::connect(db.url()).await.unwrap();
    let id: u64 = sqlx::query_scalar("SELECT CONNECTION_ID()").fetch_one(&mut other).await.unwrap();
    db.exec("INSERT INTO a (id) VALUES (1)").await;
    for limit in [Duration::from_secs(600), Duration::from_secs(2)] {
        other.execute(AssertSqlSafe("START TRANSACTION; UPDATE a SET note = 'held' WHERE id = 1")).await.unwrap();
        let set = migrator(behind_a("UPDATE a SET note = 'mine' WHERE id = 1")).lock_timeout(limit);
        held_up(&db, set, &id.to_string(), async { assert!(other.execute("ROLLBACK").await.is_ok()) }).await;
        db.exec("DELETE FROM uno_migrations WHERE id = '2_b'").await;
    }
}

/// The history says how far it is, and whoever listens hears of that.
#[tokio::test]
async fn mysql_tells_which_statement_is_next() {
    let db = with_a(mysql().await).await;
    let log = Log::default();
    let up = "CREATE TABLE b (id INT);\nCREATE TABLE c AS SELECT SLEEP(4) AS slept;\nCREATE TABLE d (id INT)";
    let set = migrator(behind_a(up)).on_event(log.listener());
    let mut told = ["started 2_b up 1/1", "statement 2_b line 1 1/3", "statement 2_b line 2 2/3"].to_vec();
    let (run, ()) = tokio::join!(set.run(db.pool()), async {
        while db.number("SELECT count(*) FROM uno_migrations WHERE statements_done = 1").await == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        assert_eq!(log.lines(), told);
    });
    run.unwrap();
    told.extend(["statement 2_b line 3 3/3", "applied 2_b"]);
    assert_eq!(log.lines(), told);
}

/// A set that is asked to stop after a while, while its second migration runs.
fn stopped(up: &str) -> Migrator {
    migrator(behind_a(up)).cancel_on(tokio::time::sleep(Duration::from_millis(500)))
}

/// What has taken so long is not thrown away.
#[tokio::test]
async fn postgres_a_single_statement_is_waited_for_by_who_is_to_stop() {
    let db = with_a(postgres().await).await;
    let report = stopped("CREATE TABLE b AS SELECT 1 AS one FROM pg_sleep(5)").run(db.pool()).await.unwrap();
    assert_eq!(ids(&report), ["2_b"]);
    assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
}

#[tokio::test]
async fn mysql_stops_behind_the_statement_in_hand() {
    let db = with_a(mysql().await).await;
    let up = "CREATE TABLE b AS SELECT SLEEP(5) AS slept;\nCREATE TABLE c AS SELECT SLEEP(20) AS slept";
    let began = std::time::Instant::now();
    let error = stopped(up).run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    assert!(began.elapsed() < Duration::from_secs(15), "{error}");
    assert_eq!(
        (db.history("statements_done").await, db.tables().await),
        (vec!["1".to_owned(), "1".to_owned()], ["a", "b", "uno_migrations"].map(str::to_owned).to_vec(),)
    );
    db.exec("DROP TABLE b").await;
    assert_eq!(db.number("SELECT count(*) FROM uno_migrations_lease WHERE owner IS NOT NULL").await, 0);
    let single = stopped("CREATE TABLE b AS SELECT SLEEP(5) AS slept");
    db.exec("DELETE FROM uno_migrations WHERE id = '2_b'").await;
    assert_eq!(ids(&single.run(db.pool()).await.unwrap()), ["2_b"]);
}

/// Rows of a table without transactions stay where the statement is ended, however many there are by then.
#[tokio::test]
async fn mysql_does_not_guess_how_many_rows_stay() {
    let db = with_a(mysql().await).await;
    let up = "CREATE TABLE b (id INT) ENGINE=MyISAM;\nINSERT INTO b SELECT SLEEP(4);\n\
              INSERT INTO b SELECT seq + SLEEP(1) FROM seq_1_to_20;";
    assert_eq!(stopped(up).run(db.pool()).await.unwrap_err().kind(), ErrorKind::Cancelled);
    assert_eq!(db.standing().await, ["1_a applied", "2_b running"]);
    let error = migrator(behind_a(up)).run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(error.message().contains("was statement 3 of `2_b` applied?"), "{error}");
}

/// Nothing is told of statements where there are none.
#[tokio::test]
async fn a_way_down_that_is_nothing_has_no_statements() {
    let db = with_a(postgres().await).await;
    migrator(behind_a(ALTERS)).run(db.pool()).await.unwrap();
    let log = Log::default();
    migrator(behind_a(ALTERS)).on_event(log.listener()).revert(db.pool()).await.unwrap();
    assert_eq!(log.lines(), ["started 2_b down 1/1", "reverted 2_b"]);
}
