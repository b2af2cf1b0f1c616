//! A statement that fails: what is said, what stays, what is next.

use uno_migrate::{ErrorKind, Location, Migration, Migrator};

use crate::kit::{Ask, Log, ids, migrator, table, text};
use crate::support::{each_database, postgres};

/// The third migration fails at its third statement, whose second line is wrong.
fn failing() -> Migrator {
    let up = "CREATE TABLE c (id INT);\nINSERT INTO c VALUES (1);\n\nINSERT INTO c\n  (id, missing) VALUES (1, 2);\nDROP TABLE c;\n";
    migrator([table("1_a"), table("2_b"), Migration::sql("3_c", up, "DROP TABLE c"), table("4_d")])
}

each_database! {
    async fn the_error_names_the_place_and_the_statement(db) {
        let error = failing().run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration);
        assert_eq!(error.message(), "migration `3_c` could not be applied");
        assert_eq!(error.path(), Some("3_c.sql"));
        let at = if db.is_postgres() { Location { line: 5, column: 8 } } else { Location { line: 4, column: 1 } };
        assert_eq!(error.location(), Some(at));
        assert_eq!(ids(error.report()), ["1_a", "2_b"]);
        let shown = text(&error);
        assert!(shown.contains("statement: INSERT INTO c\n      (id, missing) VALUES (1, 2)\n"), "{shown}");
        assert!(shown.contains("missing"), "{shown}");
        assert!(shown.contains("2 of 4 migrations applied: `1_a`, `2_b`"), "{shown}");
    }

    async fn what_failed_leaves_nothing_where_the_database_can_undo_it(db) {
        let error = failing().run(db.pool()).await.unwrap_err();
        if db.is_mysql() {
            assert_eq!(db.tables().await, ["a", "b", "c", "uno_migrations"]);
            assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c failed"]);
            assert_eq!(db.history("statements_done").await[2], "2");
            assert!(db.history("error").await[2].starts_with("3_c.sql:4:1: "));
            assert!(text(&error).contains("2 of its 4 statements are done"), "{error}");
        } else {
            assert_eq!(db.tables().await, ["a", "b", "uno_migrations"]);
            assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
            let repaired = migrator([table("1_a"), table("2_b"), table("3_c"), table("4_d")]);
            assert_eq!(ids(&repaired.run(db.pool()).await.unwrap()), ["3_c", "4_d"]);
            assert_eq!(db.history("seq").await, ["1", "2", "3", "4"]);
        }
    }

    async fn a_syntax_error_is_pointed_at(db) {
        let up = "CREATE TABLE a (id INT);\n\n-- remark\nCREATE TABLE b (\n  id INT,\n  name VARCHAR(10) NOT NULLL\n);\n";
        let error = migrator([Migration::sql("1_a", up, "DROP TABLE a")]).run(db.pool()).await.unwrap_err();
        // SQLite does not say where it stopped reading.
        let at = match () {
            () if db.is_sqlite() => Location { line: 4, column: 1 },
            () => Location { line: 6, column: 24 },
        };
        assert_eq!(error.location(), Some(at), "{error}");
    }

    async fn positions_count_characters_not_bytes(db) {
        let up = "INSERT INTO a VALUES ('grüße 😀', missing);";
        let error = migrator([table("1_a"), Migration::sql("2_b", up, "DELETE FROM a")]).run(db.pool()).await.unwrap_err();
        if db.is_postgres() {
            assert_eq!(error.location(), Some(Location { line: 1, column: 34 }));
        }
        assert!(text(&error).contains("grüße 😀"));
    }

    async fn a_failed_revert_leaves_the_migration_applied(db) {
        let set = || migrator([table("1_a"), Migration::sql("2_b", "CREATE TABLE b (id INT)", "DROP TABLE b;\nDROP TABLE missing;")]);
        set().run(db.pool()).await.unwrap();
        let applied_at = db.history("applied_at").await;
        let error = set().all().revert(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Migration, "migration `2_b` could not be reverted"));
        assert!(error.report().is_empty());
        assert_eq!(db.history("applied_at").await, applied_at);
        if !db.is_mysql() {
            assert!(text(&error).contains("its way down was rolled back and left nothing behind: `2_b` is still applied"), "{error}");
            assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
            assert_eq!(db.tables().await, ["a", "b", "uno_migrations"]);
        }
    }

    async fn events_tell_the_failure(db) {
        let log = Log::default();
        failing().on_event(log.listener()).run(db.pool()).await.unwrap_err();
        assert_eq!(log.lines(), [
            "started 1_a up 1/4", "statement 1_a line 1 1/1", "applied 1_a",
            "started 2_b up 2/4", "statement 2_b line 1 1/1", "applied 2_b",
            "started 3_c up 3/4", "statement 3_c line 1 1/4", "statement 3_c line 2 2/4", "statement 3_c line 4 3/4", "failed 3_c",
        ]);
    }

    async fn passwords_are_not_shown(db) {
        let up = "CREATE TABLE a (id INT);\nCREATE USER somebody WITH NONSENSE PASSWORD 'hunter2'";
        let error = migrator([Migration::sql("1_a", up, "DROP TABLE a")]).run(db.pool()).await.unwrap_err();
        let source = std::error::Error::source(&error).unwrap();
        let said = format!("{error} {error:?} {source} {source:?}");
        assert!(!said.contains("hunter2"), "{said}");
        assert!(said.contains("PASSWORD '***'"), "{said}");
        if db.is_mysql() {
            assert!(!db.history("error").await[0].contains("hunter2"));
        }
    }

    async fn passwords_are_not_shown_where_a_file_cannot_be_read(db) {
        let up = "CREATE TABLE a (id INT);\nCREATE ROLE somebody PASSWORD 'hunter2;\n";
        let error = migrator([Migration::sql("1_a", up, "DROP TABLE a")]).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let source = std::error::Error::source(&error).unwrap();
        let said = format!("{error} {error:?} {source} {source:?}");
        assert!(!said.contains("hunter2") && said.contains("PASSWORD '***"), "{said}");
    }

    async fn a_long_statement_is_cut(db) {
        let up = format!("CREATE TABLE a (id INT);\nINSERT INTO a VALUES ({}, missing)", "1, ".repeat(2000));
        let error = migrator([Migration::sql("1_a", up, "DROP TABLE a")]).run(db.pool()).await.unwrap_err();
        assert!(text(&error).len() < 2000, "{error}");
    }
}

#[tokio::test]
async fn postgres_a_message_that_quotes_a_secret_is_masked() {
    let db = postgres().await;
    let up =
        "-- Transaction: none\nCREATE TABLE a (id INT);\nCREATE ROLE somebody PASSWORD 'eins' VALID UNTIL 'hunter2'";
    let error = migrator([Migration::sql("1_a", up, "DROP TABLE a")]).run(db.pool()).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    let said = format!("{error} {error:?} {source} {source:?}");
    assert!(!said.contains("hunter2"), "{said}");
    assert!(said.contains("invalid input syntax for type timestamp with time zone: \"***\""), "{said}");
    assert!(db.history("error").await[0].contains("\"***\""));
}
