//! `TransactionMode::Whole`: all or nothing.

use uno_migrate::{ErrorKind, FileTracker, Migration, Migrator, TransactionMode};

use crate::kit::{Ask, Log, abc, ids, migrator, table};
use crate::support::each_database;

const WHOLE: TransactionMode = TransactionMode::Whole;

fn with(last: &str) -> Migrator {
    migrator([table("1_a"), table("2_b"), Migration::sql("3_c", last, "DELETE FROM a")]).transaction(WHOLE)
}

each_database! {
    async fn everything_or_nothing(db) {
        let log = Log::default();
        let broken = with("INSERT INTO missing VALUES (1)").on_event(log.listener());
        let error = broken.run(db.pool()).await.unwrap_err();
        if db.is_mysql() {
            assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "`TransactionMode::Whole` does not exist on MySQL and MariaDB"));
            let reverting = abc();
            reverting.run(db.pool()).await.unwrap();
            let error = reverting.transaction(WHOLE).all().revert(db.pool()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            return;
        }
        assert_eq!((error.kind(), error.path()), (ErrorKind::Migration, Some("3_c.sql")));
        assert!(error.report().is_empty());
        assert!(error.to_string().contains("none of the 3 migrations was applied"), "{error}");
        assert_eq!(db.tables().await, ["uno_migrations"]);
        assert!(db.standing().await.is_empty());
        assert!(!log.lines().iter().any(|line| line.starts_with("applied")), "{:?}", log.lines());

        let whole = with("INSERT INTO a (id) VALUES (1)");
        assert_eq!(ids(&whole.run(db.pool()).await.unwrap()), ["1_a", "2_b", "3_c"]);
        assert_eq!(db.history("seq").await, ["1", "2", "3"]);
        assert_eq!(ids(&whole.all().revert(db.pool()).await.unwrap()), ["3_c", "2_b", "1_a"]);
        assert_eq!(db.tables().await, ["uno_migrations"]);
    }

    async fn a_failed_revert_takes_everything_back(db) {
        if db.is_mysql() {
            return;
        }
        let set = || migrator([Migration::sql("1_a", "CREATE TABLE a (id INT)", "DROP TABLE missing"), table("2_b")]);
        set().run(db.pool()).await.unwrap();
        let error = set().transaction(WHOLE).all().revert(db.pool()).await.unwrap_err();
        assert_eq!(error.message(), "migration `1_a` could not be reverted");
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
        assert_eq!(db.tables().await, ["a", "b", "uno_migrations"]);
    }

    async fn what_has_no_transaction_is_refused_before_anything_runs(db) {
        if db.is_mysql() {
            return;
        }
        let error = with("-- Transaction: none\nINSERT INTO a (id) VALUES (1)").run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "`TransactionMode::Whole` cannot hold `3_c`, which runs outside a transaction"));
        assert!(db.tables().await.is_empty());

        let down = "-- Transaction: none\nDROP TABLE d";
        let set = || migrator([table("1_a"), Migration::sql("4_d", "CREATE TABLE d (id INT)", down)]).transaction(WHOLE);
        set().run(db.pool()).await.unwrap();
        let error = set().revert(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "`TransactionMode::Whole` cannot hold `4_d`, which runs outside a transaction"));
    }

    async fn a_history_elsewhere_is_refused(db) {
        let folder = tempfile::tempdir().unwrap();
        let tracker = FileTracker::new(folder.path().join("history.json"));
        let error = abc().transaction(WHOLE).tracker(tracker).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(db.tables().await.is_empty());
    }

    async fn a_table_rebuild_without_foreign_keys_is_refused_on_sqlite(db) {
        let rebuild = with("-- ForeignKeys: off\nINSERT INTO a (id) VALUES (1)");
        if db.is_sqlite() {
            let error = rebuild.run(db.pool()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert!(db.tables().await.is_empty(), "before anything runs");
        } else if db.is_postgres() {
            rebuild.run(db.pool()).await.unwrap();
        }
    }
}
