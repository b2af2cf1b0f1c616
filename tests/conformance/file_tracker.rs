//! The history in a file, and in a tracker of the user's own.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use uno_migrate::{
    AppliedMigration, ErrorKind, FileTracker, HistoryStatus, Migration, Migrator, Repair, Result, State, Tracker,
};

use crate::kit::{Ask, abc, ids, migrator, table};
use crate::support::{each_database, sqlite};

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("history.json")
    }

    fn tracked(&self, migrator: Migrator) -> Migrator {
        migrator.tracker(FileTracker::new(self.path()))
    }

    fn rows(&self) -> Vec<AppliedMigration> {
        let mut content: serde_json::Value = serde_json::from_str(&fs::read_to_string(self.path()).unwrap()).unwrap();
        serde_json::from_value(content["migrations"].take()).unwrap()
    }

    fn seqs(&self) -> Vec<i64> {
        self.rows().iter().map(|row| row.seq).collect()
    }
}

/// Keeps rows in memory, and what it was told.
#[derive(Clone, Default)]
struct Own {
    rows: Arc<Mutex<Vec<AppliedMigration>>>,
    told: Arc<Mutex<Vec<String>>>,
}

impl Tracker for Own {
    async fn load(&self) -> Result<Vec<AppliedMigration>> {
        Ok(self.rows.lock().unwrap().clone())
    }

