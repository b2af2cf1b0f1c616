//! `target`, `only`, `steps`, `all` and `tags`, both ways.

use uno_migrate::{ErrorKind, Migration, Migrator};

use crate::kit::{Ask, abc, dependent, ids, migrator, table};
use crate::support::each_database;

/// `1 ← 2 ← 4`, `1 ← 3`, and `5` alone.
fn tree() -> Migrator {
    migrator([
        table("1_a"),
        dependent("2_b", &["1_a"]),
        dependent("3_c", &["1_a"]),
        dependent("4_d", &["2_b"]),
        table("5_e"),
    ])
}

fn tagged(id: &str, tags: &str, depends: &str) -> Migration {
    let name = id.split_once('_').unwrap().1;
    let depends = if depends.is_empty() { String::new() } else { format!("-- Dependencies: {depends}\n") };
    let up = format!("-- Tags: {tags}\n{depends}CREATE TABLE {name} (id INT)");
    Migration::sql(id, up, format!("DROP TABLE {name}").as_str())
}

fn with_tags() -> Migrator {
    migrator([
        tagged("1_a", "core", ""),
        tagged("2_b", "auth, web", "1_a"),
        tagged("3_c", "billing", ""),
        tagged("4_d", "auth", "3_c"),
        tagged("5_e", "mail", "2_b"),
    ])
}

each_database! {
    async fn a_target_is_the_last_one_that_runs(db) {
        assert_eq!(ids(&tree().target("3_c").run(db.pool()).await.unwrap()), ["1_a", "2_b", "3_c"]);
        assert!(tree().target("2_b").run(db.pool()).await.unwrap().is_empty());
        tree().run(db.pool()).await.unwrap();
        assert_eq!(ids(&tree().target("2_b").revert(db.pool()).await.unwrap()), ["5_e", "4_d", "3_c"]);
        assert!(tree().target("2_b").revert(db.pool()).await.unwrap().is_empty());
    }

    async fn only_takes_what_it_needs(db) {
        assert_eq!(ids(&tree().only("4_d").run(db.pool()).await.unwrap()), ["1_a", "2_b", "4_d"]);
        assert!(tree().only("4_d").run(db.pool()).await.unwrap().is_empty());
        assert_eq!(ids(&tree().on_out_of_order(uno_migrate::Policy::Allow).run(db.pool()).await.unwrap()), ["3_c", "5_e"]);
        assert_eq!(ids(&tree().only("2_b").revert(db.pool()).await.unwrap()), ["4_d", "2_b"]);
        assert_eq!(db.tables().await, ["a", "c", "e", "uno_migrations"]);
    }

    async fn steps_count(db) {
        assert!(tree().steps(0).run(db.pool()).await.unwrap().is_empty());
        assert!(db.tables().await.is_empty());
        assert_eq!(ids(&tree().steps(2).run(db.pool()).await.unwrap()), ["1_a", "2_b"]);
        assert_eq!(ids(&tree().steps(99).run(db.pool()).await.unwrap()), ["3_c", "4_d", "5_e"]);
        assert!(tree().steps(0).revert(db.pool()).await.unwrap().is_empty());
        assert_eq!(ids(&tree().steps(2).revert(db.pool()).await.unwrap()), ["5_e", "4_d"]);
        assert_eq!(ids(&tree().revert(db.pool()).await.unwrap()), ["3_c"]);
        assert_eq!(ids(&tree().steps(99).revert(db.pool()).await.unwrap()), ["2_b", "1_a"]);
    }

    async fn all_is_everything(db) {
        tree().run(db.pool()).await.unwrap();
        assert_eq!(ids(&tree().all().revert(db.pool()).await.unwrap()), ["5_e", "4_d", "3_c", "2_b", "1_a"]);
        let error = tree().all().run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "`all` is for `revert`"));
    }

    async fn tags_bring_what_they_need(db) {
        assert_eq!(ids(&with_tags().tags(["auth"]).run(db.pool()).await.unwrap()), ["1_a", "2_b", "3_c", "4_d"]);
        assert_eq!(ids(&with_tags().run(db.pool()).await.unwrap()), ["5_e"]);
        assert_eq!(ids(&with_tags().tags(["web"]).all().revert(db.pool()).await.unwrap()), ["5_e", "2_b"]);
        assert_eq!(ids(&with_tags().tags(["auth"]).revert(db.pool()).await.unwrap()), ["4_d"]);
        assert_eq!(ids(&with_tags().tags(["billing", "core"]).all().revert(db.pool()).await.unwrap()), ["3_c", "1_a"]);
    }

    async fn tags_go_with_the_other_selections(db) {
        let report = with_tags().tags(["auth"]).target("2_b").run(db.pool()).await.unwrap();
        assert_eq!(ids(&report), ["1_a", "2_b"]);
        assert_eq!(ids(&with_tags().tags(["auth"]).steps(1).run(db.pool()).await.unwrap()), ["3_c"]);
    }

    async fn a_tag_that_nobody_has_is_pointed_out(db) {
        let report = with_tags().tags(["autj"]).run(db.pool()).await.unwrap();
        assert!(report.is_empty());
        assert_eq!(report.warnings, ["no migration has the tag `autj`; did you mean `auth`?"]);
    }

    async fn selections_exclude_one_another(db) {
        let twos: [(Migrator, &str); 6] = [
            (abc().target("1_a").only("1_a"), "`target` and `only` exclude each other"),
            (abc().target("1_a").steps(1), "`target` and `steps` exclude each other"),
            (abc().target("1_a").all(), "`target` and `all` exclude each other"),
            (abc().only("1_a").steps(1), "`only` and `steps` exclude each other"),
            (abc().only("1_a").all(), "`only` and `all` exclude each other"),
            (abc().steps(1).all(), "`steps` and `all` exclude each other"),
        ];
        for (migrator, message) in twos {
            for error in [migrator.run(db.pool()).await.unwrap_err(), migrator.revert(db.pool()).await.unwrap_err()] {
                assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, message));
                assert_eq!(error.remedy(), Some("give one of `target`, `only`, `steps` and `all`"));
            }
        }
        let error = abc().target("1_a").target("2_b").run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "`target` is given twice"));
        assert!(db.tables().await.is_empty());
    }

    async fn an_id_that_does_not_exist_is_said_with_the_nearest(db) {
        for migrator in [abc().target("3_d"), abc().only("3_d")] {
            let error = migrator.run(db.pool()).await.unwrap_err();
            assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "there is no migration `3_d`"));
        }
        let error = tree().only("1_aa").run(db.pool()).await.unwrap_err();
        assert_eq!(error.remedy(), Some("did you mean `1_a`?"));
        abc().target("1_a").run(db.pool()).await.unwrap();
        let error = abc().only("2_b").revert(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "migration `2_b` is not applied"));
        let error = abc().target("nonsense").revert(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "there is no migration `nonsense`"));
        assert_eq!(error.remedy(), Some("`Migrator::status` lists the migrations"));
    }
}
