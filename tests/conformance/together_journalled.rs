//! The same where a migration is not one transaction: its journal goes along in the message, and says in the end what it says of
//! one that came alone.

use std::time::{Duration, Instant};

use sqlx::{Connection, MySqlConnection};
use uno_migrate::{Context, Error, ErrorKind, Migrator, Repair, Result};
use uno_migrate_test_servers::Kind;

use crate::kit::{Ask, Log, by_itself, migrator, sql, text, thirty, thirty_with, through};
use crate::support::{Proxy, TestDatabase, mysql, mysql_on};

type Db = TestDatabase<sqlx::MySql>;

/// Which messages of a run hold several migrations.
fn messages(proxy: &Proxy) -> Vec<usize> {
    let messages = proxy.messages();
    let shared = messages.iter().enumerate().filter(|(_, message)| message.contains("SET @uno_migrate_at = 0"));
    shared.map(|(at, _)| at + 1).collect()
}

/// All that the history says of a migration but when and where it ran.
async fn said_of(db: &Db, id: &str) -> String {
    let columns = [
        "status",
        "statements_done",
        "error",
        "JSON_REMOVE(metadata, '$.uno_migrate.statements.session')",
        "name",
        "tags",
        "depends",
        "checksum",
        "down_sql",
        "applied_at IS NULL",
        "epoch > 0",
    ];
    let columns = columns.map(|column| format!("COALESCE(CONVERT({column} USING utf8mb4) COLLATE utf8mb4_bin, '-')"));
    db.texts(&format!("SELECT CONCAT_WS('|', {}) FROM uno_migrations WHERE id = '{id}'", columns.join(", ")))
        .await
        .concat()
}

async fn left(db: &Db) -> Vec<String> {
    db.tables().await.into_iter().filter(|name| name.starts_with('t')).collect()
}

