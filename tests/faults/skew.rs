//! Binaries of different versions on one database: an older one that is ahead of nothing, a newer one beside it, and what
//! the history keeps for those who do not know a migration.

use futures_util::future::join_all;
use uno_migrate::{
    Context, ErrorKind, Event, Migration, Migrations, Migrator, Policy, Result, State, embed_migrations, migration,
};

use crate::kit::{Ask, Log, dependent, ids, migrator, sql, table, text};
use crate::support::{each_database, postgres, sqlite};

const POLICIES: [Policy; 3] = [Policy::Error, Policy::Warn, Policy::Allow];

static CODED: Migrations = embed_migrations!("./tests/conformance/base", hooks = { note_before = quiet, note_after = quiet }, rust = [crate::skew::backfill]);

async fn quiet(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[migration(id = "3_backfill", depends = ["2_hooked"], down = quiet)]
pub async fn backfill(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO base (id) VALUES (3)").await.map(drop)
}

/// The same, before `3_backfill` was written.
static BEFORE_CODED: Migrations =
    embed_migrations!("./tests/conformance/base", hooks = { note_before = quiet, note_after = quiet });

fn older() -> Migrator {
    migrator([table("1_a")])
}

fn newer(newest: Migration) -> Migrator {
    migrator([table("1_a"), newest])
}

fn breaking() -> Migration {
    sql("2_b", "-- Breaking: `a.note` is `a.title` now\nCREATE TABLE b (id INT)", "DROP TABLE b")
}

each_database! {
    async fn breaking_refuses_under_every_policy_and_says_why(db) {
        newer(breaking()).run(db.pool()).await.unwrap();
        for policy in POLICIES {
            let old = || migrator([table("1_a"), table("3_c")]).on_ahead(policy).on_out_of_order(policy);
            for (verb, error) in [
                ("run", old().run(db.pool()).await.unwrap_err()),
                ("plan", old().plan(db.pool()).await.unwrap_err()),
                ("validate", old().validate(db.pool()).await.unwrap_err()),
                ("fake", old().fake(true).run(db.pool()).await.unwrap_err()),
                ("only", old().only("3_c").run(db.pool()).await.unwrap_err()),
            ] {
                assert_eq!(error.kind(), ErrorKind::Breaking, "{verb} {policy:?}");
                assert!(text(&error).contains("`a.note` is `a.title` now"), "{verb} {policy:?}: {error}");
            }
        }
        println!("{}", older().run(db.pool()).await.unwrap_err());
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied"]);
        assert_eq!(older().status(db.pool()).await.unwrap().state("2_b"), Some(State::Ahead));
        // The newer one runs on.
        assert!(newer(breaking()).run(db.pool()).await.unwrap().is_empty());
    }

    async fn each_policy_on_what_is_ahead(db) {
        newer(table("2_b")).run(db.pool()).await.unwrap();
        for policy in POLICIES {
            let (log, old) = (Log::default(), older().on_ahead(policy));
            let ended = old.on_event(log.listener()).run(db.pool()).await;
            let told = log.lines().iter().filter(|line| line.starts_with("warning ")).count();
            match policy {
                Policy::Error => assert_eq!(ended.unwrap_err().kind(), ErrorKind::Ahead),
                _ => assert_eq!((ended.unwrap().warnings.len(), told), if policy == Policy::Warn { (1, 1) } else { (0, 0) }),
            }
        }
    }

    async fn each_policy_on_what_is_modified(db) {
        older().run(db.pool()).await.unwrap();
        for policy in POLICIES {
            let (log, other) = (Log::default(), migrator([sql("1_a", "CREATE TABLE a (id INT)", "DROP TABLE a")]).on_modified(policy));
            let validated = other.clone().validate(db.pool()).await;
            let ended = other.on_event(log.listener()).run(db.pool()).await;
            assert_eq!(validated.is_err(), policy == Policy::Error);
            match policy {
                Policy::Error => assert_eq!(ended.unwrap_err().kind(), ErrorKind::Modified),
                _ => assert_eq!(ended.unwrap().warnings.len(), usize::from(policy == Policy::Warn)),
            }
        }
    }

    async fn each_policy_on_what_is_late(db) {
        migrator([table("1_a"), table("3_c")]).run(db.pool()).await.unwrap();
        for (policy, late) in POLICIES.into_iter().zip(["2_x", "2_y", "2_z"]) {
            let set = migrator([table("1_a"), table(late), table("3_c")]).on_out_of_order(policy).on_ahead(Policy::Allow);
            match (policy, set.run(db.pool()).await) {
                (Policy::Error, ended) => assert_eq!(ended.unwrap_err().kind(), ErrorKind::OutOfOrder),
                (policy, ended) => {
                    let report = ended.unwrap();
                    assert_eq!((ids(&report), report.warnings.len()), (vec![late], usize::from(policy == Policy::Warn)));
                }
            }
        }
        assert!(!db.tables().await.contains(&"x".to_owned()));
    }

    async fn stored_sql_says_where_it_came_from(db) {
        newer(sql("2_b", "CREATE TABLE b (id INT)", "-- Transaction: none\nINSERT INTO a (id) VALUES (7);\nDROP TABLE b;")).run(db.pool()).await.unwrap();
        let refused = older().revert(db.pool()).await.unwrap_err();
        println!("{refused}");
        assert_eq!(refused.kind(), ErrorKind::StoredDown);
        assert_eq!(older().all().revert(db.pool()).await.unwrap_err().kind(), ErrorKind::StoredDown);
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied"], "nothing was taken back");
        let paths = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = paths.clone();
        let reverting = older().on_stored_down(Policy::Warn).on_event(move |event| {
            if let Event::Statement { path, .. } = event {
                seen.lock().unwrap().push(path.clone());
            }
        });
        let report = reverting.revert(db.pool()).await.unwrap();
        assert_eq!(report.warnings, ["migration `2_b` is not in this set; only the down SQL stored in the database can revert it"]);
        assert_eq!(*paths.lock().unwrap(), ["the down SQL stored in the database"; 2]);
        assert_eq!(db.standing().await, ["1_a applied", "2_b reverted"]);
        assert_eq!(db.number("SELECT COUNT(*) FROM a WHERE id = 7").await, 1);
        // Whoever knows it applies it again.
        assert_eq!(ids(&newer(sql("2_b", "CREATE TABLE b (id INT)", "DROP TABLE b")).run(db.pool()).await.unwrap()), ["2_b"]);
    }

    async fn rust_code_needs_the_binary_that_has_it(db) {
        CODED.run(db.pool()).await.unwrap();
        for policy in POLICIES {
            let error = BEFORE_CODED.migrator().on_stored_down(policy).revert(db.pool()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::StoredDown);
            let shown = text(&error);
            if policy == Policy::Allow {
                println!("{shown}");
            }
            assert!(shown.contains("migration `3_backfill` is not in this set"), "{shown}");
            assert!(shown.contains("Rust code") && shown.contains("use that binary"), "{shown}");
        }
        assert_eq!(BEFORE_CODED.run(db.pool()).await.unwrap().warnings.len(), 1, "it is ahead, and may run");
        assert_eq!(ids(&CODED.revert(db.pool()).await.unwrap()), ["3_backfill"]);
    }

    async fn older_and_newer_boot_at_once(db) {
        for round in 0..10 {
            for table in db.tables().await {
                db.exec(&format!("DROP TABLE {table}")).await;
            }
            let old = || migrator([table("1_a"), table("2_b")]);
            let new = || migrator([table("1_a"), table("2_b"), dependent("3_c", &["1_a"]), table("4_d")]);
            let boots = (0..8).map(|instance| {
                let migrator = if instance % 2 == 0 { old() } else { new() };
                let pool = db.pool().clone();
                async move { migrator.run(&pool).await }
            });
            let mut applied: Vec<String> = Vec::new();
            for boot in join_all(boots).await {
                let report = boot.unwrap_or_else(|error| panic!("round {round}: {error}"));
                applied.extend(report.ids().map(str::to_owned));
            }
            applied.sort_unstable();
            assert_eq!(applied, ["1_a", "2_b", "3_c", "4_d"], "round {round}");
        }
    }

    async fn an_older_one_that_waits_finds_out_that_the_newer_one_broke_with_it(db) {
        for _ in 0..5 {
            for table in db.tables().await {
                db.exec(&format!("DROP TABLE {table}")).await;
            }
            let (new, old) = (newer(breaking()), migrator([table("1_a"), table("3_c")]));
            let (new, old) = tokio::join!(new.run(db.pool()), old.run(db.pool()));
            new.unwrap();
            match old {
                // It came first.
                Ok(report) => assert!(ids(&report).contains(&"3_c")),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Breaking, "{error}");
                    assert!(!db.tables().await.contains(&"c".to_owned()));
                }
            }
        }
    }
}

/// What stands in the history was written by a newer version of this library.
#[tokio::test]
async fn a_newer_format_is_left_alone() {
    let (postgres, sqlite) = (postgres().await, sqlite().await);
    older().run(postgres.pool()).await.unwrap();
    older().run(sqlite.pool()).await.unwrap();
    postgres.exec("UPDATE uno_migrations SET format = 99").await;
    sqlite.exec("UPDATE uno_migrations SET format = 99").await;
    for error in [older().run(postgres.pool()).await.unwrap_err(), older().run(sqlite.pool()).await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::History);
        assert!(text(&error).contains("a newer uno-migrate wrote it"), "{error}");
    }
}