    async fn record(&self, row: &AppliedMigration, before: Option<HistoryStatus>) -> Result<()> {
        let known = self.rows.lock().unwrap().iter().find(|other| other.id == row.id).map(|other| other.status);
        assert_eq!(known, before, "{row:?}");
        self.told.lock().unwrap().push(format!("{} {} {}", row.seq, row.id, row.status.name()));
        let mut rows = self.rows.lock().unwrap();
        rows.retain(|other| (&other.namespace, &other.id) != (&row.namespace, &row.id));
        rows.push(row.clone());
        Ok(())
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_stays_one_and_the_file_keeps_its_mode() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let db = sqlite().await;
    let (home, away) = (Home::new(), Home::new());
    symlink(away.path(), home.path()).unwrap();
    // The link leads nowhere yet.
    home.tracked(abc()).target("1_a").run(db.pool()).await.unwrap();
    assert_eq!(away.seqs(), [1]);
    fs::set_permissions(away.path(), fs::Permissions::from_mode(0o640)).unwrap();
    home.tracked(abc()).run(db.pool()).await.unwrap();
    assert_eq!(away.seqs(), [1, 2, 3]);
    assert!(fs::symlink_metadata(home.path()).unwrap().is_symlink());
    assert_eq!(fs::metadata(away.path()).unwrap().permissions().mode() & 0o777, 0o640);
    // Whoever comes over the link and whoever does not lock the same.
    let _guard = FileTracker::new(home.path()).lock().await.unwrap();
    let waiting = away.tracked(abc()).lock_wait(Duration::from_millis(100)).revert(db.pool()).await;
    assert_eq!(waiting.unwrap_err().kind(), ErrorKind::LockTimeout);
}

each_database! {
    async fn a_file_instead_of_a_table(db) {
        let home = Home::new();
        assert_eq!(home.tracked(abc()).status(db.pool()).await.unwrap().pending(), 3);
        assert!(fs::read_dir(home.0.path()).unwrap().next().is_none(), "looking creates nothing");
        assert_eq!(home.tracked(abc()).run(db.pool()).await.unwrap().len(), 3);
        assert_eq!(db.tables().await, ["a", "b", "c"]);
        assert_eq!(home.seqs(), [1, 2, 3]);
        let row = home.rows().remove(0);
        assert_eq!(row.status, HistoryStatus::Applied);
        assert!(row.applied_at.is_some() && row.checksum.is_some() && row.down_sql.is_some());
        assert!(row.applied_by.contains(&std::process::id().to_string()), "{}", row.applied_by);

        assert!(home.tracked(abc()).run(db.pool()).await.unwrap().is_empty());
        home.tracked(abc()).validate(db.pool()).await.unwrap();
        assert_eq!(ids(&home.tracked(abc()).steps(2).revert(db.pool()).await.unwrap()), ["3_c", "2_b"]);
        assert_eq!(ids(&home.tracked(abc()).run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
        assert_eq!(home.seqs(), [1, 4, 5]);
        assert!(home.rows().iter().all(|row| row.reverted_at.is_none()));
        assert!(!home.path().with_extension("json.new").exists());
    }

    async fn a_damaged_file_is_no_empty_history(db) {
        let home = Home::new();
        for content in ["", "{", "[]", r#"{"format":1}"#, r#"{"format":2,"migrations":[]}"#] {
            fs::write(home.path(), content).unwrap();
            for error in [
                home.tracked(abc()).run(db.pool()).await.unwrap_err(),
                home.tracked(abc()).status(db.pool()).await.unwrap_err(),
            ] {
                assert_eq!((error.kind(), error.message()), (ErrorKind::History, "the history could not be read"));
                assert!(error.to_string().contains("history.json"), "{error}");
            }
            assert_eq!(fs::read_to_string(home.path()).unwrap(), content, "it is left as it is");
        }
        assert!(db.tables().await.is_empty());
    }

    async fn a_directory_that_does_not_exist_is_said(db) {
        let tracker = FileTracker::new("/nonexistent/history.json");
        let error = abc().tracker(tracker).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::History);
        assert!(error.to_string().contains("/nonexistent/history.json"), "{error}");
        assert!(db.tables().await.is_empty());
    }

    async fn a_clean_failure_lets_the_next_run_go_on(db) {
        let home = Home::new();
        let broken = || migrator([table("1_a"), Migration::sql("2_b", "INSERT INTO missing VALUES (1)", "DELETE FROM a")]);
        home.tracked(broken()).run(db.pool()).await.unwrap_err();
        if db.is_mysql() {
            assert_eq!(home.rows()[1].status, HistoryStatus::Failed);
            home.tracked(broken()).repair(db.pool(), Repair::Retry { id: "2_b".into() }).await.unwrap();
        }
        assert_eq!(home.tracked(broken()).status(db.pool()).await.unwrap().state("2_b"), Some(State::Pending));
        assert_eq!(ids(&home.tracked(abc()).run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
        assert_eq!(home.seqs(), [1, 2, 3]);
    }

    async fn a_clean_failure_of_a_revert_leaves_it_applied(db) {
        if db.is_mysql() {
            return;
        }
        let home = Home::new();
        let set = || home.tracked(migrator([Migration::sql("1_a", "CREATE TABLE a (id INT)", "DROP TABLE missing")]));
        set().run(db.pool()).await.unwrap();
        let before = home.rows();
        set().revert(db.pool()).await.unwrap_err();
        assert_eq!(home.rows(), before);
    }

    async fn a_crash_between_change_and_file_is_interrupted(db) {
        let home = Home::new();
        home.tracked(abc()).target("1_a").run(db.pool()).await.unwrap();
        let text = fs::read_to_string(home.path()).unwrap();
        fs::write(home.path(), text.replace("\"applied\"", "\"running\"").replace("\"applied_at\": \"", "\"applied_at\": null, \"was\": \"")).unwrap();
        let error = home.tracked(abc()).run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Interrupted, "migration `1_a` was started and is not known to have ended"));
        home.tracked(abc()).repair(db.pool(), Repair::Applied { id: "1_a".into(), statement: 1 }).await.unwrap();
        assert!(home.rows()[0].applied_at.is_some());
        assert_eq!(ids(&home.tracked(abc()).run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
    }

    async fn runs_on_one_host_take_turns(db) {
        let home = Home::new();
        let runs = (0..4).map(|_| {
            let (set, pool) = (home.tracked(abc()), db.pool().clone());
            tokio::spawn(async move { set.run(&pool).await.map(|report| report.len()) })
        });
        let mut done = Vec::new();
        for run in runs.collect::<Vec<_>>() {
            done.push(run.await.unwrap().unwrap());
        }
        done.sort_unstable();
        assert_eq!(done, [0, 0, 0, 3]);
    }

    async fn waiting_for_the_lock_has_an_end(db) {
        let home = Home::new();
        let guard = FileTracker::new(home.path()).lock().await.unwrap();
        let error = home.tracked(abc()).lock_wait(Duration::from_millis(100)).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LockTimeout);
        // Looking does not wait.
        assert_eq!(home.tracked(abc()).status(db.pool()).await.unwrap().pending(), 3);
        drop(guard);
        assert_eq!(home.tracked(abc()).run(db.pool()).await.unwrap().len(), 3);
        let _guard = FileTracker::new(home.path()).lock().await.unwrap();
        assert!(home.tracked(abc()).run(db.pool()).await.unwrap().is_empty(), "nothing to do takes no lock");
    }

    async fn two_namespaces_share_a_file(db) {
        let home = Home::new();
        home.tracked(abc()).run(db.pool()).await.unwrap();
        let other = || home.tracked(migrator([table("1_z")]).namespace("other"));
        assert_eq!(ids(&other().run(db.pool()).await.unwrap()), ["1_z"]);
        assert_eq!(home.seqs(), [1, 2, 3, 4]);
        assert_eq!(ids(&home.tracked(abc()).all().revert(db.pool()).await.unwrap()), ["3_c", "2_b", "1_a"]);
        assert_eq!(other().status(db.pool()).await.unwrap().pending(), 0);
    }

    async fn forget_takes_the_row_out(db) {
        let home = Home::new();
        home.tracked(abc()).run(db.pool()).await.unwrap();
        home.tracked(abc()).repair(db.pool(), Repair::Forget { id: "3_c".into() }).await.unwrap();
        assert_eq!(home.seqs(), [1, 2]);
    }

    async fn a_tracker_of_the_users_own(db) {
        let own = Own::default();
        let set = || abc().tracker(own.clone());
        set().run(db.pool()).await.unwrap();
        set().revert(db.pool()).await.unwrap();
        set().run(db.pool()).await.unwrap();
        assert_eq!(db.tables().await, ["a", "b", "c"]);
        let told: Vec<String> = own.told.lock().unwrap().iter().filter(|told| !told.starts_with("2 ")).cloned().collect();
        let mut expected = vec![
            "1 1_a running", "1 1_a applied", "3 3_c running", "3 3_c applied",
            "3 3_c running", "3 3_c reverted", "4 3_c running", "4 3_c applied",
        ];
        if db.is_mysql() {
            // The journal: one statement is done.
            for at in [7, 5, 3, 1] {
                expected.insert(at, expected[at - 1]);
            }
        }
        assert_eq!(told, expected);
    }
}