/// What an error says of its own migration.
fn own_words(error: &Error, db: &Db) -> String {
    let text = text(error).replace(db.url().rsplit('/').next().unwrap(), "here");
    let words =
        text.lines().filter(|line| !line.contains(" migrations applied: ") && !line.contains("migrations was applied"));
    words.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn thirty_are_one_message() {
    let db = mysql().await;
    let (proxy, pool) = through(&db).await;
    let log = Log::default();
    let report = migrator(thirty()).on_event(log.listener()).run(&pool).await.unwrap();
    assert_eq!((report.len(), messages(&proxy).len()), (30, 1));
    assert_eq!(db.history("seq").await, (1..=30).map(|seq| seq.to_string()).collect::<Vec<_>>());
    assert_eq!(db.number("SELECT COUNT(DISTINCT applied_at) FROM uno_migrations").await, 30, "each has its own time");
    for (column, value) in [("status", "applied"), ("statements_done", "1"), ("metadata", "-"), ("error", "-")] {
        assert!(db.history(column).await.iter().all(|is| is == value), "{column}");
    }
    assert!(report.migrations.iter().any(|outcome| outcome.duration.as_micros() % 1_000 != 0), "{report:?}");
    let lines = log.lines();
    assert_eq!(lines[..3], ["started 01_t1 up 1/30", "statement 01_t1 line 1 1/1", "applied 01_t1"]);
    assert_eq!(lines[87..], ["started 30_t30 up 30/30", "statement 30_t30 line 1 1/1", "applied 30_t30"]);
    let down = migrator(thirty()).all().revert(&pool).await.unwrap();
    assert_eq!(down.len(), 30);
    assert_eq!(db.history("reverted_at").await.iter().filter(|at| *at == "-").count(), 0);
    let again = migrator(thirty()).run(&pool).await.unwrap();
    assert_eq!((again.len(), db.number("SELECT MIN(seq) FROM uno_migrations").await), (30, 31));
}

#[tokio::test]
async fn what_has_been_applied_before_makes_it_start_slowly() {
    let db = mysql().await;
    let (proxy, pool) = through(&db).await;
    migrator(thirty()).steps(1).run(&pool).await.unwrap();
    assert_eq!(migrator(thirty()).run(&pool).await.unwrap().len(), 29);
    // One alone, and then 2, 4, 8 and 14, or fewer where the server is slow.
    assert!((4..10).contains(&messages(&proxy).len()), "{:?}", messages(&proxy));
}

/// The error, what the history says, and what is left are those of a migration that came alone.
#[tokio::test]
async fn a_statement_that_fails_says_what_it_says_alone() {
    const FIRST: &str = "CREATE TABLE t15 (a INT NOT NULL PRIMARY KEY);\n";
    for (bad, done, line, column) in [
        ("INSERT INTO t15 (a) VALUES ('ä😀', zz)", 1, 2, 1),
        ("INSERT INTO t15 VALUES (1); INSERT INTO t15 VALUES (1)", 2, 2, 29),
        ("INSERT INTO t15 VALUES (1), (NULL);", 1, 2, 1),
        ("\n  CREATE TABEL t15b (a INT)", 1, 3, 10),
        ("INSERT INTO t15 VALUES (7);\n  UPDATE t15 SET\n a = = 1", 2, 4, 6),
        ("CREATE TABLE t15b AS", 1, 2, 21),
        ("CREATE INDEX i15 ON t15 (zz)", 1, 2, 1),
        ("CREATE INDEX i15 ON t15 (a); CREATE INDEX j15 ON t15 (zz)", 2, 2, 30),
        ("CREATE INDEX i15 ON t15 (a); INSERT INTO t15 VALUES (1), (NULL)", 2, 2, 30),
        ("INSERT INTO t15\n  SELECT a FROM -- the last one\n", 1, 3, 16),
        ("CREATE TABLE t15b (a VARCHAR(9) DEFAULT 'it''s; \\'so', b INT,)", 1, 2, 62),
        ("CREATE TABLE t1 (a INT)", 1, 2, 1),
        ("ALTER TABLE t15 ADD b INT; CREATE TRIGGER g AFTER INSERT ON nowhere FOR EACH ROW SET NEW.a = 1", 2, 2, 28),
        ("CREATE USER 'somebody'@'%' IDENTIFIED BY 'geheim' WITH NOTHING", 1, 2, 56),
    ] {
        let bad = format!("{FIRST}{bad}");
        let (shared, alone) = (mysql().await, mysql().await);
        let error = migrator(thirty_with(&bad)).run(shared.pool()).await.unwrap_err();
        migrator(thirty()).steps(14).run(alone.pool()).await.unwrap();
        let other = by_itself(migrator(thirty_with(&bad))).run(alone.pool()).await.unwrap_err();
        assert_eq!(own_words(&error, &shared), own_words(&other, &alone));
        assert_eq!(error.kind(), ErrorKind::Migration, "{error}");
        let location = error.location().unwrap();
        assert_eq!((location.line, location.column), (line, column), "{error}");
        assert_eq!(error.location(), other.location());
        assert_eq!(error.report().len(), 14, "{error}");
        assert!(!text(&error).contains("uno_migrate_at") && !text(&error).contains("geheim"), "{error}");
        assert_eq!(said_of(&shared, "15_t15").await, said_of(&alone, "15_t15").await);
        assert_eq!(shared.history("statements_done").await[14], done.to_string());
        assert_eq!((shared.standing().await.len(), left(&shared).await.len()), (15, 15), "{error}");
        let set = thirty_with(&format!("{FIRST}{}", "INSERT INTO t15 VALUES (9)"));
        match done {
            1 => assert_eq!(migrator(set).run(shared.pool()).await.unwrap().len(), 16),
            _ => assert_eq!(migrator(set).run(shared.pool()).await.unwrap_err().kind(), ErrorKind::Interrupted),
        }
    }
}

#[tokio::test]
async fn a_lock_in_the_way_is_waited_for_by_the_migration_that_wants_it() {
    let db = mysql().await;
    db.exec("CREATE TABLE held (a INT); INSERT INTO held VALUES (1); CREATE TABLE rows_held (a INT PRIMARY KEY); INSERT INTO rows_held VALUES (1)").await;
    for (number, up) in [
        "CREATE TABLE t15 (a INT); INSERT INTO t15 VALUES (1); ALTER TABLE held ADD b INT; INSERT INTO t15 VALUES (2)",
        "CREATE TABLE t15 (a INT); INSERT INTO t15 VALUES (1); UPDATE rows_held SET a = a + 1; INSERT INTO t15 VALUES (2)",
    ]
    .into_iter()
    .enumerate()
    {
        let mut other = MySqlConnection::connect(db.url()).await.unwrap();
        sqlx::raw_sql("START TRANSACTION; SELECT * FROM held; UPDATE rows_held SET a = a + 10").execute(&mut other).await.unwrap();
        let free = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(2_500)).await;
            sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
        });
        let log = Log::default();
        let set = migrator(thirty_with(up)).namespace(format!("n{number}")).on_event(log.listener());
        let report = set.lock_timeout(Duration::from_secs(1)).run(db.pool()).await;
        free.await.unwrap();
        let report = report.unwrap();
        assert_eq!(report.len(), 30);
        assert_eq!(db.number("SELECT COUNT(*) FROM t15").await, 2);
        assert!(!log.lines().iter().any(|line| line.starts_with("failed")), "{:?}", log.lines());
        assert_eq!(log.lines().iter().filter(|line| line.starts_with("started 15_t15")).count(), 1);
        assert!(db.history("error").await.iter().all(|error| error == "-"));
        migrator(thirty()).namespace(format!("n{number}")).all().revert(db.pool()).await.unwrap();
    }
    assert_eq!(db.number("SELECT COUNT(b) FROM held").await, 0);
    assert_eq!(db.number("SELECT a FROM rows_held").await, 22);
}

