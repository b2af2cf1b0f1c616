//! What is said again when a migration goes on in another session, and what must not be.

use uno_migrate::{ErrorKind, Migration, Migrator, Repair};

use crate::kit::{Ask, migrator, text};
use crate::support::{mysql, sqlite};

const LINES: &str = "CREATE TABLE done_lines (line INT)";
const WRONG: &str = "INSERT INTO missing VALUES (1);\n";

fn lines(up: &str) -> Migrator {
    migrator([Migration::sql("1_a", format!("-- Transaction: none\n{up}"), "DELETE FROM done_lines")])
}

/// MariaDB sets a variable for one statement, which is more than a setting.
#[tokio::test]
async fn a_statement_with_a_setting_of_its_own_is_not_done_again() {
    let db = mysql().await;
    db.exec(LINES).await;
    let first = "SET STATEMENT max_statement_time = 9 FOR INSERT INTO done_lines VALUES (1);\n";
    lines(&format!("{first}{WRONG}")).run(db.pool()).await.unwrap_err();
    lines(&format!("{first}INSERT INTO done_lines VALUES (2);\n")).run(db.pool()).await.unwrap();
    assert_eq!(db.texts("SELECT CAST(line AS CHAR(9)) FROM done_lines ORDER BY line").await, ["1", "2"]);
}

/// What the last row was given is known to its own session only, where others read a 0.
#[tokio::test]
async fn what_the_session_knew_of_its_last_row_is_not_taken_for_nothing() {
    let db = mysql().await;
    db.exec("CREATE TABLE users (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(9))").await;
    db.exec("CREATE TABLE done_lines (line INT)").await;
    db.exec("CREATE PROCEDURE told(OUT number INT) SET number = 7").await;
    let user = "INSERT INTO users (name) VALUES ('a');\n";
    for (done, rest) in [
        (format!("{user}SET @id = LAST_INSERT_ID();\n"), "INSERT INTO done_lines VALUES (@id);\n"),
        (user.to_owned(), "INSERT INTO done_lines VALUES (LAST_INSERT_ID());\n"),
        ("CALL told(@id);\n".to_owned(), "INSERT INTO done_lines VALUES (@id);\n"),
    ] {
        lines(&format!("{done}{WRONG}")).run(db.pool()).await.unwrap_err();
        let set = lines(&format!("{done}{rest}"));
        let error = set.run(db.pool()).await.expect_err(&done);
        assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
        assert!(text(&error).contains("left something in its session that is gone with it"), "{error}");
        assert_eq!(db.number("SELECT COUNT(*) FROM done_lines").await, 0, "{done}");
        set.repair(db.pool(), Repair::Applied { id: "1_a".to_owned(), statement: 0 }).await.unwrap();
    }
    let db = sqlite().await;
    db.exec(LINES).await;
    let line = "INSERT INTO done_lines VALUES (7);\n";
    lines(&format!("{line}{WRONG}")).run(db.pool()).await.unwrap_err();
    let rest = "UPDATE done_lines SET line = 8 WHERE rowid = last_insert_rowid();\n";
    let error = lines(&format!("{line}{rest}")).run(db.pool()).await.unwrap_err();
    assert!(text(&error).contains("left something in its session that is gone with it"), "{error}");
}
