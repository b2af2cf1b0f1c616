//! The command line inside of the application's own, with its Rust migrations.

use crate::kit::{Desk, assert_answer};
use crate::support::each_database;

each_database! {
    async fn nested_under_the_applications_own(db) {
        let desk = Desk::of("app", Some(db.url().to_owned()));
        assert_answer!("nested", desk.transcript(&[
            "serve",
            "db migrate",
            "db rollback --target 1616720000_initial_schema --dry-run",
            "db status --check",
            "db info 1616724000_add_user_profiles",
            "db stats",
            "db status -d elsewhere",
            "db rollback --all",
        ]));
        // A remedy names the command as it is typed here.
        let refused = desk.types("db baseline 1616720000_initial_schema");
        assert!(refused.err.contains("`app db migrate`"), "{refused:?}");
    }

    async fn as_a_program_of_its_own(db) {
        let desk = Desk::of("own", Some(db.url().to_owned()));
        assert_eq!(desk.types("status --check").code, 3);
        assert_eq!(desk.types("migrate").code, 0);
        assert_eq!(desk.types("status --check").code, 0);
        assert!(desk.types("--version").out.contains("uno-migrate"));
        assert_eq!(desk.types("rollback --all --yes").code, 0);
    }
}