#[tokio::test]
async fn rows_of_a_table_without_transactions_are_not_written_twice() {
    let server = Kind::MySql.start().unwrap();
    let db = mysql_on(&server).await;
    db.exec(
        "SET GLOBAL innodb_lock_wait_timeout = 1; CREATE TABLE kept (a INT) ENGINE = MyISAM; \
         CREATE TABLE held (a INT PRIMARY KEY); INSERT INTO held VALUES (1); \
         CREATE TRIGGER g AFTER INSERT ON kept FOR EACH ROW UPDATE held SET a = a + 1",
    )
    .await;
    let mut other = MySqlConnection::connect(db.url()).await.unwrap();
    sqlx::raw_sql("START TRANSACTION; UPDATE held SET a = 2").execute(&mut other).await.unwrap();
    let set = migrator(thirty_with("CREATE TABLE t15 (a INT); INSERT INTO kept VALUES (1)"));
    let error = set.run(db.pool()).await.unwrap_err();
    assert!(text(&error).contains("Lock wait timeout exceeded"), "{error}");
    assert_eq!(db.number("SELECT COUNT(*) FROM kept").await, 1);
    assert_eq!(db.standing().await[14], "15_t15 failed");
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
}

/// Nor where it is the word on them that could not be written.
#[tokio::test]
async fn rows_of_a_table_without_transactions_outlast_the_word_on_them() {
    let server = Kind::MySql.start().unwrap();
    let db = mysql_on(&server).await;
    db.exec("SET GLOBAL innodb_lock_wait_timeout = 1; CREATE TABLE kept (a INT) ENGINE = MyISAM").await;
    let set = migrator(thirty_with("CREATE TABLE t15 (a INT); INSERT INTO kept SELECT SLEEP(1)"));
    let change =
        "START TRANSACTION; SELECT * FROM uno_migrations WHERE id = '15_t15' FOR UPDATE; DO SLEEP(2.5); ROLLBACK";
    let error = while_it_sleeps(&db, set, change).await;
    assert!(text(&error).contains("Lock wait timeout exceeded"), "{error}");
    assert_eq!(error.location().unwrap().column, 27, "{error}");
    assert_eq!(db.number("SELECT COUNT(*) FROM kept").await, 1);
    assert_eq!(db.standing().await[14], "15_t15 failed");
}

