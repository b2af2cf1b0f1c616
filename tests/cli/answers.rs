//! What each command says to a person.

use crate::kit::{Desk, assert_answer};
use crate::support::each_database;

each_database! {
    async fn the_walk_through_of_the_guide(db) {
        let desk = Desk::at(db.url());
        assert_answer!("walk_through", desk.transcript(&[
            "status --directory ./migrations",
            "migrate --directory ./migrations",
            "migrate --directory ./migrations",
            "status --directory ./migrations",
            "info 1616723456_add_user_settings --directory ./migrations",
            "rollback --directory ./migrations",
            "status --directory ./migrations --check",
            "info",
        ]));
    }

    async fn parts_of_the_way_up_and_down(db) {
        let desk = Desk::at(db.url());
        assert_answer!("parts", desk.transcript(&[
            "migrate --dry-run",
            "migrate --steps 1 -q",
            "up --only 1616721123_create_users_table",
            "migrate --tags content --fake",
            "status",
            "rollback --only 1616725789_create_posts_table --fake",
            "migrate -q",
            "rollback --target 1616721123_create_users_table --dry-run",
            "down --target 1616721123_create_users_table -q",
            "redo -v",
            "history",
            "history --last 1",
            "rollback --all --yes",
            "rollback",
        ]));
    }

    async fn an_old_database_is_adopted(db) {
        let desk = Desk::at(db.url());
        assert_answer!("baseline", desk.transcript(&[
            "baseline 1616721123_create_users_table --dry-run",
            "baseline 1616721123_create_users_table",
            "status",
            "baseline 1616721123_create_users_table",
        ]));
    }

    async fn a_changed_file_is_found_and_accepted(db) {
        let desk = Desk::at(db.url());
        assert_eq!(desk.types("validate").code, 3);
        assert_eq!(desk.types("migrate").code, 0);
        assert_eq!(desk.types("validate").code, 0);
        desk.write("migrations/core/1616720000_initial_schema.sql", "CREATE TABLE changed (a INT);\n-- DOWN\nDROP TABLE changed;\n");
        assert_answer!("changed_file", desk.transcript(&[
            "validate",
            "migrate",
            "status --check",
            "repair",
            "repair 1616720000_initial_schema --accept-checksum --dry-run",
            "repair 1616720000_initial_schema --accept-checksum",
            "repair 1616720000_initial_schema --accept-checksum --yes",
            "validate",
        ]));
    }

    async fn a_migration_that_fails_says_how_far_it_came(db) {
        let desk = Desk::at(db.url());
        desk.write("migrations/2000000000_broken.sql", "-- Transaction: none\nCREATE TABLE a (b INT);\nINSERT INTO missing VALUES (1);\n-- DOWN\nDROP TABLE a;\n");
        let failed = desk.types("migrate");
        assert_eq!(failed.code, 1, "{failed:?}");
        assert!(failed.out.contains("applied  1616725789_create_posts_table"), "{failed:?}");
        for part in ["error: migration `2000000000_broken` could not be applied", "--> migrations/2000000000_broken.sql:3:", "statement: INSERT INTO missing", "help: "] {
            assert!(failed.err.contains(part), "no `{part}` in {}", failed.err);
        }
        let asked = desk.types("repair");
        assert!(asked.out.contains("1 of its 2 statements are done"), "{asked:?}");
        assert!(asked.out.contains("`uno-migrate repair 2000000000_broken --applied 0`"), "{asked:?}");
        assert!(!asked.out.contains("Repair::") && !failed.err.contains("Repair::"), "{asked:?}");
        let which = desk.types("repair 2000000000_broken --applied");
        assert_eq!(which.code, 2);
        assert!(which.err.contains("how many statements of `2000000000_broken` are done?"), "{which:?}");
        assert_eq!(desk.types("repair 2000000000_broken --applied 2 --yes").code, 0);
        assert_eq!(desk.types("status --check").code, 0);
        assert_eq!(desk.types("repair 2000000000_broken --forget --yes").code, 0);
        assert_eq!(desk.types("status --check").code, 3);
    }

    async fn the_plan_tells_what_is_there_and_who_is_in_the_way(db) {
        if db.url().starts_with("sqlite") {
            return;
        }
        let desk = Desk::at(db.url());
        for sql in ["CREATE TABLE large (a INT)", "INSERT INTO large VALUES (1), (2), (3)", "ANALYZE TABLE large"] {
            let sql = if db.url().starts_with("postgres") { sql.replace("ANALYZE TABLE", "ANALYZE") } else { sql.to_owned() };
            sqlx::query::<Db>(sqlx::AssertSqlSafe(sql)).execute(db.pool()).await.unwrap();
        }
        desk.write("one/1_alter.sql", "ALTER TABLE large ADD b INT;\n-- DOWN\nALTER TABLE large DROP COLUMN b;\n");
        let mut transaction = db.pool().begin().await.unwrap();
        sqlx::query::<Db>("UPDATE large SET a = 4 WHERE a = 3").execute(&mut *transaction).await.unwrap();
        // MariaDB tells of transactions what it told a tenth of a second ago, if somebody asked then.
        let (mut plan, mut json) = (desk.types("plan -d one"), desk.types("plan -d one --format json"));
        for _ in 0..100 {
            if [&plan, &json].iter().all(|said| said.out.contains("oldest") && !said.out.contains("\"oldest\": null")) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
            (plan, json) = (desk.types("plan -d one"), desk.types("plan -d one --format json"));
        }
        // Whatever is found wrong below: a database is not dropped while somebody is at work in it.
        transaction.rollback().await.unwrap();
        let lock = if db.url().starts_with("postgres") { "ACCESS EXCLUSIVE: readers and writers wait" } else { "metadata lock: readers and writers wait" };
        for part in [lock, "`large`: about 3 rows, ", "the oldest open transaction is session "] {
            assert!(plan.out.contains(part), "no `{part}` in {}", plan.out);
        }
        let document: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        let statement = &document["result"]["steps"][0]["statements"][0];
        assert_eq!(statement["tables"][0]["name"], "large");
        assert_eq!(statement["tables"][0]["size"]["rows"], 3);
        assert!(document["result"]["oldest"]["seconds"].is_i64(), "{document}");
    }

    async fn the_plan_shows_every_statement_and_no_password(db) {
        let desk = Desk::at(db.url());
        let plan = desk.types("plan");
        assert_eq!(plan.code, 0, "{plan:?}");
        assert!(plan.out.contains("migrations/core/1616720000_initial_schema.sql:4\n"), "{}", plan.out);
        assert!(plan.out.contains("     CREATE TABLE settings (\n"), "{}", plan.out);
        if db.url().starts_with("postgres") {
            desk.write("migrations/2000000000_role.sql", "CREATE ROLE app LOGIN PASSWORD 'geheim';\n-- DOWN\nDROP ROLE app;\n");
            let plan = desk.types("plan --only 2000000000_role");
            assert!(plan.out.contains("CREATE ROLE app LOGIN PASSWORD '***'"), "{}", plan.out);
        }
        // Who waits, and how much is done.
        let create = if db.url().starts_with("sqlite") { "write lock: other writers of the database wait" } else { "nobody waits" };
        assert!(plan.out.contains(&format!("     {create}")), "{}", plan.out);
        // Nothing was made.
        let history = "SELECT COUNT(*) FROM uno_migrations";
        assert!(sqlx::query::<Db>(history).fetch_all(db.pool()).await.is_err());
    }
}
