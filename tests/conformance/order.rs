//! In which order, and what the history keeps.

use std::time::{SystemTime, UNIX_EPOCH};

use uno_migrate::{Context, Migration};

use crate::kit::{Ask, abc, dependent, ids, migrator, sql, table};
use crate::support::each_database;

/// Whether `at`, seconds since 1970, lies between then and now, give or take a second.
fn utc_between(then: SystemTime, at: i64) -> bool {
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    (seconds(then) - 1..=seconds(SystemTime::now()) + 1).contains(&at)
}

each_database! {
    async fn dependencies_first_then_version_then_id(db) {
        let set = || migrator([
            table("10_j"),
            table("9_i"),
            dependent("1_late", &["10_j"]),
            dependent("2_x", &["1_late", "9_i"]),
            table("007_bond"),
        ]);
        let order = ["007_bond", "9_i", "10_j", "1_late", "2_x"];
        assert_eq!(set().plan(db.pool()).await.unwrap().ids().collect::<Vec<_>>(), order);
        assert_eq!(ids(&set().run(db.pool()).await.unwrap()), order);
        let mut back = order;
        back.reverse();
        assert_eq!(set().all().plan_revert(db.pool()).await.unwrap().ids().collect::<Vec<_>>(), back);
        assert_eq!(ids(&set().all().revert(db.pool()).await.unwrap()), back);
    }

    async fn a_revert_follows_the_dependencies_that_were_stored(db) {
        // 1_a waited for 2_b when it was applied; the file has forgotten that since.
        migrator([dependent("1_a", &["2_b"]), table("2_b")]).run(db.pool()).await.unwrap();
        let now = || migrator([table("1_a"), table("2_b")]);
        assert_eq!(now().plan_revert(db.pool()).await.unwrap().ids().collect::<Vec<_>>(), ["1_a"]);
        assert_eq!(ids(&now().only("2_b").revert(db.pool()).await.unwrap()), ["1_a", "2_b"]);
    }

    async fn a_revert_takes_plan_order_not_time(db) {
        // 2_b was merged late.
        migrator([table("1_a"), table("3_c")]).run(db.pool()).await.unwrap();
        let set = || migrator([table("1_a"), table("2_b"), table("3_c")]);
        set().run(db.pool()).await.unwrap();
        assert_eq!(db.history("id").await, ["1_a", "3_c", "2_b"]);
        assert_eq!(ids(&set().steps(2).revert(db.pool()).await.unwrap()), ["3_c", "2_b"]);
    }

    async fn a_row_holds_all_that_is_known(db) {
        let then = SystemTime::now();
        let up = "-- Migration: Create \"it's\" users\n-- Description: The über table \\ 😀\n-- Tags: schema, auth\n\
                  -- Dependencies: 1_a\n-- Version: 2.0\n-- Breaking: old readers die\nCREATE TABLE u (id INT)";
        let down = "-- LockTimeout: 2s\n-- StatementTimeout: none\nDROP TABLE u";
        migrator([table("1_a"), Migration::sql("2_u", up, down)]).run(db.pool()).await.unwrap();
        let second = async |column: &str| db.history(column).await.remove(1);
        assert_eq!(second("namespace").await, "default");
        assert_eq!(second("id").await, "2_u");
        assert_eq!(db.history("seq").await, ["1", "2"]);
        assert_eq!(second("name").await, "Create \"it's\" users");
        assert_eq!(second("version").await, "2.0");
        assert_eq!(second("description").await, "The über table \\ 😀");
        assert_eq!(second("tags").await, r#"["schema","auth"]"#);
        assert_eq!(second("depends").await, r#"["1_a"]"#);
        assert_eq!(second("dialect").await, <crate::support::TestDatabase<Db> as Ask>::DIALECT.name());
        assert!(second("checksum").await.starts_with("1:"));
        assert_eq!(second("checksum").await.len(), 66);
        assert_eq!(second("status").await, "applied");
        assert_eq!(second("reverted_at").await, "-");
        assert!(second("execution_ms").await.parse::<i64>().unwrap() >= 0);
        assert!(second("applied_by").await.contains(&std::process::id().to_string()));
        assert_eq!(second("error").await, "-");
        assert_eq!(second("down_sql").await, "-- LockTimeout: 2000ms\n-- StatementTimeout: none\nDROP TABLE u;\n");
        assert_eq!(second("breaking").await, "old readers die");
        assert_eq!(second("format").await, "1");
        let epoch = match () {
            () if db.is_postgres() => "SELECT extract(epoch FROM max(applied_at))::bigint FROM uno_migrations",
            () if db.is_mysql() => "SELECT CAST(TIMESTAMPDIFF(SECOND, '1970-01-01', MAX(applied_at)) AS SIGNED) FROM uno_migrations",
            () => "SELECT CAST(strftime('%s', MAX(applied_at)) AS INTEGER) FROM uno_migrations",
        };
        assert!(utc_between(then, db.number(epoch).await));
    }

    async fn times_are_utc_whatever_the_session_says(db) {
        let then = SystemTime::now();
        let set = match () {
            () if db.is_postgres() => abc().on_connect(async |ctx: &mut Context<'_>| ctx.execute("SET TimeZone = 'Asia/Tokyo'").await.map(drop)),
            () if db.is_mysql() => abc().on_connect(async |ctx: &mut Context<'_>| ctx.execute("SET time_zone = '+09:00'").await.map(drop)),
            () => abc(),
        };
        set.run(db.pool()).await.unwrap();
        let status = set.status(db.pool()).await.unwrap();
        for standing in &status.migrations {
            assert!(utc_between(then, standing.applied_at.unwrap().timestamp()), "{:?}", standing.applied_at);
        }
    }

    async fn what_is_reverted_stays_and_is_applied_again(db) {
        abc().run(db.pool()).await.unwrap();
        let first = db.history("applied_at").await;
        abc().steps(2).revert(db.pool()).await.unwrap();
        assert_eq!(db.standing().await, ["1_a applied", "2_b reverted", "3_c reverted"]);
        assert_eq!(db.history("applied_at").await, first, "a revert keeps when it was applied");
        assert_ne!(db.history("reverted_at").await[1], "-");
        let report = abc().run(db.pool()).await.unwrap();
        assert_eq!(ids(&report), ["2_b", "3_c"]);
        assert!(report.warnings.is_empty(), "what was reverted is not late: {:?}", report.warnings);
        assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
        assert_eq!(db.history("seq").await, ["1", "4", "5"]);
        assert_eq!(db.history("reverted_at").await, ["-", "-", "-"]);
        assert_eq!(db.history("applied_at").await[0], first[0]);
        assert_ne!(db.history("applied_at").await[1], first[1]);
    }

    async fn formatting_is_no_modification(db) {
        migrator([sql("1_a", "CREATE TABLE a (id INT)", "DROP TABLE a")]).run(db.pool()).await.unwrap();
        let reformatted = "-- a remark\nCREATE TABLE a ( -- here\r\n  id INT /* there */\r\n);\r\n";
        migrator([sql("1_a", reformatted, "DROP TABLE a; -- gone")]).validate(db.pool()).await.unwrap();
        let error = migrator([sql("1_a", "CREATE TABLE a (id INT, b INT)", "DROP TABLE a")]).validate(db.pool()).await;
        assert_eq!(error.unwrap_err().kind(), uno_migrate::ErrorKind::Modified);
    }
}