#[tokio::test]
async fn rows_of_a_migration_are_no_answers_of_ours() {
    let db = mysql().await;
    let (proxy, pool) = through(&db).await;
    let set = thirty_with(
        "CREATE TABLE t15 (a INT); INSERT INTO t15 VALUES (1), (2) RETURNING a; ANALYZE TABLE t15; \
         WITH a AS (SELECT 1 AS uno_migrate_at) SELECT uno_migrate_at, '1' AS uno_migrate_took FROM a; OPTIMIZE TABLE t15",
    );
    assert_eq!(migrator(set).run(&pool).await.unwrap().len(), 30);
    assert_eq!((messages(&proxy).len(), db.number("SELECT COUNT(*) FROM t15").await), (1, 2));
}

/// Bodies with semicolons, comments at ends, and what an executable comment holds.
#[tokio::test]
async fn statements_stay_apart() {
    let db = mysql().await;
    let (proxy, pool) = through(&db).await;
    let set = thirty_with(
        "CREATE TABLE t15 (a INT) -- no end\n;\nCREATE TRIGGER g BEFORE INSERT ON t15 FOR EACH ROW BEGIN IF NEW.a > 1 THEN SET NEW.a = 1; END IF; END;\n\
         INSERT INTO t15 VALUES (5) # a ; b\n; ;; INSERT INTO t15 VALUES (6) /* c */; CREATE TABLE /*!50000 IF NOT EXISTS */ t15 (a INT) -- the end",
    );
    assert_eq!(migrator(set).run(&pool).await.unwrap().len(), 30);
    assert_eq!((messages(&proxy).len(), db.number("SELECT CAST(SUM(a) AS SIGNED) FROM t15").await), (1, 2));
}

#[tokio::test]
async fn what_can_share_no_message_comes_between() {
    async fn up(ctx: &mut Context<'_>) -> Result {
        ctx.execute("CREATE TABLE t25 (a INT)").await.map(drop)
    }
    let db = mysql().await;
    let (proxy, pool) = through(&db).await;
    db.exec("CREATE PROCEDURE p() BEGIN CREATE TABLE t20 (a INT); SELECT 1; SELECT 2; END").await;
    let mut set = thirty();
    set[4] = sql("05_t5", "SET SESSION sql_mode = 'ANSI_QUOTES'; CREATE TABLE \"t5\" (a INT)", "DROP TABLE t5");
    set[9] = sql(
        "10_t10",
        "-- Transaction: none\nCREATE TABLE t10 (a INT); BEGIN; INSERT INTO t10 VALUES (1); COMMIT",
        "DROP TABLE t10",
    );
    set[14] = sql("15_t15", "-- LockTimeout: 3s\nCREATE TABLE t15 (a INT)", "DROP TABLE t15");
    set[19] = sql("20_t20", "CALL p()", "DROP TABLE t20");
    set[24] = sql("25_t25", "-- AfterApply: quiet\nCREATE TABLE t25x (a INT)", "DROP TABLE t25x");
    let log = Log::default();
    let report = migrator(set).hook("quiet", up).on_event(log.listener()).run(&pool).await.unwrap();
    assert_eq!(report.len(), 30);
    assert_eq!(messages(&proxy).len(), 6);
    assert_eq!(db.history("seq").await, (1..=30).map(|seq| seq.to_string()).collect::<Vec<_>>());
    let applied: Vec<_> = log.lines().into_iter().filter(|line| line.starts_with("applied")).collect();
    assert!(applied.len() == 30 && applied.is_sorted(), "{applied:?}");
}

