//! What a person reads at three in the morning: the whole text of each kind of error. Where the database has a word in
//! it, it is said for each; elsewhere SQLite speaks for all.

use uno_migrate::{
    Context, Error, ErrorKind, Migration, Migrations, Migrator, Policy, Repair, Result, embed_migrations, migration,
};

use crate::kit::{Ask, abc, dependent, migrator, sql, table};
use crate::support::{mysql, postgres, sqlite};

#[track_caller]
fn reads(error: &Error, kind: ErrorKind, text: &str) {
    assert_eq!(error.kind(), kind, "{error}");
    assert_eq!(error.to_string(), text.trim_matches('\n'), "\n{error}\n");
}

/// The second of three fails at its second statement.
fn failing() -> Migrator {
    let up = "CREATE TABLE b (id INT);\nINSERT INTO b\n  (id, missing) VALUES (1, 2);";
    migrator([table("1_a"), Migration::sql("2_b", up, "DROP TABLE b"), table("3_c")])
}

#[tokio::test]
async fn usage() {
    let db = sqlite().await;
    reads(
        &abc().target("1_a").steps(1).run(db.pool()).await.unwrap_err(),
        ErrorKind::Usage,
        "
`target` and `steps` exclude each other
  help: give one of `target`, `only`, `steps` and `all`",
    );
    reads(
        &abc().target("2_bb").run(db.pool()).await.unwrap_err(),
        ErrorKind::Usage,
        "
there is no migration `2_bb`
  help: did you mean `2_b`?",
    );
}

#[tokio::test]
async fn invalid() {
    let db = sqlite().await;
    reads(
        &migrator([dependent("2_b", &["1_aa"]), table("1_a")]).run(db.pool()).await.unwrap_err(),
        ErrorKind::Invalid,
        "
the migrations are no valid set
  cause: migration `2_b` depends on `1_aa`, which does not exist
    --> 2_b.sql
     = help: a migration named `1_a` exists",
    );
}

#[tokio::test]
async fn connection() {
    let db = postgres().await;
    reads(
        &abc().direct_url("postgres://u:hunter2@127.0.0.1:1/x").run(db.pool()).await.unwrap_err(),
        ErrorKind::Connection,
        "
cannot connect to the database
  cause: error communicating with database: Connection refused (os error 111)
  help: nobody listens there: start the server, or correct host and port",
    );
}

#[tokio::test]
async fn migration_on_postgres() {
    let db = postgres().await;
    reads(
        &failing().run(db.pool()).await.unwrap_err(),
        ErrorKind::Migration,
        r#"
migration `2_b` could not be applied
  --> 2_b.sql:3:8
  statement: INSERT INTO b
      (id, missing) VALUES (1, 2)
  cause: column "missing" of relation "b" does not exist (42703)
  done: `2_b` was rolled back and left nothing behind
    1 of 3 migrations applied: `1_a`
  help: correct the migration and run again"#,
    );
}

#[tokio::test]
async fn migration_on_sqlite() {
    let db = sqlite().await;
    reads(
        &failing().run(db.pool()).await.unwrap_err(),
        ErrorKind::Migration,
        "
migration `2_b` could not be applied
  --> 2_b.sql:2:1
  statement: INSERT INTO b
      (id, missing) VALUES (1, 2)
  cause: table b has no column named missing (1)
  done: `2_b` was rolled back and left nothing behind
    1 of 3 migrations applied: `1_a`
  help: correct the migration and run again",
    );
}

