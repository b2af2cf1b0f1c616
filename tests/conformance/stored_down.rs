//! Down SQL that was stored in the history: read before anything is changed, and never past a `Breaking`.

use uno_migrate::{ErrorKind, Migration, Migrator, Policy, TransactionMode};

use crate::kit::{Ask, Log, abc, ids, migrator, table};
use crate::support::each_database;

/// `2_b` is not in it.
fn older() -> Migrator {
    migrator([table("1_a"), crate::kit::dependent("3_c", &["1_a"])]).on_stored_down(Policy::Allow)
}

fn breaking() -> Migration {
    let up = "-- Breaking: the column is gone\nCREATE TABLE b (id INT)";
    Migration::sql("2_b", up, "DROP TABLE b")
}

each_database! {
    async fn what_cannot_be_read_is_refused_before_anything_is_changed(db) {
        abc().run(db.pool()).await.unwrap();
        let unreadable = ["DROP TABLE b;\n\nDROP TABLE \"x", "DROP TABLE b;\n-- DOWN\nDROP TABLE a;", "-- Irreversible: no\nDROP TABLE b;", ""];
        for (number, sql) in unreadable.into_iter().enumerate() {
            db.exec(&format!("UPDATE uno_migrations SET down_sql = '{sql}' WHERE id = '2_b'")).await;
            let error = older().steps(2).revert(db.pool()).await.unwrap_err();
            assert_eq!((error.kind(), error.message()), (ErrorKind::StoredDown, "the stored down SQL of `2_b` cannot be read"));
            if number == 0 {
                assert!(error.to_string().contains("2_b.sql:3:12"), "its own lines: {error}");
            }
            assert_eq!(older().steps(2).plan_revert(db.pool()).await.unwrap_err().kind(), ErrorKind::StoredDown);
        }
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
    }

    async fn its_lines_are_its_own(db) {
        abc().run(db.pool()).await.unwrap();
        let log = Log::default();
        older().on_event(log.listener()).steps(2).revert(db.pool()).await.unwrap();
        assert!(log.lines().contains(&"statement 2_b line 1 1/1".to_owned()), "{:?}", log.lines());
    }

    async fn an_empty_way_down_stays_empty(db) {
        migrator([table("1_a"), Migration::sql("2_b", "CREATE TABLE b (id INT)", "-- Nothing: it stays")]).run(db.pool()).await.unwrap();
        let older = migrator([table("1_a")]).on_stored_down(Policy::Allow);
        assert_eq!(ids(&older.revert(db.pool()).await.unwrap()), ["2_b"]);
        assert!(db.tables().await.contains(&"b".to_owned()));
    }

    async fn one_transaction_for_all_sees_that_it_has_none(db) {
        if db.is_mysql() {
            return;
        }
        let set = migrator([table("1_a"), Migration::sql("2_b", "-- Transaction: none\nCREATE TABLE b (id INT)", "DROP TABLE b"), table("3_c")]);
        set.run(db.pool()).await.unwrap();
        let error = older().transaction(TransactionMode::Whole).steps(2).plan_revert(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "`TransactionMode::Whole` cannot hold `2_b`, which runs outside a transaction"));
    }

    async fn breaking_refuses_a_revert_too(db) {
        migrator([table("1_a"), breaking(), table("3_c")]).run(db.pool()).await.unwrap();
        for older in [
            older(),
            older().on_ahead(Policy::Allow),
            older().fake(true).all(),
            older().on_stored_down(Policy::Error).all(),
        ] {
            let error = older.revert(db.pool()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Breaking, "{error}");
        }
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
        // What the plan takes back is no longer there for anybody to run on.
        assert_eq!(ids(&older().steps(2).revert(db.pool()).await.unwrap()), ["3_c", "2_b"]);
        assert_eq!(ids(&older().revert(db.pool()).await.unwrap()), ["1_a"]);
    }
}