/// Whoever takes over ends a message by raising the fence, and whoever changes a row that it works on.
#[tokio::test]
async fn a_history_that_is_not_as_it_was_left_ends_the_message() {
    const UP: &str = "CREATE TABLE t15 (a INT); CREATE TABLE t15b AS SELECT SLEEP(1); CREATE TABLE t15c (a INT)";
    for (change, kind, standing) in [
        ("UPDATE uno_migrations_lease SET epoch = epoch + 1, owner = 'another'", ErrorKind::LeaseLost, "running"),
        ("UPDATE uno_migrations SET epoch = epoch + 1 WHERE id = '15_t15'", ErrorKind::History, "running"),
        ("DELETE FROM uno_migrations WHERE id = '15_t15'", ErrorKind::History, "-"),
    ] {
        let (shared, alone) = (mysql().await, mysql().await);
        let error = while_it_sleeps(&shared, migrator(thirty_with(UP)), change).await;
        migrator(thirty()).steps(14).run(alone.pool()).await.unwrap();
        let other = while_it_sleeps(&alone, by_itself(migrator(thirty_with(UP))), change).await;
        assert_eq!(error.kind(), kind, "{error}\n{other}");
        assert_eq!((error.kind(), own_words(&error, &shared)), (other.kind(), own_words(&other, &alone)));
        assert_eq!(said_of(&shared, "15_t15").await, said_of(&alone, "15_t15").await);
        assert_eq!(shared.history("status").await.get(14).map_or("-", String::as_str), standing);
        assert_eq!(left(&shared).await.len(), 16, "{:?}", left(&shared).await);
    }
}

/// Sessions that read what is committed at each moment lock nothing by reading.
#[tokio::test]
async fn the_next_migration_waits_for_whoever_raises_the_fence() {
    // By default, its own last word waits already.
    for (isolation, last) in [("READ-COMMITTED", "15_t15 applied"), ("REPEATABLE-READ", "15_t15 running")] {
        let server = Kind::MySql.start().unwrap();
        let db = mysql_on(&server).await;
        db.exec(&format!("SET GLOBAL tx_isolation = '{isolation}'")).await;
        // The migration that sleeps ends in the meantime.
        let change = "START TRANSACTION; UPDATE uno_migrations_lease SET epoch = epoch + 1, owner = 'another' WHERE id = 2; \
             DO SLEEP(2); COMMIT; UPDATE uno_migrations_lease SET epoch = epoch + 1, owner = 'another' WHERE id = 1";
        let up = "CREATE TABLE t15 (a INT); CREATE TABLE t15b AS SELECT SLEEP(1)";
        let error = while_it_sleeps(&db, migrator(thirty_with(up)), change).await;
        assert_eq!(error.kind(), ErrorKind::LeaseLost, "{isolation}: {error}");
        assert!(!left(&db).await.contains(&"t16".to_owned()), "{isolation}: {:?}", left(&db).await);
        assert_eq!(db.standing().await.last().unwrap(), last, "{isolation}");
    }
}

/// The error of a run whose history is changed while a statement of it sleeps.
async fn while_it_sleeps(db: &Db, migrator: Migrator, change: &'static str) -> Error {
    let other = db.pool().clone();
    let changed = tokio::spawn(async move {
        let sleeping =
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep' AND DB = DATABASE()";
        while sqlx::query_scalar::<_, i64>(sleeping).fetch_one(&other).await.unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        sqlx::raw_sql(change).execute(&other).await.unwrap();
    });
    let error = migrator.run(db.pool()).await.unwrap_err();
    changed.await.unwrap();
    error
}

/// What changes the history's tables from within a migration is found to have done so.
#[tokio::test]
async fn a_migration_that_raises_the_fence_is_taken_back() {
    let db = mysql().await;
    let up = "CREATE TABLE t15 (a INT); UPDATE uno_migrations_lease SET epoch = epoch + 1; CREATE TABLE t15b (a INT)";
    let error = migrator(thirty_with(up)).run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History, "{error}");
    assert!(text(&error).contains("is not as it was read"), "{error}");
    assert_eq!((db.standing().await.last().unwrap().as_str(), left(&db).await.len()), ("15_t15 failed", 15));
}