#[tokio::test]
async fn migration_and_interrupted_on_mysql() {
    let db = mysql().await;
    reads(
        &failing().run(db.pool()).await.unwrap_err(),
        ErrorKind::Migration,
        r#"
migration `2_b` could not be applied
  --> 2_b.sql:2:1
  statement: INSERT INTO b
      (id, missing) VALUES (1, 2)
  cause: Unknown column 'missing' in 'INSERT INTO' (42S22)
  done: 1 of its 2 statements are done, and `2_b` is recorded as failed
    1 of 3 migrations applied: `1_a`
  help: correct the statement that failed or what it needs, not what is done, and run again: it goes on at statement 2
    or take back by hand what it did, and say so: `repair(Repair::Applied { id: "2_b".into(), statement: 0 })`"#,
    );
    reads(
        &failing().validate(db.pool()).await.unwrap_err(),
        ErrorKind::Interrupted,
        r#"
migration `2_b` failed half-way while it was applied
  cause: 2_b.sql:2:1: Unknown column 'missing' in 'INSERT INTO' (42S22)
  done: 1 of its 2 statements are done
  help: correct the statement that failed or what it needs, not what is done, and run again: it goes on at statement 2
    or take back by hand what it did, and say so: `repair(Repair::Applied { id: "2_b".into(), statement: 0 })`"#,
    );
    let up = "CREATE TABLE b (id BIGINT);\nINSERT INTO b (id) VALUES (1)";
    let edited = migrator([table("1_a"), sql("2_b", up, "DROP TABLE b"), table("3_c")]);
    reads(
        &edited.run(db.pool()).await.unwrap_err(),
        ErrorKind::Interrupted,
        r#"
migration `2_b` failed half-way while it was applied
  cause: its statements that are done are not what they were
  done: 1 of its 2 statements are done
  help: what is done must stay as it was, and only what is behind it may change: restore it and run again
    or, if the database is as the file says now up to statement 1: `repair(Repair::Applied { id: "2_b".into(), statement: 1 })`, and run again
    look at the database, then
    either finish it by hand and record it as applied: `repair(Repair::Applied { id: "2_b".into(), statement: 2 })`
    or take back by hand what it did: `repair(Repair::Applied { id: "2_b".into(), statement: 0 })`, and run again"#,
    );
}

#[tokio::test]
async fn a_revert_that_stopped_on_mysql() {
    let db = mysql().await;
    let set = || migrator([Migration::sql("1_a", "CREATE TABLE a (id INT)", "DROP TABLE a;\nDROP TABLE missing;")]);
    set().run(db.pool()).await.unwrap();
    set().revert(db.pool()).await.unwrap_err();
    let error = set().run(db.pool()).await.unwrap_err();
    assert_eq!(error.message(), "migration `1_a` failed half-way while it was reverted");
    assert_eq!(
        error.remedy().unwrap(),
        "`only(\"1_a\")` and `revert` go on with its revert; then it can run again\n\
         look at the database, then\n\
         either finish its way down by hand and record it as reverted: `repair(Repair::Applied { id: \"1_a\".into(), statement: 2 })`\n\
         or put back by hand what its way down removed: `repair(Repair::Applied { id: \"1_a\".into(), statement: 0 })` records it as applied"
    );
}

#[tokio::test]
async fn policies() {
    let db = sqlite().await;
    abc().run(db.pool()).await.unwrap();
    let edited = sql("1_a", "CREATE TABLE a (id INT)", "DROP TABLE a");
    reads(
        &migrator([edited, table("2_b"), table("3_c")]).run(db.pool()).await.unwrap_err(),
        ErrorKind::Modified,
        "
migration `1_a` changed since it was applied
  help: restore the file and write a new migration, or accept it with `repair(Repair::AcceptChecksum(\"1_a\".into()))`",
    );
    let older = || migrator([table("1_a"), table("2_b")]);
    reads(
        &older().on_ahead(Policy::Error).run(db.pool()).await.unwrap_err(),
        ErrorKind::Ahead,
        "
migration `3_c` is applied and not in this set
  help: deploy the binary that has it, revert it with that binary, or allow it with `on_ahead(Policy::Allow)`",
    );
    reads(
        &older().revert(db.pool()).await.unwrap_err(),
        ErrorKind::StoredDown,
        "
migration `3_c` is not in this set; only the down SQL stored in the database can revert it
  help: use the binary that has it, or allow it with `on_stored_down(Policy::Allow)` if you trust that table",
    );
    let late = migrator([table("0_z"), table("1_a"), table("2_b"), table("3_c")]);
    reads(
        &late.on_out_of_order(Policy::Error).run(db.pool()).await.unwrap_err(),
        ErrorKind::OutOfOrder,
        "
migration `0_z` is pending and belongs before one that is applied
  help: give it a later version, or allow it with `on_out_of_order(Policy::Allow)`",
    );
}

