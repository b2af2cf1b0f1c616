//! What is dangerous asks, and elsewhere than on a terminal needs `--yes`.

use std::fs;

use crate::kit::{Desk, assert_answer};
use crate::support::each_database;

each_database! {
    async fn nobody_there_to_be_asked(db) {
        let desk = Desk::at(db.url());
        assert_eq!(desk.types("migrate").code, 0);
        for line in ["rollback --all", "repair 1616720000_initial_schema --forget"] {
            let refused = desk.types(line);
            assert_eq!(refused.code, 2, "{refused:?}");
            assert!(refused.err.contains("asks before it begins, and nobody is here to be asked"), "{refused:?}");
        }
        assert_eq!(desk.types("status --check").code, 0);
        // On this machine two steps are one's own.
        assert_eq!(desk.types("rollback --steps 2").code, 0);
        assert_eq!(desk.types("rollback --all --yes").code, 0);
    }

    async fn stored_sql_is_shown_before_it_runs(db) {
        let desk = Desk::at(db.url());
        assert_eq!(desk.types("migrate").code, 0);
        fs::remove_file(desk.path("migrations/content/1616725789_create_posts_table.sql")).unwrap();
        assert_answer!("stored_down", desk.transcript(&["status", "rollback", "rollback --yes", "status --check"]));
    }
}
