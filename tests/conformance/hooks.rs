//! Hooks: who is called, in which order, and inside of what.

use uno_migrate::{Context, ErrorKind, Migration, Migrations, Result, embed_migrations, hook_fn, migration};

use crate::kit::{Ask, Log, abc, ids, migrator, table, text};
use crate::support::each_database;

static EMBEDDED: Migrations = embed_migrations!(
    "./tests/conformance/base",
    hooks = { note_before = before, note_after = after },
    rust = [crate::hooks::with_own]
);

async fn note(ctx: &mut Context<'_>, what: &'static str) -> Result {
    let text = format!("{what} {}", ctx.migration().id);
    let id = ctx.fetch_one("SELECT COUNT(*) AS n FROM base").await?.get::<i64>("n")?;
    ctx.execute_with("INSERT INTO base (id, note) VALUES ($1, $2)", (id, text)).await.map(drop)
}

async fn before(ctx: &mut Context<'_>) -> Result {
    note(ctx, "before").await
}

async fn after(ctx: &mut Context<'_>) -> Result {
    note(ctx, "after").await
}

#[migration(id = "3_with_own", depends = ["1_base"], before = before, after = after, down = nothing)]
pub async fn with_own(ctx: &mut Context<'_>) -> Result {
    note(ctx, "during").await
}

async fn nothing(_: &mut Context<'_>) -> Result {
    Ok(())
}

fn saying(log: &Log, what: &'static str) -> impl uno_migrate::Hook + use<> {
    let log = log.clone();
    hook_fn(move |ctx: &mut Context<'_>| {
        log.say(format!("{what} {}", ctx.migration().id));
        Box::pin(async { Ok::<_, std::io::Error>(()) })
    })
}

