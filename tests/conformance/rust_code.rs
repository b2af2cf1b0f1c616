//! Migrations in Rust.

use std::time::Duration;

use uno_migrate::{Context, ErrorKind, Migrations, Repair, Result, RustMigration, embed_migrations, migration};

use crate::kit::{Ask, Log, ids, text};
use crate::support::each_database;

macro_rules! set {
    ($name:ident: $($path:path),+) => {
        static $name: Migrations = embed_migrations!(
            "./tests/conformance/base",
            hooks = { note_before = quiet, note_after = quiet },
            rust = [$($path),+]
        );
    };
}

set!(FAILS: crate::rust_code::fails);
set!(SECRET: crate::rust_code::secret);
set!(DRIVER: crate::rust_code::driver_error);
set!(OUTSIDE: crate::rust_code::outside);
set!(NESTED: crate::rust_code::nested);
set!(TOLD: crate::rust_code::told);
set!(FINAL: crate::rust_code::last);
set!(STRUCT: crate::rust_code::Roles);
set!(SLOW: crate::rust_code::slow);
set!(BASE: crate::rust_code::told);

async fn quiet(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[migration(id = "3_fails", depends = ["1_base"], down = quiet)]
pub async fn fails(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO base (id) VALUES (1)").await?;
    ctx.execute_with("INSERT INTO base (id, missing) VALUES ($1, $2)", (2, "value of a user")).await?;
    Ok(())
}

#[migration(id = "3_slow", depends = ["1_base"], down = quiet)]
pub async fn slow(ctx: &mut Context<'_>) -> Result {
    for id in 1..=50_i64 {
        ctx.execute_with("INSERT INTO base (id) VALUES ($1)", (id,)).await?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

#[migration(id = "3_secret", depends = ["1_base"], down = quiet)]
pub async fn secret(ctx: &mut Context<'_>) -> Result {
    ctx.execute("CREATE USER somebody WITH NONSENSE PASSWORD 'hunter2'").await.map(drop)
}

#[migration(id = "3_driver_error", depends = ["1_base"], down = quiet)]
pub async fn driver_error(ctx: &mut Context<'_>) -> Result<(), sqlx::Error> {
    let sql = "SELECT missing FROM base";
    let open = "the database is another one";
    match ctx.dialect() {
        uno_migrate::Dialect::Postgres => sqlx::query(sql).execute(ctx.postgres().expect(open)).await.map(drop),
        uno_migrate::Dialect::MySql => sqlx::query(sql).execute(ctx.mysql().expect(open)).await.map(drop),
        uno_migrate::Dialect::Sqlite => sqlx::query(sql).execute(ctx.sqlite().expect(open)).await.map(drop),
    }
}

#[migration(id = "3_outside", depends = ["1_base"], transaction = false, down = outside_down)]
pub async fn outside(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO base (id) VALUES (1)").await?;
    ctx.execute("INSERT INTO later (id) VALUES (1)").await?;
    Ok(())
}

async fn outside_down(ctx: &mut Context<'_>) -> Result {
    ctx.execute("DELETE FROM base").await.map(drop)
}

#[migration(id = "3_nested", depends = ["1_base"], down = quiet)]
pub async fn nested(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO base (id) VALUES (1)").await?;
    let failed = ctx
        .transaction(async |ctx| {
            ctx.execute("INSERT INTO base (id) VALUES (2)").await?;
            ctx.execute("INSERT INTO missing VALUES (1)").await?;
            Ok(())
        })
        .await;
    assert!(failed.is_err());
    ctx.transaction(async |ctx| ctx.execute("INSERT INTO base (id) VALUES (3)").await).await?;
    Ok(())
}

#[migration(id = "3_told", depends = ["1_base"], down = quiet)]
pub async fn told(ctx: &mut Context<'_>) -> Result {
    ctx.progress(1, 2);
    ctx.progress(2, None);
    Ok(())
}

#[migration(id = "3_last", depends = ["1_base"], irreversible = "the slugs are gone")]
pub async fn last(ctx: &mut Context<'_>) -> Result {
    Err(format!("no luck with `{}`", ctx.migration().id).into())
}

/// Roles, with a checksum of its own.
#[migration(id = "3_roles", depends = ["1_base"], tags = ["auth"])]
pub struct Roles;

impl RustMigration for Roles {
    async fn apply(&self, ctx: &mut Context<'_>) -> Result<()> {
        ctx.execute("CREATE TABLE roles (id INT)").await.map(drop)
    }

    async fn revert(&self, ctx: &mut Context<'_>) -> Result<()> {
        ctx.execute("DROP TABLE roles").await.map(drop)
    }

    fn checksum(&self) -> Option<String> {
        Some("v1".to_owned())
    }
}

each_database! {
    async fn one_that_is_asked_to_stop_is_taken_back_where_it_can_be(db) {
        let stopped = SLOW.migrator().cancel_on(tokio::time::sleep(Duration::from_millis(300))).run(db.pool()).await;
        let rows = db.number("SELECT COUNT(*) FROM base").await;
        if db.is_mysql() {
            assert_eq!((ids(&stopped.unwrap()).last(), rows), (Some(&"3_slow"), 50));
            return;
        }
        let error = stopped.unwrap_err();
        assert_eq!((error.kind(), rows), (ErrorKind::Cancelled, 0), "{error}");
        assert!(text(&error).contains("`3_slow` was rolled back and left nothing behind"), "{error}");
        assert_eq!(db.standing().await, ["1_base applied", "2_hooked applied"]);
        assert_eq!(SLOW.run(db.pool()).await.unwrap().len(), 1);
    }

    async fn an_error_carries_the_statement_and_not_the_values(db) {
        let error = FAILS.run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Migration, "migration `3_fails` could not be applied"));
        assert_eq!(error.path(), Some("tests/conformance/rust_code.rs"));
        let shown = text(&error);
        assert!(shown.contains("statement: INSERT INTO base (id, missing) VALUES ($1, $2)"), "{shown}");
        assert!(!shown.contains("value of a user"), "{shown}");
        assert_eq!(ids(error.report()), ["1_base", "2_hooked"]);
        // Rust code is in a transaction on MySQL as well; only changes of the schema would commit it.
        assert_eq!(db.number("SELECT COUNT(*) FROM base").await, 0);
        assert_eq!(db.standing().await.len(), 2);
        assert!(shown.contains("`3_fails` was rolled back and left nothing behind"), "{shown}");
    }

    async fn secrets_are_masked(db) {
        let error = SECRET.run(db.pool()).await.unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"), "{error}");
        assert!(text(&error).contains("PASSWORD '***'"), "{error}");
    }

    async fn errors_of_sqlx_pass_through(db) {
        let error = DRIVER.run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration);
        let shown = text(&error);
        assert!(shown.contains("missing"), "{shown}");
        assert!(!shown.contains("parse_relation.c"), "{shown}");
        let mut source = std::error::Error::source(&error);
        let mut found = false;
        while let Some(error) = source {
            found |= error.downcast_ref::<sqlx::Error>().is_some();
            source = error.source();
        }
        assert!(found, "the driver's error is there for programs");
    }

    async fn outside_a_transaction_what_is_done_stays(db) {
        let error = OUTSIDE.run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Migration);
        assert_eq!(db.number("SELECT COUNT(*) FROM base").await, 1);
        assert_eq!(db.standing().await[2], "3_outside failed");
        let error = OUTSIDE.run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        assert!(!text(&error).contains("0 of its statements"), "nobody counts statements of Rust code: {error}");
        db.exec("DELETE FROM base").await;
        db.exec("CREATE TABLE later (id INT)").await;
        OUTSIDE.migrator().repair(db.pool(), Repair::Retry { id: "3_outside".into() }).await.unwrap();
        assert_eq!(ids(&OUTSIDE.run(db.pool()).await.unwrap()), ["3_outside"]);
        assert_eq!(ids(&OUTSIDE.revert(db.pool()).await.unwrap()), ["3_outside"]);
    }

    async fn a_transaction_inside_is_a_savepoint(db) {
        NESTED.run(db.pool()).await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM base WHERE id IN (1, 3)").await, 2);
        assert_eq!(db.number("SELECT COUNT(*) FROM base").await, 2);
    }

    async fn progress_is_an_event(db) {
        let log = Log::default();
        TOLD.migrator().on_event(log.listener()).run(db.pool()).await.unwrap();
        let lines = log.lines();
        assert_eq!(lines[lines.len() - 4..], ["started 3_told up 3/3", "progress 3_told 1/Some(2)", "progress 3_told 2/None", "applied 3_told"]);
    }

    async fn an_error_of_ones_own(db) {
        let error = FINAL.run(db.pool()).await.unwrap_err();
        assert!(text(&error).contains("cause: no luck with `3_last`"), "{error}");
    }

    async fn a_checksum_of_its_own(db) {
        STRUCT.run(db.pool()).await.unwrap();
        assert_eq!(db.history("checksum").await[2], "rust:v1");
        assert_eq!(db.history("description").await[2], "Roles, with a checksum of its own.");
        db.exec("UPDATE uno_migrations SET checksum = 'rust:v0' WHERE id = '3_roles'").await;
        assert_eq!(STRUCT.run(db.pool()).await.unwrap_err().kind(), ErrorKind::Modified);
        assert_eq!(ids(&STRUCT.revert(db.pool()).await.unwrap()), ["3_roles"]);
    }

    async fn one_that_this_binary_does_not_have_cannot_be_reverted(db) {
        STRUCT.run(db.pool()).await.unwrap();
        let error = BASE.migrator().on_stored_down(uno_migrate::Policy::Allow).revert(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StoredDown);
        assert_eq!(error.remedy(), Some("the binary that has it can revert it, unless it is irreversible: use that binary"));
    }
}