/// Who asks to stop does not wait for all that is under way; nothing is in doubt after that.
#[tokio::test]
async fn a_message_ends_early_when_it_is_asked_to() {
    let db = mysql().await;
    let set = || thirty_with("CREATE TABLE t15 (a INT); INSERT INTO t15 SELECT SLEEP(60); INSERT INTO t15 VALUES (1)");
    let began = Instant::now();
    let stop = tokio::time::sleep(Duration::from_millis(300));
    let error = migrator(set()).cancel_on(stop).run(db.pool()).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    assert_eq!(error.report().len(), 14, "{error}");
    assert_eq!(db.standing().await.last().unwrap(), "15_t15 failed");
    assert!(text(&error).contains("1 of its 3 statements"), "{error}");
    let set = thirty_with("CREATE TABLE t15 (a INT); INSERT INTO t15 SELECT SLEEP(0); INSERT INTO t15 VALUES (1)");
    assert_eq!(migrator(set).run(db.pool()).await.unwrap().len(), 16);
    assert_eq!(db.number("SELECT COUNT(*) FROM t15").await, 2);
}

/// The server may be told to stop between two statements, of which it says nothing.
#[tokio::test]
async fn a_message_of_short_statements_ends_as_well() {
    let db = mysql().await;
    let set = || {
        let up = |number: usize| {
            let rows = "INSERT INTO t VALUES (1);".repeat(20).replace("INTO t", &format!("INTO t{number}"));
            sql(&format!("{number:02}_t{number}"), &format!("CREATE TABLE t{number} (a INT); {rows}"), "SELECT 1")
        };
        (1..=40).map(up).collect::<Vec<_>>()
    };
    let stop = tokio::time::sleep(Duration::from_millis(100));
    let began = Instant::now();
    match migrator(set()).cancel_on(stop).run(db.pool()).await {
        Ok(report) => assert_eq!(report.len(), 40),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
            assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
        }
    }
    migrator(set()).run(db.pool()).await.unwrap();
    let counts = (1..=40).map(|number| format!("SELECT COUNT(*) AS n FROM t{number}")).collect::<Vec<_>>();
    assert_eq!(db.number(&format!("SELECT COUNT(*) FROM ({}) c WHERE n <> 20", counts.join(" UNION ALL "))).await, 0);
}

/// The server does not stop when its client is gone: what it has heard of is done, or ended, and the history says which.
#[tokio::test]
async fn a_connection_that_breaks_leaves_the_history_true() {
    let at = {
        let db = mysql().await;
        let (proxy, pool) = through(&db).await;
        migrator(thirty()).run(&pool).await.unwrap();
        messages(&proxy)[0]
    };
    for before in [true, false] {
        let db = mysql().await;
        let (proxy, pool) = through(&db).await;
        if before {
            proxy.cut_before(at);
        } else {
            proxy.cut_after(at);
        }
        match migrator(thirty()).run(&pool).await {
            Ok(report) => assert!(!before && report.len() == 30),
            Err(error) => {
                let applied = db.standing().await.iter().filter(|row| row.ends_with("applied")).count();
                assert_eq!(applied, error.report().len(), "{error}");
                assert!(applied == 0 || !before, "{error}");
            }
        }
        assert!(proxy.was_cut());
        migrator(thirty()).run(&pool).await.unwrap();
        assert_eq!(db.standing().await.len(), 30);
    }
}

