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
    async fn looking_tells_and_the_next_run_goes_on(db) {
        let error = half_way().run(db.pool()).await.unwrap_err();
        said(&error, ErrorKind::Migration, "migration `2_b` could not be applied");
        assert_eq!(error.path(), Some("2_b.sql"));
        let column = if db.is_postgres() { 13 } else { 1 };
        assert_eq!(error.location(), Some(Location { line: 3, column }), "{error}");
        assert_eq!(ids(error.report()), ["1_a"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
        assert_eq!(db.history("statements_done").await[1], "1");
        assert_eq!(half_way().status(db.pool()).await.unwrap().state("2_b"), Some(State::Failed));
        let plan = half_way().plan(db.pool()).await.unwrap();
        assert_eq!(plan.ids().collect::<Vec<_>>(), ["2_b", "3_c"]);
        let left: Vec<_> = plan.steps[0].statements().iter().map(ToString::to_string).collect();
        assert_eq!(left, ["INSERT INTO later VALUES (1)", "INSERT INTO b VALUES (1)"]);

        for _ in 0..2 {
            let error = half_way().run(db.pool()).await.unwrap_err();
            said(&error, ErrorKind::Migration, "migration `2_b` could not be applied");
        }
        let error = half_way().validate(db.pool()).await.unwrap_err();
        said(&error, ErrorKind::Interrupted, "migration `2_b` failed half-way while it was applied");
        assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
        db.exec("CREATE TABLE later (id INT)").await;
        assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
        assert_eq!(db.history("metadata").await, ["-", "-", "-"]);
        assert_eq!(db.history("error").await, ["-", "-", "-"]);
    }

    async fn nothing_else_runs_before_it_has_gone_on(db) {
        half_way().run(db.pool()).await.unwrap_err();
        for error in [
            half_way().target("1_a").run(db.pool()).await.unwrap_err(),
            half_way().fake(true).run(db.pool()).await.unwrap_err(),
            migrator([table("1_a"), table("3_c")]).run(db.pool()).await.unwrap_err(),
            half_way().revert(db.pool()).await.unwrap_err(),
        ] {
            said(&error, ErrorKind::Interrupted, "migration `2_b` failed half-way while it was applied");
        }
        assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
    }

    async fn what_was_taken_back_by_hand_starts_again(db) {
        half_way().run(db.pool()).await.unwrap_err();
        db.exec("DROP TABLE b").await;
        db.exec("CREATE TABLE later (id INT)").await;
        let report = half_way().repair(db.pool(), applied("2_b", 0)).await.unwrap();
        assert_eq!(ids(&report), ["2_b"]);
        assert_eq!(db.standing().await, ["1_a applied"]);
        assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
    }

    async fn retry_goes_on_from_where_it_was(db) {
        half_way().run(db.pool()).await.unwrap_err();
        db.exec("CREATE TABLE later (id INT)").await;
        db.exec("UPDATE uno_migrations SET status = 'running' WHERE id = '2_b'").await;
        half_way().repair(db.pool(), retry("2_b")).await.unwrap();
        assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
        assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
        assert_eq!(db.number("SELECT COUNT(*) FROM b").await, 1);
    }

    async fn applied_says_how_far_it_is(db) {
        half_way().run(db.pool()).await.unwrap_err();
        let error = half_way().repair(db.pool(), applied("2_b", 4)).await.unwrap_err();
        said(&error, ErrorKind::Usage, "migration `2_b` has 3 statements, not 4");
        half_way().repair(db.pool(), applied("2_b", 2)).await.unwrap();
        assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
        assert_eq!(db.history("statements_done").await[1], "2");
        assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
        assert_eq!(db.number("SELECT COUNT(*) FROM b").await, 1);
        assert!(!db.history("applied_at").await.contains(&"-".to_owned()));
    }

    async fn applied_up_to_the_last_takes_it_for_done(db) {
        half_way().run(db.pool()).await.unwrap_err();
        half_way().repair(db.pool(), applied("2_b", 3)).await.unwrap();
        assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["3_c"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
        assert_eq!(db.number("SELECT COUNT(*) FROM b").await, 0);
    }

    async fn a_revert_that_stopped_goes_on_or_is_taken_back_or_finished(db) {
        db.exec("CREATE TABLE later (id INT)").await;
        half_way().run(db.pool()).await.unwrap();
        let applied_at = db.history("applied_at").await;
        for end in ["taken back", "finished", "gone on with"] {
            db.exec("DROP TABLE IF EXISTS later").await;
            // `Transaction: none` counts for both directions, since the way down says nothing else.
            let error = half_way().only("2_b").revert(db.pool()).await.unwrap_err();
            said(&error, ErrorKind::Migration, "migration `2_b` could not be reverted");
            assert!(db.standing().await.contains(&"2_b failed".to_owned()));
            for error in [
                half_way().run(db.pool()).await.unwrap_err(),
                half_way().steps(1).revert(db.pool()).await.unwrap_err(),
            ] {
                said(&error, ErrorKind::Interrupted, "migration `2_b` failed half-way while it was reverted");
            }
            match end {
                "taken back" => {
                    db.exec("CREATE TABLE b (id INT)").await;
                    half_way().repair(db.pool(), applied("2_b", 0)).await.unwrap();
                    assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
                    assert_eq!(db.history("applied_at").await, applied_at);
                    continue;
                }
                "finished" => drop(half_way().repair(db.pool(), applied("2_b", 3)).await.unwrap()),
                _ => {
                    db.exec("CREATE TABLE later (id INT)").await;
                    // The one that did not come to its end, not the last one.
                    assert_eq!(ids(&half_way().revert(db.pool()).await.unwrap()), ["2_b"]);
                }
            }
            assert!(db.standing().await.contains(&"2_b reverted".to_owned()));
            assert_eq!(db.history("metadata").await, ["-", "-", "-"]);
            db.exec("DROP TABLE IF EXISTS later").await;
            db.exec("CREATE TABLE later (id INT)").await;
            assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["2_b"]);
        }
    }

    async fn what_failed_when_it_was_applied_again_goes_on(db) {
        db.exec("CREATE TABLE later (id INT)").await;
        half_way().run(db.pool()).await.unwrap();
        half_way().only("2_b").revert(db.pool()).await.unwrap();
        db.exec("DROP TABLE later").await;
        half_way().run(db.pool()).await.unwrap_err();
        db.exec("CREATE TABLE later (id INT)").await;
        assert_eq!(ids(&half_way().run(db.pool()).await.unwrap()), ["2_b"]);
        assert_eq!(db.history("reverted_at").await, ["-", "-", "-"]);
    }

    async fn a_crash_leaves_running(db) {
        half_way().target("1_a").run(db.pool()).await.unwrap();
        db.exec("UPDATE uno_migrations SET status = 'running', applied_at = NULL, statements_done = 0").await;
        let error = half_way().run(db.pool()).await.unwrap_err();
        said(&error, ErrorKind::Interrupted, "migration `1_a` was started and is not known to have ended");
        assert!(error.remedy().unwrap().contains("look at the database"), "without a journal only a person knows: {error}");
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
        let error = set.repair(db.pool(), applied("2_b", 3)).await.unwrap_err();
        said(&error, ErrorKind::Usage, "statement 3 of migration `2_b` is in a transaction, of which all is done or nothing");
        assert_eq!(error.remedy().unwrap(), "give 5 if it was committed, and 1 if not");
        db.exec("CREATE TABLE missing (id INT)").await;
        set.run(db.pool()).await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 2);
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
