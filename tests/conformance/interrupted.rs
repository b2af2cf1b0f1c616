//! A migration that stopped half-way where the database could not undo it.

use uno_migrate::{Error, ErrorKind, Location, Migration, Migrator, Repair, State};

use crate::kit::{Ask, ids, migrator, table};
use crate::support::each_database;

/// The second statement fails until somebody creates the table `later`.
fn half_way() -> Migrator {
    let up = "-- Transaction: none\nCREATE TABLE b (id INT);\nINSERT INTO later VALUES (1);\nINSERT INTO b VALUES (1);";
    let down = "DROP TABLE b;\nDELETE FROM later;\nDELETE FROM a;";
    migrator([table("1_a"), Migration::sql("2_b", up, down), table("3_c")])
}

fn retry(id: &str) -> Repair {
    Repair::Retry { id: id.to_owned() }
}

fn applied(id: &str, statement: usize) -> Repair {
    Repair::Applied { id: id.to_owned(), statement }
}

fn said(error: &Error, kind: ErrorKind, message: &str) {
    assert_eq!((error.kind(), error.message()), (kind, message), "{error}");
}

each_database! {
    async fn the_next_run_refuses(db) {
        let error = half_way().run(db.pool()).await.unwrap_err();
        said(&error, ErrorKind::Migration, "migration `2_b` could not be applied");
        assert_eq!(error.path(), Some("2_b.sql"));
        let column = if db.is_postgres() { 13 } else { 1 };
        assert_eq!(error.location(), Some(Location { line: 3, column }), "{error}");
        assert_eq!(ids(error.report()), ["1_a"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
        assert_eq!(db.history("statements_done").await[1], "1");
        assert_eq!(half_way().status(db.pool()).await.unwrap().state("2_b"), Some(State::Failed));

        for _ in 0..2 {
            let error = half_way().run(db.pool()).await.unwrap_err();
            said(&error, ErrorKind::Interrupted, "migration `2_b` failed half-way while it was applied");
        }
        for verb in [half_way().revert(db.pool()).await.unwrap_err(), half_way().validate(db.pool()).await.unwrap_err()] {
            assert_eq!(verb.kind(), ErrorKind::Interrupted);
        }
        assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
    }

    async fn retry_starts_it_again(db) {
        half_way().run(db.pool()).await.unwrap_err();
        db.exec("DROP TABLE b").await;
        db.exec("CREATE TABLE later (id INT)").await;
        let report = half_way().repair(db.pool(), retry("2_b")).await.unwrap();
        assert_eq!(ids(&report), ["2_b"]);
        assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
        assert_eq!(db.history("error").await, ["-", "-", "-"]);
    }

    async fn applied_takes_it_for_done(db) {
        half_way().run(db.pool()).await.unwrap_err();
        let error = half_way().repair(db.pool(), applied("2_b", 2)).await.unwrap_err();
        said(&error, ErrorKind::Usage, "migration `2_b` has 3 statements, and 2 of them done leave it half-way");
        let error = half_way().repair(db.pool(), applied("2_b", 4)).await.unwrap_err();
        said(&error, ErrorKind::Usage, "migration `2_b` has 3 statements, not 4");
        db.exec("INSERT INTO b VALUES (1)").await;
        half_way().repair(db.pool(), applied("2_b", 3)).await.unwrap();
        assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["3_c"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
        assert!(!db.history("applied_at").await.contains(&"-".to_owned()));
    }

    async fn a_revert_that_stopped_is_taken_back_or_finished(db) {
        db.exec("CREATE TABLE later (id INT)").await;
        half_way().run(db.pool()).await.unwrap();
        let applied_at = db.history("applied_at").await;
        db.exec("DROP TABLE later").await;
        for done_by_hand in [false, true] {
            // `Transaction: none` counts for both directions, since the way down says nothing else.
            let error = half_way().only("2_b").revert(db.pool()).await.unwrap_err();
            said(&error, ErrorKind::Migration, "migration `2_b` could not be reverted");
            assert_eq!(db.standing().await, ["1_a applied", "2_b failed", "3_c applied"]);
            let error = half_way().run(db.pool()).await.unwrap_err();
            said(&error, ErrorKind::Interrupted, "migration `2_b` failed half-way while it was reverted");
            if done_by_hand {
                half_way().repair(db.pool(), applied("2_b", 3)).await.unwrap();
                assert_eq!(db.standing().await, ["1_a applied", "2_b reverted", "3_c applied"]);
            } else {
                db.exec("CREATE TABLE b (id INT)").await;
                half_way().repair(db.pool(), retry("2_b")).await.unwrap();
                assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
                assert_eq!(db.history("applied_at").await, applied_at);
            }
        }
        db.exec("CREATE TABLE later (id INT)").await;
        assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["2_b"]);
    }

    async fn what_failed_when_it_was_applied_again_is_reverted_again(db) {
        db.exec("CREATE TABLE later (id INT)").await;
        half_way().run(db.pool()).await.unwrap();
        half_way().only("2_b").revert(db.pool()).await.unwrap();
        db.exec("DROP TABLE later").await;
        half_way().run(db.pool()).await.unwrap_err();
        let error = half_way().run(db.pool()).await.unwrap_err();
        said(&error, ErrorKind::Interrupted, "migration `2_b` failed half-way while it was applied");
        db.exec("DROP TABLE b").await;
        db.exec("CREATE TABLE later (id INT)").await;
        half_way().repair(db.pool(), retry("2_b")).await.unwrap();
        assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["2_b"]);
        assert_eq!(db.history("reverted_at").await, ["-", "-", "-"]);
    }

    async fn a_crash_leaves_running(db) {
        half_way().target("1_a").run(db.pool()).await.unwrap();
        db.exec("UPDATE uno_migrations SET status = 'running', applied_at = NULL, statements_done = 0").await;
        let error = half_way().run(db.pool()).await.unwrap_err();
        said(&error, ErrorKind::Interrupted, "migration `1_a` was started and is not known to have ended");
        half_way().repair(db.pool(), applied("1_a", 1)).await.unwrap();
        assert_eq!(half_way().status(db.pool()).await.unwrap().state("1_a"), Some(State::Applied));
    }

    async fn a_transaction_in_the_file_is_one_unit(db) {
        let up = "-- Transaction: none\nINSERT INTO a (id) VALUES (1);\nBEGIN;\nINSERT INTO a (id) VALUES (2);\nINSERT INTO missing VALUES (3);\nCOMMIT;";
        let set = migrator([table("1_a"), Migration::sql("2_b", up, "DELETE FROM a")]);
        let error = set.run(db.pool()).await.unwrap_err();
        assert_eq!(error.location().map(|at| at.line), Some(5), "{error}");
        assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 1, "the transaction is undone as a whole");
        assert_eq!(db.history("statements_done").await[1], "1");
        assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
    }

    async fn what_cannot_run_in_a_transaction_runs_without(db) {
        let (up, down) = match () {
            () if db.is_postgres() => (
                "CREATE INDEX CONCURRENTLY one ON a (note);\nCREATE INDEX CONCURRENTLY two ON a (id, note);\nVACUUM a;",
                "DROP INDEX CONCURRENTLY two;\nDROP INDEX CONCURRENTLY one;",
            ),
            () if db.is_mysql() => ("CREATE INDEX one ON a (note);\nOPTIMIZE TABLE a;", "DROP INDEX one ON a"),
            () => ("CREATE INDEX one ON a (note);\nVACUUM;", "DROP INDEX one;\nVACUUM;"),
        };
        let set = migrator([table("1_a"), Migration::sql("2_b", format!("-- Transaction: none\n{up}"), down)]);
        set.run(db.pool()).await.unwrap();
        assert_eq!(ids(&set.steps(1).revert(db.pool()).await.unwrap()), ["2_b"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b reverted"]);
    }
}