/// Of the indexes of a new table the catalogue tells without having been asked before, and so the journal says nothing
/// between them.
#[tokio::test]
async fn what_the_catalogue_tells_is_not_said() {
    let server = Kind::MySql.start().unwrap();
    let db = mysql_on(&server).await;
    db.exec("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1").await;
    let up = "CREATE TABLE t15 (a INT, b INT); CREATE INDEX i15 ON t15 (a); CREATE INDEX a ON t15 (b); DROP TABLE IF EXISTS u";
    assert_eq!(migrator(thirty_with(up)).run(db.pool()).await.unwrap().len(), 30);
    let said =
        "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE argument LIKE 'SET @uno_migrate_at = 0%'";
    let message = db.texts(said).await.concat();
    let between = |one: &str, other: &str| {
        let rest = &message[message.find(one).unwrap()..];
        rest[..rest.find(other).unwrap()].contains("UPDATE")
    };
    assert!(!between("\nCREATE TABLE t15", "\nCREATE INDEX i15"));
    assert!(between("\nCREATE INDEX i15", "\nCREATE INDEX a"), "a column of the table is called so");
    assert!(between("\nCREATE INDEX a", "\nDROP TABLE"));
    assert_eq!(db.history("metadata").await[14], "-");
}

/// A table and its indexes are cut off at each of them; what cannot have come about so is asked for.
#[tokio::test]
async fn a_table_and_its_indexes_are_settled_by_the_catalogue() {
    let server = Kind::MySql.start().unwrap();
    let up = "CREATE TABLE t15 (a INT); CREATE INDEX i15 ON t15 (a); CREATE INDEX j15 ON t15 (a)";
    let set = move || migrator(thirty_with(up).split_off(14)).lease(Duration::from_secs(1));
    for (done, goes_on) in [
        ("DO 0", true),
        ("CREATE TABLE t15 (a INT)", true),
        ("CREATE TABLE t15 (a INT, INDEX i15 (a))", true),
        ("CREATE TABLE t15 (a INT, INDEX i15 (a), INDEX j15 (a))", true),
        ("CREATE TABLE t15 (a INT, INDEX j15 (a))", false),
    ] {
        let db = mysql_on(&server).await;
        let mut blocking = without_ddl(&db).await;
        let pool = db.pool().clone();
        let run = tokio::spawn(async move { set().run(&pool).await });
        let session = waits(&mut blocking).await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("KILL {session}"))).execute(&mut blocking).await.unwrap();
        let error = run.await.unwrap().unwrap_err();
        assert!(text(&error).contains("0 of its 3 statements are done, and the next 3 may be"), "{error}");
        sqlx::raw_sql("BACKUP STAGE END").execute(&mut blocking).await.unwrap();
        db.exec(done).await;
        let goes = set().run(db.pool()).await;
        if goes_on {
            assert_eq!(goes.unwrap_or_else(|error| panic!("{done}: {error}")).len(), 16);
        } else {
            let asked = goes.unwrap_err();
            assert_eq!(asked.kind(), ErrorKind::Interrupted, "{asked}");
            assert!(asked.message().starts_with("which of the statements 1 to 3 of `15_t15` were applied?"), "{asked}");
            let other = up.replace("j15", "k15");
            let asked = migrator(thirty_with(&other).split_off(14)).run(db.pool()).await.unwrap_err();
            assert!(asked.message().starts_with("which of the statements 1 to 3"), "{asked}");
            assert!(asked.remedy().unwrap().contains("all of them: put it back into the file"), "{asked}");
            db.exec("CREATE INDEX i15 ON t15 (a)").await;
            let applied = Repair::Applied { id: "15_t15".into(), statement: 3 };
            set().repair(db.pool(), applied).await.unwrap();
            assert_eq!(set().run(db.pool()).await.unwrap().len(), 15);
        }
        let indexes = "SELECT COUNT(DISTINCT INDEX_NAME) FROM information_schema.STATISTICS \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't15'";
        assert_eq!(db.number(indexes).await, 2, "{done}");
    }
}

