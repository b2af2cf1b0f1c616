//! A history that is taken over from another tool.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uno_migrate::{Adopted, ErrorKind, State};

use crate::kit::{Ask, abc, ids};
use crate::support::each_database;

fn at() -> DateTime<Utc> {
    "2021-03-26T01:12:03.250Z".parse().unwrap()
}

each_database! {
    async fn what_another_tool_has_applied_is_recorded_as_it_was(db) {
        let first = Adopted::new("3_c").applied_at(at()).took(Duration::from_millis(42)).tool("sqlx");
        let report = abc().adopt(db.pool(), [first, Adopted::new("1_a")]).await.unwrap();
        assert_eq!(ids(&report), ["1_a", "3_c"]);
        assert_eq!(db.tables().await.iter().filter(|name| name.len() == 1).count(), 0, "nothing ran");

        let status = abc().status(db.pool()).await.unwrap();
        let states: Vec<State> = status.migrations.iter().map(|standing| standing.state).collect();
        assert_eq!(states, [State::Applied, State::OutOfOrder, State::Applied]);
        assert_eq!((status.migrations[2].applied_at, status.migrations[2].execution_ms), (Some(at()), Some(42)));
        assert!(status.migrations[0].applied_at.unwrap() > Utc::now() - Duration::from_secs(3600));
        assert!(abc().validate(db.pool()).await.is_ok());
        assert_eq!(ids(&abc().run(db.pool()).await.unwrap()), ["2_b"]);
    }

    async fn asked_again_it_changes_nothing(db) {
        let adopted = || [Adopted::new("1_a"), Adopted::new("2_b").applied_at(at())];
        assert_eq!(abc().adopt(db.pool(), adopted()).await.unwrap().len(), 2);
        assert!(abc().adopt(db.pool(), adopted()).await.unwrap().is_empty());
        // What was taken back here since stays taken back.
        abc().fake(true).revert(db.pool()).await.unwrap();
        assert!(abc().adopt(db.pool(), adopted()).await.unwrap().is_empty());
        assert_eq!(abc().status(db.pool()).await.unwrap().state("2_b"), Some(State::Reverted));
    }

    async fn all_or_none_and_none_where_one_is_unknown(db) {
        let error = abc().adopt(db.pool(), [Adopted::new("1_a"), Adopted::new("2_bb")]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().ends_with("did you mean `2_b`?"), "{error}");
        assert!(db.tables().await.is_empty());
    }

    async fn what_is_unproven_may_be_written_later(db) {
        abc().adopt(db.pool(), [Adopted::new("1_a").unproven(), Adopted::new("2_b")]).await.unwrap();
        let changed = crate::kit::migrator([
            crate::kit::sql("1_a", "CREATE TABLE other (id INT)", "DROP TABLE other"),
            crate::kit::sql("2_b", "CREATE TABLE other2 (id INT)", "DROP TABLE other2"),
        ]);
        let status = changed.status(db.pool()).await.unwrap();
        assert_eq!(status.state("1_a"), Some(State::Applied));
        assert_eq!(status.state("2_b"), Some(State::Modified));
    }

    async fn a_connection_is_lent_to_look_around(db) {
        let migrator = abc();
        let rows = migrator.inspect(db.pool(), async |ctx| {
            ctx.execute("CREATE TABLE others (n BIGINT)").await?;
            ctx.execute_with("INSERT INTO others (n) VALUES ($1)", (7,)).await?;
            let found = ctx.table_exists("others").await?;
            Ok((found, ctx.fetch_one("SELECT n FROM others").await?.get::<i64>("n")?))
        });
        assert_eq!(rows.await.unwrap(), (true, 7));
        let failed = migrator.inspect(db.pool(), async |ctx| ctx.fetch_one("SELECT nonsense FROM nowhere").await);
        let error = failed.await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Hook, "the look at the database failed"));
    }
}
