//! Modified, ahead, out of order, breaking, irreversible: what is refused, what is let pass.

use uno_migrate::{ErrorKind, Migration, Migrator, Policy, State};

use crate::kit::{Ask, Log, abc, ids, migrator, sql, table};
use crate::support::each_database;

fn modified() -> Migrator {
    migrator([sql("1_a", "CREATE TABLE a (id INT)", "DROP TABLE a"), table("2_b")])
}

/// What `2_b` is to a binary that has only `1_a`.
async fn ahead_of<DB: uno_migrate::Driver>(pool: &sqlx::Pool<DB>, newest: Migration) -> Migrator {
    migrator([table("1_a"), newest]).run(pool).await.unwrap();
    migrator([table("1_a")])
}

each_database! {
    async fn a_modified_migration(db) {
        migrator([table("1_a")]).run(db.pool()).await.unwrap();
        let error = modified().run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Modified, "migration `1_a` changed since it was applied"));
        assert_eq!(db.standing().await, ["1_a applied"], "nothing ran");
        let log = Log::default();
        let report = modified().on_modified(Policy::Warn).on_event(log.listener()).run(db.pool()).await.unwrap();
        assert_eq!(ids(&report), ["2_b"]);
        assert_eq!(report.warnings.len(), 1);
        assert!(report.warnings[0].starts_with("migration `1_a` changed since it was applied"));
        assert_eq!(log.lines()[0], format!("warning {}", report.warnings[0]));
        let report = modified().on_modified(Policy::Allow).run(db.pool()).await.unwrap();
        assert!(report.is_empty() && report.warnings.is_empty());
        assert_eq!(modified().status(db.pool()).await.unwrap().state("1_a"), Some(State::Modified));
        assert_eq!(ids(&modified().all().revert(db.pool()).await.unwrap()), ["2_b", "1_a"], "it can be taken back");
    }

    async fn a_database_that_is_ahead(db) {
        let old = ahead_of(db.pool(), table("2_b")).await;
        let report = old.run(db.pool()).await.unwrap();
        assert_eq!(report.warnings.len(), 1);
        assert!(report.warnings[0].starts_with("migration `2_b` is applied and not in this set"), "{report}");
        assert!(old.clone().on_ahead(Policy::Allow).run(db.pool()).await.unwrap().warnings.is_empty());
        let error = old.clone().on_ahead(Policy::Error).run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Ahead, "migration `2_b` is applied and not in this set"));
        assert_eq!(old.status(db.pool()).await.unwrap().state("2_b"), Some(State::Ahead));
    }

    async fn what_comes_late(db) {
        migrator([table("1_a"), table("3_c")]).run(db.pool()).await.unwrap();
        let error = abc_of_tables().on_out_of_order(Policy::Error).run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::OutOfOrder, "migration `2_b` is pending and belongs before one that is applied"));
        assert_eq!(abc_of_tables().status(db.pool()).await.unwrap().state("2_b"), Some(State::OutOfOrder));
        let report = abc_of_tables().run(db.pool()).await.unwrap();
        assert_eq!((ids(&report), report.warnings.len()), (vec!["2_b"], 1));
        assert!(!report.warnings[0].contains("give it a later version"), "it is applied by now: {report}");
        assert!(abc_of_tables().run(db.pool()).await.unwrap().warnings.is_empty());
    }

    async fn breaking_always_refuses(db) {
        let newest = sql("2_b", "-- Breaking: names moved to `people`\nCREATE TABLE b (id INT)", "DROP TABLE b");
        let old = ahead_of(db.pool(), newest).await.on_ahead(Policy::Allow);
        for error in [old.run(db.pool()).await.unwrap_err(), old.validate(db.pool()).await.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Breaking);
            assert!(error.message().contains("names moved to `people`"), "{error}");
        }
        let status = old.status(db.pool()).await.unwrap();
        assert_eq!(status.migrations[1].note.as_deref(), Some("names moved to `people`"));
        // Taken back, it is no longer in the way.
        old.clone().on_stored_down(Policy::Allow).revert(db.pool()).await.unwrap();
        old.run(db.pool()).await.unwrap();
    }

    async fn a_stored_way_down(db) {
        let newest = sql("2_b", "CREATE TABLE b (id INT)", "-- Transaction: none\nINSERT INTO a (id) VALUES (7);\nDROP TABLE b;");
        let old = ahead_of(db.pool(), newest).await;
        let error = old.revert(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StoredDown);
        assert_eq!(db.tables().await, ["a", "b", "uno_migrations"]);
        let plan = old.clone().on_stored_down(Policy::Warn).plan_revert(db.pool()).await.unwrap();
        assert_eq!((plan.steps.len(), plan.warnings.len()), (1, 1));
        let report = old.clone().on_stored_down(Policy::Allow).revert(db.pool()).await.unwrap();
        assert_eq!((ids(&report), report.warnings.len()), (vec!["2_b"], 0));
        assert_eq!(db.tables().await, ["a", "uno_migrations"]);
        assert_eq!(db.number("SELECT COUNT(*) FROM a WHERE id = 7").await, 1);
        assert_eq!(db.standing().await, ["1_a applied", "2_b reverted"]);
    }

    async fn a_stored_way_down_that_fails_is_told_as_such(db) {
        let old = ahead_of(db.pool(), sql("2_b", "CREATE TABLE b (id INT)", "DROP TABLE b; DROP TABLE missing")).await;
        let error = old.on_stored_down(Policy::Allow).revert(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration);
        assert_eq!(error.path(), Some("the down SQL stored in the database"));
    }

    async fn without_a_stored_way_down_there_is_none(db) {
        let irreversible = Migration::sql("2_b", "-- Irreversible: data is gone\nCREATE TABLE b (id INT)", None);
        let old = ahead_of(db.pool(), irreversible).await.on_stored_down(Policy::Allow);
        let error = old.revert(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StoredDown);
        assert_eq!(error.message(), "migration `2_b` is not in this set, and its history row has no down SQL");
    }

    async fn irreversible_is_refused_before_anything_is_reverted(db) {
        let set = || migrator([Migration::sql("1_a", "-- Irreversible: the legacy data is gone\nCREATE TABLE a (id INT)", None), table("2_b")]);
        set().run(db.pool()).await.unwrap();
        let error = set().all().revert(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Irreversible, "migration `1_a` is irreversible: the legacy data is gone"));
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
        assert_eq!(ids(&set().target("1_a").revert(db.pool()).await.unwrap()), ["2_b"]);
    }

    async fn a_missing_way_down(db) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("1_a.sql"), "CREATE TABLE a (id INT);\n").unwrap();
        let set = || Migrator::new(uno_migrate::Directory::new([folder.path()]));
        let error = set().run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains("there is no `-- DOWN` section"), "{error}");
        set().allow_missing_down(true).run(db.pool()).await.unwrap();
        let error = set().allow_missing_down(true).revert(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Irreversible, "migration `1_a` has no way down"));
    }

    async fn a_section_that_is_empty_on_purpose(db) {
        let set = migrator([sql("1_a", "CREATE TABLE a (id INT)", "-- Nothing: the data stays\n")]);
        set.run(db.pool()).await.unwrap();
        assert_eq!(ids(&set.revert(db.pool()).await.unwrap()), ["1_a"]);
        assert_eq!(db.tables().await, ["a", "uno_migrations"]);
        assert_eq!(db.standing().await, ["1_a reverted"]);
    }

    async fn a_dependency_on_what_only_the_database_knows_is_refused(db) {
        abc().run(db.pool()).await.unwrap();
        let error = migrator([crate::kit::dependent("4_d", &["3_c"])]).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
}

fn abc_of_tables() -> Migrator {
    migrator([table("1_a"), table("2_b"), table("3_c")])
}
