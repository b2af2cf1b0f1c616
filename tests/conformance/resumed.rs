//! A migration that failed, was corrected, and goes on.

use uno_migrate::{Error, ErrorKind, FileTracker, Migration, Migrator, Repair, Tracker};

use crate::kit::{Ask, Log, ids, migrator, text};
use crate::support::{each_database, mysql, postgres, sqlite};

/// Every statement leaves a line each time that it runs.
const LINES: &str = "CREATE TABLE done_lines (line INT)";

fn line(number: u32) -> String {
    format!("INSERT INTO done_lines (line) VALUES ({number});\n")
}

fn lines(up: &str) -> Migrator {
    migrator([Migration::sql("1_a", format!("-- Transaction: none\n{up}"), "DELETE FROM done_lines")])
}

fn interrupted(error: &Error, cause: &str) {
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(text(error).contains(cause), "{error}");
}

each_database! {
    async fn what_is_done_is_not_done_again(db) {
        db.exec(LINES).await;
        let wrong = "INSERT INTO missing VALUES (2);\n";
        lines(&(line(1) + wrong + &line(3))).run(db.pool()).await.unwrap_err();
        let log = Log::default();
        let corrected = lines(&(line(1) + &line(2) + &line(3) + &line(4))).on_event(log.listener());
        assert_eq!(ids(&corrected.run(db.pool()).await.unwrap()), ["1_a"]);
        assert_eq!(db.texts("SELECT CAST(line AS CHAR(9)) FROM done_lines ORDER BY line").await.len(), 4);
        let statements: Vec<_> = log.lines().into_iter().filter(|line| line.starts_with("statement")).collect();
        assert_eq!(statements, ["statement 1_a line 3 2/4", "statement 1_a line 4 3/4", "statement 1_a line 5 4/4"]);
        assert!(lines(&(line(1) + &line(2) + &line(3) + &line(4))).validate(db.pool()).await.is_ok(), "its checksum is the file's");
        assert_eq!(db.history("statements_done").await, ["4"]);
    }

    async fn what_is_done_must_stay_as_it_was(db) {
        db.exec(LINES).await;
        let wrong = "INSERT INTO missing VALUES (3);\n";
        lines(&(line(1) + &line(2) + wrong)).run(db.pool()).await.unwrap_err();
        let changed = lines(&(line(1) + &line(9) + &line(3)));
        interrupted(&changed.run(db.pool()).await.unwrap_err(), "its statements that are done are not what they were");
        let shorter = lines(&line(1));
        interrupted(&shorter.run(db.pool()).await.unwrap_err(), "the file has only 1 statement: restore what is done");
        assert_eq!(db.number("SELECT COUNT(*) FROM done_lines").await, 2);
        // Blanks and comments are no change, and who knows better may say so.
        lines(&(line(1) + "-- two\n  " + &line(2) + wrong)).run(db.pool()).await.unwrap_err();
        changed.repair(db.pool(), Repair::Applied { id: "1_a".to_owned(), statement: 2 }).await.unwrap();
        assert_eq!(ids(&changed.run(db.pool()).await.unwrap()), ["1_a"]);
        assert_eq!(db.number("SELECT COUNT(*) FROM done_lines").await, 3);
    }

    async fn the_tail_may_go(db) {
        db.exec(LINES).await;
        lines(&(line(1) + "INSERT INTO missing VALUES (2);")).run(db.pool()).await.unwrap_err();
        assert_eq!(ids(&lines(&line(1)).run(db.pool()).await.unwrap()), ["1_a"]);
        assert_eq!(db.number("SELECT COUNT(*) FROM done_lines").await, 1);
        assert_eq!(db.standing().await, ["1_a applied"]);
    }

    async fn what_others_keep_in_the_row_stays(db) {
        db.exec(LINES).await;
        let set = |second: &str| lines(&(line(1) + second + &line(3)));
        set("INSERT INTO missing VALUES (2);\n").run(db.pool()).await.unwrap_err();
        let keeping = if db.is_postgres() {
            "UPDATE uno_migrations SET metadata = (metadata::jsonb || '{\"ticket\": 7}')::text"
        } else if db.is_mysql() {
            "UPDATE uno_migrations SET metadata = JSON_SET(metadata, '$.ticket', 7)"
        } else {
            "UPDATE uno_migrations SET metadata = json_set(metadata, '$.ticket', 7)"
        };
        db.exec(keeping).await;
        set(&line(2)).run(db.pool()).await.unwrap();
        assert_eq!(db.history("metadata").await, ["{\"ticket\":7}"]);
    }

    async fn a_history_in_a_file_goes_on_as_well(db) {
        db.exec(LINES).await;
        let home = tempfile::tempdir().unwrap();
        let file = FileTracker::new(home.path().join("history.json"));
        let set = |second: &str| lines(&(line(1) + second + &line(3))).tracker(file.clone());
        set("INSERT INTO missing VALUES (2);\n").run(db.pool()).await.unwrap_err();
        set(&line(2)).run(db.pool()).await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM done_lines").await, 3);
        assert_eq!(file.load().await.unwrap()[0].metadata, None);
    }

    async fn what_a_session_was_told_is_told_again(db) {
        db.exec(LINES).await;
        let (set, told) = match () {
            () if db.is_postgres() => ("SET my.number = '7';", "current_setting('my.number')::int"),
            () if db.is_mysql() => ("SET @number = 7;", "@number"),
            () => ("PRAGMA cache_size = 7;", "(SELECT cache_size FROM pragma_cache_size)"),
        };
        let tell = format!("INSERT INTO done_lines (line) SELECT {told};\n");
        lines(&format!("{set}\n{}{}", line(1), "INSERT INTO missing VALUES (2);")).run(db.pool()).await.unwrap_err();
        lines(&format!("{set}\n{}{tell}", line(1))).run(db.pool()).await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM done_lines WHERE line = 7").await, 1);
    }

    async fn what_a_session_cannot_be_told_again_is_named(db) {
        db.exec(LINES).await;
        let temporary = "CREATE TEMPORARY TABLE passing (id INT);\n";
        let set = |second: &str| lines(&(temporary.to_owned() + second));
        set("INSERT INTO missing VALUES (2);\n").run(db.pool()).await.unwrap_err();
        let error = set(&line(2)).run(db.pool()).await.unwrap_err();
        interrupted(&error, "statement 1 (at 2:1) left something in its session that is gone with it");
        set(&line(2)).repair(db.pool(), Repair::Applied { id: "1_a".to_owned(), statement: 0 }).await.unwrap();
        set(&line(2)).run(db.pool()).await.unwrap();
    }
}