#[tokio::test]
async fn hook_and_cancelled() {
    let db = sqlite().await;
    let hooked = sql("4_d", "-- BeforeApply: notify\nCREATE TABLE d (id INT)", "DROP TABLE d");
    reads(
        &migrator([hooked]).run(db.pool()).await.unwrap_err(),
        ErrorKind::Hook,
        r#"
migration `4_d` names the hook `notify`, which was not given
  help: give it with `.hook("notify", …)`, or `hooks = { notify = path }` in `embed_migrations!`"#,
    );
    reads(
        &abc().cancel_on(async {}).run(db.pool()).await.unwrap_err(),
        ErrorKind::Cancelled,
        "
the run was asked to stop
  done: none of the 3 migrations was applied
  help: run again to go on from here",
    );
}

#[tokio::test]
async fn breaking() {
    let db = sqlite().await;
    let newest = sql("3_c", "-- Breaking: users have no names any more\nCREATE TABLE c (id INT)", "DROP TABLE c");
    migrator([table("1_a"), table("2_b"), newest]).run(db.pool()).await.unwrap();
    let older = || migrator([table("1_a"), table("2_b")]);
    let text = "
the database has migration `3_c`, which older binaries must not run on: users have no names any more
  help: deploy a binary that knows this migration";
    reads(&older().run(db.pool()).await.unwrap_err(), ErrorKind::Breaking, text);
    reads(&older().revert(db.pool()).await.unwrap_err(), ErrorKind::Breaking, text);
}

#[tokio::test]
async fn irreversible() {
    let db = sqlite().await;
    let set = || {
        let last = Migration::sql("2_b", "-- Irreversible: the names are lost\nCREATE TABLE b (id INT)", None);
        migrator([table("1_a"), last])
    };
    set().run(db.pool()).await.unwrap();
    reads(
        &set().all().revert(db.pool()).await.unwrap_err(),
        ErrorKind::Irreversible,
        r#"
migration `2_b` is irreversible: the names are lost
  help: keep it with `target("2_b")`, or write a new migration that takes it back"#,
    );
}

#[tokio::test]
async fn history() {
    let db = sqlite().await;
    db.exec("CREATE TABLE uno_migrations (id INT)").await;
    reads(
        &abc().run(db.pool()).await.unwrap_err(),
        ErrorKind::History,
        r#"
the history could not be read
  cause: no such column: namespace (1)
  help: the history is read from "main"."uno_migrations"; if this table is not a history of uno-migrate's, give the history another name with `table("…")`"#,
    );
    reads(
        &migrator([table("1_a")]).schema("app").run(db.pool()).await.unwrap_err(),
        ErrorKind::History,
        r#"
the history could not be written
  cause: unknown database "app" (1)
  help: the history is kept in "app"."uno_migrations": if there is no schema `app` yet, attach a database as "app" in `on_connect` first; let this user create that table, or create it as one who may"#,
    );
}

#[tokio::test]
async fn stale() {
    let db = sqlite().await;
    reads(
        &crate::sources::stale().run(db.pool()).await.unwrap_err(),
        ErrorKind::Stale,
        "
this binary is stale: `migrations` has changed since it was built (`2_added` was added)
  help: touch the file that calls `embed_migrations!` and build again; so that cargo notices by itself, let `build.rs` print `cargo::rerun-if-changed=migrations`; to run it as it is, set UNO_MIGRATE_STALE=allow",
    );
}

static HALF: Migrations =
    embed_migrations!("./tests/conformance/twins/own", rust = [crate::errors::half], hooks = { note = nothing });

#[migration(id = "2_half", transaction = false, down = nothing)]
pub async fn half(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO missing VALUES (1)").await.map(drop)
}

async fn nothing(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[tokio::test]
async fn interrupted_rust_code() {
    let db = sqlite().await;
    HALF.run(db.pool()).await.unwrap_err();
    reads(
        &HALF.run(db.pool()).await.unwrap_err(),
        ErrorKind::Interrupted,
        r#"
migration `2_half` failed half-way while it was applied
  cause: no such table: missing (1)
  done: it is Rust code: what it did before that may stay
  help: look at the database, then
    either finish it by hand and record it as applied: `repair(Repair::applied("2_half"))`
    or take back by hand what it did: `repair(Repair::Retry { id: "2_half".into() })`, and run again"#,
    );
    HALF.migrator().repair(db.pool(), Repair::applied("2_half")).await.unwrap();
    assert!(HALF.run(db.pool()).await.unwrap().is_empty());
}