each_database! {
    async fn hooks_of_the_macro_run_around_their_migration(db) {
        EMBEDDED.run(db.pool()).await.unwrap();
        let notes = db.texts("SELECT note FROM base ORDER BY id").await;
        assert_eq!(notes, ["before 2_hooked", "after 2_hooked", "before 3_with_own", "during 3_with_own", "after 3_with_own"]);
        EMBEDDED.migrator().only("2_hooked").revert(db.pool()).await.unwrap();
        assert_eq!(db.texts("SELECT note FROM base ORDER BY id").await[5..], ["before 2_hooked"]);
    }

    async fn hooks_nest_around_the_work(db) {
        let log = Log::default();
        let hooked = Migration::sql("2_b", "-- BeforeApply: one, two\n-- AfterApply: two\n-- AfterRevert: one\nCREATE TABLE b (id INT)", "DROP TABLE b");
        let set = migrator([table("1_a"), hooked])
            .before_each(saying(&log, "each"))
            .before_each(saying(&log, "each again"))
            .after_each(saying(&log, "end"))
            .hook("one", saying(&log, "one"))
            .hook("two", saying(&log, "two"))
            .on_event(log.listener());
        set.run(db.pool()).await.unwrap();
        assert_eq!(log.lines()[6..], [
            "started 2_b up 2/2", "each 2_b", "each again 2_b", "one 2_b", "two 2_b", "statement 2_b line 4 1/1", "two 2_b", "end 2_b", "applied 2_b",
        ]);
        let seen = log.lines().len();
        set.revert(db.pool()).await.unwrap();
        assert_eq!(log.lines()[seen..], [
            "started 2_b down 1/1", "each 2_b", "each again 2_b", "statement 2_b line 6 1/1", "one 2_b", "end 2_b", "reverted 2_b",
        ]);
    }

    async fn what_a_hook_wrote_goes_with_a_migration_that_fails(db) {
        table_a(&db).await;
        let set = migrator([table("1_b"), Migration::sql("2_c", "INSERT INTO missing VALUES (1)", "DELETE FROM a")])
            .before_each(async |ctx: &mut Context<'_>| {
                let name = ctx.migration().id.to_string();
                ctx.execute_with("INSERT INTO a (note) VALUES ($1)", (name,)).await.map(drop)
            });
        set.run(db.pool()).await.unwrap_err();
        let kept = if db.is_mysql() { vec!["1_b", "2_c"] } else { vec!["1_b"] };
        assert_eq!(db.texts("SELECT note FROM a ORDER BY note").await, kept);
    }

    async fn a_hook_that_fails_fails_the_migration(db) {
        for after in [false, true] {
            let bad = async |ctx: &mut Context<'_>| -> Result {
                ctx.execute("INSERT INTO missing VALUES (1)").await?;
                Ok(())
            };
            let set = match after {
                false => migrator([table("1_a")]).before_each(bad),
                true => migrator([table("1_a")]).after_each(bad),
            };
            let error = set.run(db.pool()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Hook);
            let when = if after { "after" } else { "before" };
            assert_eq!(error.message(), format!("the hook `{when}_each` failed {when} migration `1_a`"));
            assert!(text(&error).contains("INSERT INTO missing VALUES (1)"), "{error}");
            if db.is_mysql() {
                assert_eq!(db.standing().await, ["1_a failed"]);
                set.repair(db.pool(), uno_migrate::Repair::Retry { id: "1_a".into() }).await.unwrap();
            } else {
                assert_eq!(db.tables().await, ["uno_migrations"]);
                assert!(db.standing().await.is_empty());
            }
        }
    }

    async fn a_hook_that_fails_is_called_by_its_name(db) {
        let hooked = Migration::sql("1_a", "-- BeforeApply: notify\nCREATE TABLE a (id INT)", "DROP TABLE a");
        let set = migrator([hooked]).hook("notify", async |_: &mut Context<'_>| -> Result { Err("nobody is there".into()) });
        let error = set.run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Hook, "the hook `notify` failed before migration `1_a`"));
        assert!(text(&error).contains("cause: nobody is there"), "{error}");
    }

    async fn a_hook_that_nobody_gave_is_said_before_anything_runs(db) {
        let hooked = Migration::sql("2_b", "-- AfterApply: notify\nCREATE TABLE b (id INT)", "DROP TABLE b");
        let error = migrator([table("1_a"), hooked]).run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Hook, "migration `2_b` names the hook `notify`, which was not given"));
        assert!(db.tables().await.is_empty());
    }

    async fn fake_calls_nobody(db) {
        let log = Log::default();
        abc().fake(true).before_each(saying(&log, "each")).run(db.pool()).await.unwrap();
        assert!(log.lines().is_empty());
    }

    async fn on_connect_sets_up_every_session(db) {
        let log = Log::default();
        let set = migrator([
            table("1_a"),
            Migration::sql("2_b", "INSERT INTO a (id, note) SELECT 1, note FROM greeting", "DELETE FROM a"),
            Migration::sql("3_c", "INSERT INTO a (id, note) SELECT 2, note FROM greeting", "DELETE FROM a"),
        ]);
        let set = set.on_connect(async |ctx: &mut Context<'_>| match ctx.dialect() {
            uno_migrate::Dialect::MySql => ctx.execute("CREATE TEMPORARY TABLE IF NOT EXISTS greeting AS SELECT 'hello' AS note").await.map(drop),
            _ => ctx.execute("CREATE TEMPORARY TABLE IF NOT EXISTS greeting AS SELECT 'hello' AS note").await.map(drop),
        });
        assert_eq!(ids(&set.on_event(log.listener()).run(db.pool()).await.unwrap()), ["1_a", "2_b", "3_c"]);
        assert_eq!(db.texts("SELECT note FROM a").await, ["hello", "hello"]);
    }

    async fn on_connect_that_fails_says_so(db) {
        let set = abc().on_connect(async |ctx: &mut Context<'_>| ctx.execute("SELECT nonsense").await.map(drop));
        let error = set.run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Hook, "the `on_connect` hook failed"));
        assert!(text(&error).contains("statement: SELECT nonsense"), "{error}");
        assert!(db.tables().await.is_empty());
    }
}

async fn table_a(db: &impl Ask) {
    db.exec("CREATE TABLE a (note VARCHAR(100))").await;
}