#[tokio::test]
async fn what_fails_at_its_commit_is_not_done() {
    let db = postgres().await;
    db.exec("CREATE TABLE a (id INT PRIMARY KEY, up INT REFERENCES a DEFERRABLE INITIALLY DEFERRED)").await;
    db.exec(LINES).await;
    let set = |up: u32| lines(&format!("{}INSERT INTO a VALUES (1, {up});\n{}", line(1), line(3)));
    let error = set(2).run(db.pool()).await.unwrap_err();
    assert_eq!(error.location().map(|at| at.line), Some(3), "{error}");
    assert!(text(&error).contains("statement: INSERT INTO a VALUES (1, 2)"), "{error}");
    assert_eq!(db.history("statements_done").await, ["1"]);
    set(1).run(db.pool()).await.unwrap();
    assert_eq!(db.number("SELECT COUNT(*) FROM done_lines").await, 2);
}

/// A statement of which only the server knows that it cannot run in a transaction.
#[tokio::test]
async fn what_refuses_a_transaction_runs_without() {
    let db = postgres().await;
    db.exec("CREATE TABLE done_lines (line INT) PARTITION BY RANGE (line)").await;
    db.exec("CREATE TABLE few PARTITION OF done_lines FOR VALUES FROM (0) TO (100)").await;
    db.exec(
        "CREATE FUNCTION no_block() RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF now() <> statement_timestamp() THEN \
             RAISE 'cannot run inside a transaction block' USING ERRCODE = '25001'; END IF; RETURN 5; END $$",
    )
    .await;
    let set = lines(&(line(1) + "INSERT INTO done_lines SELECT no_block();\n" + &line(3)));
    assert_eq!(ids(&set.run(db.pool()).await.unwrap()), ["1_a"]);
    assert_eq!(db.number("SELECT COUNT(*) FROM done_lines").await, 3);
}

