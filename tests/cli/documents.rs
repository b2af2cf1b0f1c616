//! What each command says to a program: `docs/json.md`.

use crate::kit::{Desk, assert_answer};
use crate::support::each_database;

each_database! {
    async fn one_document_for_each_command(db) {
        let desk = Desk::at(db.url());
        let lines = [
            "migrate --steps 2",
            "migrate --steps 1 --dry-run",
            "status",
            "info",
            "info 1616721123_create_users_table",
            "rollback",
            "rollback --dry-run",
            "redo",
            "history",
            "validate",
            "repair",
            "repair 1616720000_initial_schema --forget --dry-run",
            "baseline 1616720000_initial_schema",
            "info 1616720000_initial_schem",
            "migrate --steps 1 --all",
        ];
        let mut documents = Vec::new();
        for line in lines {
            let answered = desk.types(&format!("--format json {line}"));
            let document: serde_json::Value = serde_json::from_str(&answered.out).unwrap_or_else(|error| panic!("{line}: {error}: {answered:?}"));
            assert_eq!(document["version"], 1);
            assert_eq!(document["exit"], answered.code, "{line}");
            assert!(document["result"].is_null() != document["error"].is_null(), "{line}: {document}");
            documents.push(format!("$ uno-migrate --format json {line}\n{}", answered.out));
        }
        assert_answer!("documents", documents.join("\n"));
    }

    async fn the_plan_of_each_database(db) {
        let desk = Desk::at(db.url());
        let dialect = db.url().split(':').next().unwrap();
        let name = format!("plan_{dialect}");
        // A transaction of another test, on the same server, would be told of.
        let is_alone = || desk.types("--format json plan --steps 1").out.contains("\"oldest\": null");
        for _ in 0..600 {
            if is_alone() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert_answer!(name, desk.transcript(&["plan --only 1616723456_add_user_settings", "--format json plan --steps 1"]));
    }
}
