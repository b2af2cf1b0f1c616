//! Every verb, through every source.

use std::fs;

use uno_migrate::{
    Directory, ErrorKind, File, Memory, Migration, Migrations, Migrator, Repair, State, embed_migrations,
};

use crate::kit::{Ask, abc, ids, migrator, sql, table};
use crate::support::each_database;

static EMBEDDED: Migrations = embed_migrations!("./migrations");

const ALL: [&str; 5] = [
    "1616720000_initial_schema",
    "1616721123_create_users_table",
    "1616723456_add_user_settings",
    "1616724000_add_user_profiles",
    "1616725789_create_posts_table",
];

each_database! {
    async fn the_embedded_set_goes_up_and_down_and_up(db) {
        let pool = db.pool();
        assert_eq!(EMBEDDED.status(pool).await.unwrap().pending(), EMBEDDED.iter().count());
        let plan: Vec<String> = EMBEDDED.plan(pool).await.unwrap().ids().map(str::to_owned).collect();
        assert_eq!(plan[..5], ALL);
        assert!(db.tables().await.is_empty(), "looking creates nothing");

        let report = EMBEDDED.run(pool).await.unwrap();
        assert_eq!(ids(&report), plan);
        assert_eq!(EMBEDDED.status(pool).await.unwrap().pending(), 0);
        EMBEDDED.validate(pool).await.unwrap();
        let before = db.tables().await;
        assert!(EMBEDDED.run(pool).await.unwrap().is_empty());

        let report = EMBEDDED.revert(pool).await.unwrap();
        assert_eq!(ids(&report), [plan.last().unwrap()]);
        let report = EMBEDDED.migrator().all().revert(pool).await.unwrap();
        let reverse: Vec<&str> = plan.iter().rev().skip(1).map(String::as_str).collect();
        assert_eq!(ids(&report), reverse);
        assert_eq!(db.tables().await, ["uno_migrations"]);
        assert!(EMBEDDED.migrator().all().revert(pool).await.unwrap().is_empty());
        assert_eq!(EMBEDDED.run(pool).await.unwrap().len(), plan.len());
        assert_eq!(db.tables().await, before);
    }

    async fn directory_file_memory_and_several_of_them_are_one_set(db) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("deep/2_b.sql"), "-- Dependencies: 1_a\nCREATE TABLE b (id INT);\n-- DOWN\nDROP TABLE b;\n").unwrap();
        let file = folder.path().join("3_c.sql");
        let directory = Directory::new([folder.path().join("deep")]);
        fs::write(&file, "CREATE TABLE c (id INT)\n-- DOWN\nDROP TABLE c").unwrap();
        let memory = Memory::new([Migration::sql("1_a", "-- Dependencies: 3_c\nCREATE TABLE a (id INT)", "DROP TABLE a")]);

        let merged = Migrator::new((directory.clone(), File::new([&file]), memory));
        assert_eq!(ids(&merged.run(db.pool()).await.unwrap()), ["3_c", "1_a", "2_b"]);
        let error = Migrator::new(directory).run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "what is missing is said: {error}");
        assert!(error.to_string().contains("1_a"), "{error}");
        assert_eq!(ids(&merged.all().revert(db.pool()).await.unwrap()), ["2_b", "1_a", "3_c"]);
    }

    async fn status_tells_where_each_one_stands(db) {
        abc().target("2_b").run(db.pool()).await.unwrap();
        abc().revert(db.pool()).await.unwrap();
        let status = abc().status(db.pool()).await.unwrap();
        assert_eq!(status.state("1_a"), Some(State::Applied));
        assert_eq!(status.state("2_b"), Some(State::Reverted));
        assert_eq!(status.state("3_c"), Some(State::Pending));
        assert_eq!(status.pending(), 2);
        let applied = &status.migrations[0];
        assert!(applied.applied_at.is_some() && applied.applied_by.is_some() && applied.execution_ms.is_some());
        assert!(status.migrations[1].applied_at.is_none());
        let shown = status.to_string();
        assert!(shown.lines().all(|line| line == line.trim_end()), "{shown}");
        assert!(shown.starts_with("applied   1_a  20"), "{shown}");
        assert!(shown.ends_with("reverted  2_b\npending   3_c\n2 of 3 pending"), "{shown}");
    }

    async fn a_baseline_adopts_what_is_there(db) {
        db.exec("CREATE TABLE a (id INT)").await;
        db.exec("CREATE TABLE b (id INT)").await;
        let report = abc().baseline(db.pool(), "2_b").await.unwrap();
        assert_eq!(report.to_string().lines().map(|line| line.split("  ").next().unwrap().to_owned()).take(2).collect::<Vec<_>>(), ["recorded", "recorded"]);
        assert_eq!(ids(&abc().run(db.pool()).await.unwrap()), ["3_c"]);
        let error = abc().baseline(db.pool(), "2_b").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(db.history("down_sql").await[0], "DROP TABLE a;\n", "what was recorded can be reverted");
        assert_eq!(ids(&abc().all().revert(db.pool()).await.unwrap()), ["3_c", "2_b", "1_a"]);
    }

    async fn a_baseline_wants_a_migration_that_exists(db) {
        let error = abc().baseline(db.pool(), "2_bb").await.unwrap_err();
        assert_eq!((error.kind(), error.remedy()), (ErrorKind::Usage, Some("did you mean `2_b`?")));
        assert!(db.tables().await.is_empty());
    }

    async fn fake_changes_the_history_alone(db) {
        let report = abc().fake(true).run(db.pool()).await.unwrap();
        assert_eq!(report.len(), 3);
        assert_eq!(db.tables().await, ["uno_migrations"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
        abc().fake(true).steps(2).revert(db.pool()).await.unwrap();
        assert_eq!(db.standing().await, ["1_a applied", "2_b reverted", "3_c reverted"]);
    }

    async fn forget_removes_a_row(db) {
        abc().run(db.pool()).await.unwrap();
        let report = abc().repair(db.pool(), Repair::Forget { id: "3_c".into() }).await.unwrap();
        assert_eq!(ids(&report), ["3_c"]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
        let error = abc().repair(db.pool(), Repair::Forget { id: "3_c".into() }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }

    async fn nothing_is_half_way_about_what_is_applied(db) {
        abc().run(db.pool()).await.unwrap();
        for repair in [Repair::Retry { id: "1_a".into() }, Repair::Applied { id: "1_a".into(), statement: 1 }] {
            let error = abc().repair(db.pool(), repair).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
            assert_eq!(error.message(), "migration `1_a` is applied; there is nothing half-way about it");
        }
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
    }

    async fn a_modified_migration_can_be_accepted(db) {
        migrator([table("1_a")]).run(db.pool()).await.unwrap();
        let edited = || migrator([sql("1_a", "CREATE TABLE a (id BIGINT)", "DROP TABLE a")]);
        assert_eq!(edited().status(db.pool()).await.unwrap().state("1_a"), Some(State::Modified));
        assert_eq!(edited().validate(db.pool()).await.unwrap_err().kind(), ErrorKind::Modified);
        edited().repair(db.pool(), Repair::AcceptChecksum("1_a".into())).await.unwrap();
        edited().validate(db.pool()).await.unwrap();
        let error = edited().repair(db.pool(), Repair::AcceptChecksum("9_a".into())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }

    async fn every_verb_works_with_a_pool_of_one(db) {
        let pool = db.pool_of_one().await;
        let _ = abc().plan(&pool).await.unwrap();
        abc().run(&pool).await.unwrap();
        abc().status(&pool).await.unwrap();
        abc().validate(&pool).await.unwrap();
        let _ = abc().plan_revert(&pool).await.unwrap();
        abc().revert(&pool).await.unwrap();
        abc().repair(&pool, Repair::Forget { id: "3_c".into() }).await.unwrap();
        abc().all().revert(&pool).await.unwrap();
        abc().run(&pool).await.unwrap();
        // The pool is as usable as before.
        sqlx::raw_sql("SELECT * FROM a").execute(&pool).await.unwrap();
    }

    async fn an_empty_set_still_sees_what_is_applied(db) {
        assert!(migrator([]).run(db.pool()).await.unwrap().is_empty());
        assert!(db.tables().await.is_empty());
        abc().run(db.pool()).await.unwrap();
        let status = migrator([]).status(db.pool()).await.unwrap();
        assert_eq!(status.migrations.iter().map(|standing| standing.state).collect::<Vec<_>>(), [State::Ahead; 3]);
    }
}