fn unique(name_exists: &str) -> Migrator {
    let index = format!(
        "-- Transaction: none\nINSERT INTO done_lines VALUES (9);\nCREATE UNIQUE INDEX CONCURRENTLY {name_exists}single ON done_lines (line);"
    );
    migrator([Migration::sql("1_a", index, "DROP INDEX single")])
}

#[tokio::test]
async fn an_index_that_was_left_invalid_is_named_and_built_again() {
    for if_not_exists in ["", "IF NOT EXISTS "] {
        let db = postgres().await;
        db.exec(LINES).await;
        db.exec("INSERT INTO done_lines VALUES (1), (1)").await;
        let error = unique(if_not_exists).run(db.pool()).await.unwrap_err();
        assert!(text(&error).contains("the index public.single was left INVALID"), "{error}");
        let valid = "SELECT COUNT(*) FROM pg_index WHERE indexrelid = 'single'::regclass AND indisvalid";
        assert_eq!(db.number(valid).await, 0);
        db.exec("DELETE FROM done_lines WHERE line = 1").await;
        let log = Log::default();
        unique(if_not_exists).on_event(log.listener()).run(db.pool()).await.unwrap();
        assert_eq!(db.number(valid).await, 1);
        let warning = "warning the index public.single is INVALID, left by a build that did not come to its end: \
                       it is dropped and built again";
        assert!(log.lines().contains(&warning.to_owned()), "{:?}", log.lines());
        assert_eq!(db.number("SELECT COUNT(*) FROM done_lines").await, 1);
    }
}

/// Not by this migration, but by somebody's own hands.
#[tokio::test]
async fn an_invalid_index_is_never_taken_for_one() {
    use sqlx::Executor;
    let db = postgres().await;
    db.exec(LINES).await;
    db.exec("INSERT INTO done_lines VALUES (1), (1)").await;
    let by_hand = "CREATE UNIQUE INDEX CONCURRENTLY single ON done_lines (line)";
    db.pool().acquire().await.unwrap().execute(by_hand).await.unwrap_err();
    db.exec("DELETE FROM done_lines").await;
    unique("IF NOT EXISTS ").run(db.pool()).await.unwrap();
    let valid = "SELECT COUNT(*) FROM pg_index WHERE indexrelid = 'single'::regclass AND indisvalid";
    assert_eq!(db.number(valid).await, 1);
}

#[tokio::test]
async fn everything_at_once_has_no_place_for_what_is_half_way() {
    let db = sqlite().await;
    db.exec(LINES).await;
    let wrong = lines(&(line(1) + "INSERT INTO missing VALUES (2);"));
    wrong.run(db.pool()).await.unwrap_err();
    // Its file does not say `Transaction: none` any more.
    let edited = || migrator([Migration::sql("1_a", line(1) + &line(2), "DELETE FROM done_lines")]);
    let error = edited().transaction(uno_migrate::TransactionMode::Whole).run(db.pool()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    edited().run(db.pool()).await.unwrap();
    assert_eq!(db.number("SELECT COUNT(*) FROM done_lines").await, 2);
}

#[tokio::test]
async fn mysql_a_table_without_transactions_is_asked_about() {
    let db = mysql().await;
    db.exec("CREATE TABLE done_lines (line INT) ENGINE = MyISAM").await;
    let set = lines(&(line(1) + "INSERT INTO missing VALUES (2);\n"));
    set.run(db.pool()).await.unwrap_err();
    // As a crash in the second statement would have left it.
    let corrected = lines(&(line(1) + &line(2)));
    let journal = "JSON_SET(metadata, '$.uno_migrate.statements.next', JSON_OBJECT('checksum', '1:x', 'statements', 1, \
                   'shared', TRUE, 'excerpt', 'INSERT INTO done_lines (line) VALUES (2)'))";
    db.exec(&format!(
        "UPDATE uno_migrations SET status = 'running', metadata = {}",
        journal.replace("TRUE", "JSON_EXTRACT('true', '$')")
    ))
    .await;
    let error = corrected.run(db.pool()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Interrupted, "was statement 2 of `1_a` applied?"),
        "{error}"
    );
}