/// Where the history cannot be told how far a message came, that stays in doubt, and the catalogue tells.
#[tokio::test]
async fn a_table_whose_index_fails_is_settled_where_the_history_cannot_be_written() {
    let server = Kind::MySql.start().unwrap();
    let db = mysql_on(&server).await;
    let set = |column: &str| {
        let up = format!("CREATE TABLE t15 (a INT); CREATE INDEX i15 ON t15 ({column})");
        migrator(thirty_with(&up).split_off(14)).lock_timeout(Duration::from_secs(2)).lease(Duration::from_secs(1))
    };
    let mut blocking = without_ddl(&db).await;
    let (pool, run) = (db.pool().clone(), set("zz"));
    let run = tokio::spawn(async move { run.run(&pool).await });
    waits(&mut blocking).await;
    let mut other = MySqlConnection::connect(db.url()).await.unwrap();
    let lock = "START TRANSACTION; SELECT * FROM uno_migrations WHERE id = '15_t15' FOR UPDATE";
    sqlx::raw_sql(lock).execute(&mut other).await.unwrap();
    sqlx::raw_sql("BACKUP STAGE END").execute(&mut blocking).await.unwrap();
    let error = run.await.unwrap().unwrap_err();
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    assert!(text(&error).contains("Lock wait timeout exceeded"), "{error}");
    let standing = db.standing().await;
    assert!(standing.iter().any(|row| row == "15_t15 running"), "{standing:?}");
    let error = set("zz").run(db.pool()).await.unwrap_err();
    assert!(text(&error).contains("1 of its 2 statements"), "{error}");
    assert_eq!(set("a").run(db.pool()).await.unwrap().len(), 16);
}

/// A session that lets nobody change the schema of a database that has a history.
async fn without_ddl(db: &Db) -> MySqlConnection {
    migrator(thirty()).namespace("before").steps(1).run(db.pool()).await.unwrap();
    let mut blocking = MySqlConnection::connect(db.url()).await.unwrap();
    sqlx::raw_sql("BACKUP STAGE START; BACKUP STAGE BLOCK_DDL").execute(&mut blocking).await.unwrap();
    blocking
}

/// The session that waits for that, once one does.
async fn waits(blocking: &mut MySqlConnection) -> i64 {
    let waiting =
        "SELECT id FROM information_schema.PROCESSLIST WHERE INFO LIKE 'CREATE TABLE t15 %' AND DB = DATABASE()";
    loop {
        match sqlx::query_scalar(waiting).fetch_optional(&mut *blocking).await.unwrap() {
            Some(session) => return session,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// A statement of which nobody has heard is settled by the catalogue, as one that came alone.
#[tokio::test]
async fn a_session_that_is_ended_leaves_a_statement_in_doubt_at_most() {
    let db = mysql().await;
    let set = |seconds: u32| {
        thirty_with(&format!(
            "CREATE TABLE t15 (a INT); CREATE TABLE t15b AS SELECT SLEEP({seconds}); INSERT INTO t15 VALUES (1)"
        ))
    };
    let other = db.pool().clone();
    let killer = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let slow = "SELECT id FROM information_schema.PROCESSLIST WHERE INFO LIKE 'CREATE TABLE t15b%' AND DB = DATABASE()";
            if let Ok(id) = sqlx::query_scalar::<_, i64>(slow).fetch_one(&other).await {
                sqlx::raw_sql(sqlx::AssertSqlSafe(format!("KILL {id}"))).execute(&other).await.unwrap();
                return;
            }
        }
    });
    let error = migrator(set(20)).run(db.pool()).await.unwrap_err();
    killer.await.unwrap();
    assert_eq!((error.path(), error.report().len()), (Some("15_t15.sql"), 14), "{error}");
    assert_eq!(db.standing().await.last().unwrap(), "15_t15 running");
    assert!(text(&error).contains("1 of its 3 statements are done, and the next one may be"), "{error}");
    let asked = migrator(set(20)).run(db.pool()).await.unwrap_err();
    assert_eq!(asked.kind(), ErrorKind::Interrupted, "{asked}");
    assert!(asked.message().starts_with("was statement 2 of `15_t15` applied?"), "{asked}");
}
