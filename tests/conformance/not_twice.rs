//! What must not be done a second time: by a retry, by an answer that comes late, or by a run that knows too little.

use std::time::Duration;

use sqlx::{Executor, Pool, Postgres};
use tokio::time::timeout;
use uno_migrate::{ErrorKind, Event, Migration, Migrator, Repair};

use crate::kit::{Ask, migrator, text};
use crate::support::{Proxy, TestDatabase, mysql, postgres};

const LINES: &str = "CREATE TABLE done_lines (line INT)";
const WRONG: &str = "INSERT INTO missing VALUES (1);\n";

fn line(number: u32) -> String {
    format!("INSERT INTO done_lines VALUES ({number});\n")
}

fn lines(up: &str) -> Migrator {
    migrator([Migration::sql("1_a", format!("-- Transaction: none\n{up}"), "DELETE FROM done_lines")])
}

/// A person who answers late does not take back what was done since.
#[tokio::test]
async fn a_late_answer_takes_nothing_back() {
    let db = postgres().await;
    db.exec(LINES).await;
    let set = lines(&format!("{}{}{}{WRONG}", line(1), line(2), line(3)));
    set.run(db.pool()).await.unwrap_err();
    let late = Repair::Applied { id: "1_a".to_owned(), statement: 1 };
    let error = set.repair(db.pool(), late).await.expect_err("statements 2 and 3 would be done twice");
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert!(text(&error).contains("3 of its statements are known to be done"), "{error}");
    assert_eq!(db.history("statements_done").await, ["3"]);
}

/// Rows stay that a table without transactions has taken before the statement failed.
#[tokio::test]
async fn what_a_failure_leaves_behind_is_not_tried_again() {
    let db = mysql().await;
    db.exec("CREATE TABLE done_lines (line INT) ENGINE = MyISAM").await;
    db.exec("CREATE TABLE numbers (line INT PRIMARY KEY) ENGINE = InnoDB").await;
    db.exec("INSERT INTO numbers VALUES (1), (2), (3)").await;
    let mut other = db.pool().begin().await.unwrap();
    other.execute("UPDATE numbers SET line = 4 WHERE line = 3").await.unwrap();
    let fill = "-- LockTimeout: 1s\nINSERT INTO done_lines SELECT line FROM numbers ORDER BY line;\n";
    let failed = timeout(Duration::from_secs(30), lines(fill).run(db.pool())).await;
    other.rollback().await.unwrap();
    let error = failed.expect("there is one try").unwrap_err();
    assert!(!text(&error).contains("tried"), "{error}");
    let lines = db.number("SELECT COUNT(*) FROM done_lines").await;
    assert!(lines <= 3, "{lines} lines, {error}");
}

/// The table without transactions stands in another database, and behind the first statement of its transaction.
#[tokio::test]
async fn a_transaction_is_asked_about_that_has_left_something() {
    let (db, elsewhere) = (mysql().await, mysql().await);
    db.exec(LINES).await;
    elsewhere.exec("CREATE TABLE kept_elsewhere (line INT) ENGINE = MyISAM").await;
    let name = elsewhere.texts("SELECT DATABASE()").await.remove(0);
    let set = lines(&format!(
        "BEGIN;\nINSERT INTO {name}.kept_elsewhere VALUES (1);\nINSERT INTO done_lines VALUES (SLEEP(60));\nCOMMIT;\n"
    ));
    // As if the process had been killed.
    timeout(Duration::from_secs(4), set.clone().lease(Duration::from_secs(1)).run(db.pool())).await.unwrap_err();
    assert_eq!(elsewhere.number("SELECT COUNT(*) FROM kept_elsewhere").await, 1);
    let error = set.lease(Duration::from_secs(1)).run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(error.message().contains("which are one transaction, applied?"), "{error}");
    assert_eq!(elsewhere.number("SELECT COUNT(*) FROM kept_elsewhere").await, 1);
}

/// As when a proxy says that a `COMMIT` failed which it has not heard of: the row is further than the run believes.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_knows_more_is_not_taken_back() {
    let db = postgres().await;
    db.exec(LINES).await;
    let pool = db.pool().clone();
    let set = lines(&format!("{}{WRONG}{}", line(1), line(3))).on_event(move |event| {
        if matches!(event, Event::Statement { position: 2, .. }) {
            let pool = pool.clone();
            let further = async move { pool.execute("UPDATE uno_migrations SET statements_done = 2").await };
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(further)).unwrap();
        }
    });
    set.run(db.pool()).await.unwrap_err();
    assert_eq!(db.history("statements_done").await, ["2"]);
    assert_eq!(db.standing().await, ["1_a running"]);
}

/// The table that a `DROP` has found in one schema of the search path may hide another one.
#[tokio::test]
async fn a_drop_that_was_done_does_not_find_another_table() {
    let set = || lines("SET search_path = own, public;\nDROP TABLE IF EXISTS done_lines;\n");
    let fresh = async || -> TestDatabase<Postgres> {
        let db = postgres().await;
        db.exec("CREATE SCHEMA own").await;
        db.exec("CREATE TABLE own.done_lines (line INT)").await;
        db.exec("CREATE TABLE public.done_lines (line INT)").await;
        db
    };
    let (db, dropping) = (fresh().await, |message: &String| message.contains("DROP TABLE IF EXISTS done_lines"));
    let proxy = Proxy::start(db.url());
    set().run(&Pool::<Postgres>::connect_lazy(proxy.url()).unwrap()).await.unwrap();
    let position = proxy.messages().iter().rposition(dropping).unwrap();
    let db = fresh().await;
    let proxy = Proxy::start(db.url());
    proxy.cut_after(position + 1);
    let pool: Pool<Postgres> = Pool::connect_lazy(proxy.url()).unwrap();
    set().lease(Duration::from_secs(1)).run(&pool).await.unwrap_err();
    assert_eq!(db.number("SELECT COUNT(*) FROM pg_tables WHERE tablename = 'done_lines'").await, 1);
    let error = set().lease(Duration::from_secs(1)).run(db.pool()).await.unwrap_err();
    assert_eq!(error.message(), "was statement 2 of `1_a` applied?", "{error}");
    assert_eq!(db.number("SELECT COUNT(*) FROM pg_tables WHERE tablename = 'done_lines'").await, 1);
}

/// Another server does not take part in the transaction.
#[tokio::test]
async fn what_acts_on_another_server_is_not_tried_again() {
    let db = postgres().await;
    db.exec("CREATE TABLE a (id INT)").await;
    db.exec("CREATE SEQUENCE calls").await;
    // Stands for the extension, which the test's server may not have.
    db.exec("CREATE FUNCTION dblink_exec(text) RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('calls') $$").await;
    let mut other = db.pool().begin().await.unwrap();
    other.execute("SELECT * FROM a").await.unwrap();
    let up = "-- LockTimeout: 200ms\nSELECT dblink_exec('INSERT');\nALTER TABLE a ADD note INT;\n";
    let error = migrator([Migration::sql("1_a", up, "SELECT 1")]).run(db.pool()).await.unwrap_err();
    other.rollback().await.unwrap();
    assert!(!text(&error).contains("tried"), "{error}");
    assert_eq!(db.number("SELECT last_value FROM calls").await, 1);
}
