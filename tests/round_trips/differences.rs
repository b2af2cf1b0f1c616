//! Whatever differs between a set and its history is seen, and then it is as ever.

use uno_migrate::{Driver, ErrorKind, Report};

use crate::agreed::three;
use crate::kit::{Ask, ids};
use crate::support::{TestDatabase, each_database};
use crate::wire::{Wire, each_server};

/// Runs three, changes the history, and runs them again.
async fn after<DB: Driver>(db: &TestDatabase<DB>, change: &str) -> Result<Report, uno_migrate::Error>
where
    TestDatabase<DB>: Ask<Database = DB>,
{
    three().run(db.pool()).await.unwrap();
    db.exec(change).await;
    three().run(db.pool()).await
}

each_database! {
    async fn a_row_that_was_taken_out(db) {
        let report = after(&db, "DELETE FROM uno_migrations WHERE id = '2_m'").await.unwrap();
        assert_eq!(ids(&report), ["2_m"]);
    }

    async fn rows_that_were_all_taken_out(db) {
        assert_eq!(after(&db, "DELETE FROM uno_migrations").await.unwrap().len(), 3);
    }

    async fn a_history_that_was_dropped(db) {
        assert_eq!(after(&db, "DROP TABLE uno_migrations").await.unwrap().len(), 3);
    }

    async fn the_last_digit_of_a_checksum(db) {
        let digit = "CASE WHEN checksum LIKE '%0' THEN '1' ELSE '0' END";
        let checksum = match db.is_mysql() {
            true => format!("CONCAT(LEFT(checksum, 65), {digit})"),
            false => format!("substr(checksum, 1, 65) || {digit}"),
        };
        let change = format!("UPDATE uno_migrations SET checksum = {checksum} WHERE id = '3_m'");
        let error = after(&db, &change).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Modified, "{error}");
        assert!(error.message().contains("`3_m`"), "{error}");
    }

    async fn two_checksums_that_were_mixed_up(db) {
        // By their names only: what the database adds up is the same numbers.
        let change = "UPDATE uno_migrations SET id = CASE id WHEN '1_m' THEN '2_m' ELSE '1_m' END WHERE id IN ('1_m', '2_m')";
        three().run(db.pool()).await.unwrap();
        let change = if db.is_sqlite() || db.is_mysql() {
            // Row by row, the key has to be free.
            ["1_m' WHERE id = '2_m", "2_m' WHERE id = '0_m"].map(|to| format!("UPDATE uno_migrations SET id = '{to}'"))
                .into_iter()
                .fold("UPDATE uno_migrations SET id = '0_m' WHERE id = '1_m'".to_owned(), |all, one| format!("{all}; {one}"))
        } else {
            format!("ALTER TABLE uno_migrations DROP CONSTRAINT uno_migrations_pkey; {change}")
        };
        db.exec(&change).await;
        let error = three().run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Modified, "{error}");
        assert!(error.message().contains("`1_m`, `2_m`"), "{error}");
    }

    async fn an_id_that_was_edited(db) {
        let report = after(&db, "UPDATE uno_migrations SET id = '2_n' WHERE id = '2_m'").await.unwrap();
        assert_eq!(ids(&report), ["2_m"]);
        assert!(report.warnings.iter().any(|warning| warning.contains("`2_n` is applied and not in this set")));
    }

    async fn a_row_that_failed_or_runs(db) {
        for status in ["failed", "running"] {
            let error = after(&db, &format!("UPDATE uno_migrations SET status = '{status}' WHERE id = '2_m'")).await;
            assert_eq!(error.unwrap_err().kind(), ErrorKind::Interrupted, "{status}");
            db.exec("DELETE FROM uno_migrations").await;
        }
    }

    async fn a_row_that_was_reverted(db) {
        let report = after(&db, "UPDATE uno_migrations SET status = 'reverted' WHERE id = '2_m'").await.unwrap();
        assert_eq!(ids(&report), ["2_m"]);
    }

    async fn a_row_of_a_newer_version(db) {
        for status in ["applied", "reverted"] {
            let change = format!("UPDATE uno_migrations SET format = 2, status = '{status}' WHERE id = '2_m'");
            let error = after(&db, &change).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::History, "{error}");
            assert!(error.message().contains("has format 2"), "{error}");
            db.exec("DELETE FROM uno_migrations").await;
        }
    }

    async fn a_row_that_the_set_does_not_know(db) {
        let report = after(&db, "UPDATE uno_migrations SET id = '4_m' WHERE id = '3_m'").await.unwrap();
        assert_eq!(ids(&report), ["3_m"]);
        let report = three().run(db.pool()).await.unwrap();
        assert_eq!((report.len(), report.warnings.len()), (0, 1), "{report}");
    }
}

each_server! {
    async fn none_are_rows_of_others_and_what_was_reverted_long_ago(db) {
        three().run(db.pool()).await.unwrap();
        three().namespace("billing").run(db.pool()).await.unwrap();
        db.exec("UPDATE uno_migrations SET status = 'failed', format = 2 WHERE namespace = 'billing' AND id = '2_m'").await;
        let copy = "SELECT namespace, '4_m', seq, name, tags, depends, dialect, 'reverted', execution_ms, applied_by, epoch, \
                    statements_done, format FROM uno_migrations WHERE namespace = 'default' AND id = '3_m'";
        db.exec(&format!(
            "INSERT INTO uno_migrations (namespace, id, seq, name, tags, depends, dialect, status, execution_ms, applied_by, \
             epoch, statements_done, format) {copy}"
        ))
        .await;
        let wire = Wire::new(&db).await;
        let (report, cost) = wire.run(&three()).await;
        assert_eq!((report.unwrap().already_applied, cost.trips), (3, 1), "{:?}", wire.proxy.messages());
    }
}
