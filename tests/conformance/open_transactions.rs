//! A transaction that a migration leaves open would take back what the history already calls done.

use sqlx::Executor;
use uno_migrate::{Context, Error, ErrorKind, Migration, Migrations, Result, embed_migrations, hook_fn, migration};

use crate::kit::{Ask, migrator, table, text};
use crate::support::{each_database, mysql};

static LEFT_OPEN: Migrations = embed_migrations!(
    "./tests/conformance/base",
    hooks = { note_before = quiet, note_after = quiet },
    rust = [crate::open_transactions::left_open]
);

static LEAKED: Migrations = embed_migrations!(
    "./tests/conformance/base",
    hooks = { note_before = quiet, note_after = quiet },
    rust = [crate::open_transactions::leaked]
);

static ENDED: Migrations = embed_migrations!(
    "./tests/conformance/base",
    hooks = { note_before = quiet, note_after = quiet },
    rust = [crate::open_transactions::ended]
);

async fn quiet(_: &mut Context<'_>) -> Result {
    Ok(())
}

#[migration(id = "3_left_open", depends = ["1_base"], transaction = false, down = quiet)]
pub async fn left_open(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO base (id) VALUES (1)").await?;
    ctx.execute("BEGIN").await?;
    ctx.execute("INSERT INTO base (id) VALUES (2)").await.map(drop)
}

/// Begins a transaction on the sqlx connection and forgets it.
#[migration(id = "3_leaked", depends = ["1_base"], down = quiet)]
pub async fn leaked(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO base (id) VALUES (1)").await?;
    match ctx.dialect() {
        uno_migrate::Dialect::Postgres => std::mem::forget(sqlx::Connection::begin(ctx.postgres()?).await?),
        uno_migrate::Dialect::MySql => std::mem::forget(sqlx::Connection::begin(ctx.mysql()?).await?),
        uno_migrate::Dialect::Sqlite => std::mem::forget(sqlx::Connection::begin(ctx.sqlite()?).await?),
    }
    Ok(())
}

/// Would keep what it has done so far, and nothing that tells of it.
#[migration(id = "3_ended", depends = ["1_base"], down = quiet)]
pub async fn ended(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO base (id) VALUES (1)").await?;
    for control in [
        "COMMIT",
        "/* all of it */ rollback",
        "INSERT INTO base (id) VALUES (2); COMMIT AND CHAIN",
        "START TRANSACTION",
    ] {
        let error = ctx.execute(control).await.unwrap_err().to_string();
        assert!(error.contains("inside of a transaction that is the run's: to do all or nothing"), "{error}");
        assert!(ctx.fetch_all(control).await.is_err() && ctx.execute_with(control, ()).await.is_err());
    }
    ctx.execute("SAVEPOINT a; INSERT INTO base (id) VALUES (3); ROLLBACK TO SAVEPOINT a").await?;
    Err("none of it".into())
}

/// A hook of one migration.
fn only(id: &'static str, sql: &'static str) -> impl uno_migrate::Hook {
    hook_fn(move |ctx: &mut Context<'_>| {
        Box::pin(async move {
            if ctx.migration().id.as_str() == id {
                ctx.execute(sql).await?;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        })
    })
}

fn inserting() -> uno_migrate::Migrator {
    let up = "-- Transaction: none\nINSERT INTO a (id) VALUES (1);\nINSERT INTO a (id) VALUES (2);";
    migrator([table("1_a"), Migration::sql("2_b", up, "DELETE FROM a"), table("3_c")])
}

fn said(error: &Error, message: &str) {
    assert_eq!((error.kind(), error.message()), (ErrorKind::Migration, message), "{error}");
    assert!(text(error).contains("it begins a transaction and does not end it"), "{error}");
}

each_database! {
    async fn begun_before_the_statements(db) {
        let error = inserting().before_each(only("2_b", "BEGIN")).run(db.pool()).await.unwrap_err();
        said(&error, "migration `2_b` could not be applied");
        assert_eq!(error.location().map(|at| at.line), Some(2), "{error}");
        assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 0);
        assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
        assert_eq!(db.history("statements_done").await[1], "0");
        assert!(text(&error).contains("0 of its 2 statements are done, and `2_b` is recorded as failed"), "{error}");
    }

    async fn begun_after_the_statements(db) {
        let error = inserting().after_each(only("2_b", "BEGIN")).run(db.pool()).await.unwrap_err();
        said(&error, "migration `2_b` could not be applied");
        assert_eq!(error.path(), Some("2_b.sql"));
        assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 2);
        assert_eq!(db.history("statements_done").await[1], "2");
        assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
    }

    async fn begun_by_code_without_a_transaction(db) {
        let error = LEFT_OPEN.run(db.pool()).await.unwrap_err();
        said(&error, "migration `3_left_open` could not be applied");
        assert!(text(&error).contains("open_transactions.rs"), "{error}");
        assert!(text(&error).contains("repair(Repair::applied(\"3_left_open\"))"), "{error}");
        assert_eq!(db.number("SELECT COUNT(*) FROM base").await, 1, "what was committed stays");
        assert_eq!(db.standing().await.last().unwrap(), "3_left_open failed");
    }

    async fn not_ended_by_code_inside_of_it(db) {
        let error = ENDED.run(db.pool()).await.unwrap_err();
        assert!(text(&error).contains("none of it"), "{error}");
        assert_eq!(db.number("SELECT COUNT(*) FROM base").await, 0);
        assert_eq!(db.standing().await, ["1_base applied", "2_hooked applied"]);
    }

    async fn begun_on_the_sqlx_connection_and_forgotten(db) {
        let error = LEAKED.run(db.pool()).await.unwrap_err();
        assert_eq!(error.message(), "migration `3_leaked` could not be applied", "{error}");
        assert!(text(&error).contains("a transaction begun on the sqlx connection was not ended"), "{error}");
        assert_eq!(db.number("SELECT COUNT(*) FROM base").await, 0);
        assert_eq!(db.standing().await, ["1_base applied", "2_hooked applied"]);
        assert!(text(&error).contains("`3_leaked` was rolled back and left nothing behind"), "{error}");
    }

    async fn that_of_the_caller_stays_open(db) {
        if db.is_mysql() {
            return;
        }
        let mut connection = db.pool().acquire().await.unwrap();
        connection.execute("BEGIN").await.unwrap();
        let error = inserting().target("2_b").run_on(&mut *connection).await.unwrap_err();
        assert_eq!(error.message(), "migration `2_b` runs outside a transaction, and this connection is inside one");
        migrator([table("1_a"), table("4_d")]).on_ahead(uno_migrate::Policy::Allow).run_on(&mut *connection).await.unwrap();
        connection.execute("ROLLBACK").await.unwrap();
        assert!(db.tables().await.is_empty(), "{:?}", db.tables().await);
    }
}

#[tokio::test]
async fn mysql_begun_by_a_procedure_or_without_autocommit() {
    let db = mysql().await;
    table_with_procedure(&db).await;
    for up in ["INSERT INTO a (id) VALUES (1);\nCALL begins();", "CALL quietly();\nINSERT INTO a (id) VALUES (2);"] {
        let set = migrator([Migration::sql("2_b", up, "DELETE FROM a"), table("3_c")]);
        let error = set.run(db.pool()).await.unwrap_err();
        said(&error, "migration `2_b` could not be applied");
        assert_eq!(db.standing().await, ["2_b failed"]);
        set.repair(db.pool(), uno_migrate::Repair::Applied { id: "2_b".to_owned(), statement: 0 }).await.unwrap();
    }
    assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 1);
}

async fn table_with_procedure(db: &impl Ask) {
    db.exec("CREATE TABLE a (id BIGINT PRIMARY KEY)").await;
    db.exec("CREATE PROCEDURE begins() BEGIN START TRANSACTION; INSERT INTO a (id) VALUES (9); END").await;
    db.exec("CREATE PROCEDURE quietly() BEGIN SET autocommit = 0; END").await;
}

#[tokio::test]
async fn mysql_what_was_begun_counts_once_it_is_committed() {
    let db = mysql().await;
    table_with_procedure(&db).await;
    let up = "INSERT INTO a (id) VALUES (1);\nCALL begins();\nINSERT INTO missing VALUES (3);";
    let set = migrator([Migration::sql("2_b", up, "DELETE FROM a")]);
    let error = set.run(db.pool()).await.unwrap_err();
    assert_eq!(error.location().map(|at| at.line), Some(3), "{error}");
    assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 1);
    assert_eq!(db.history("statements_done").await, ["1"]);

    set.repair(db.pool(), uno_migrate::Repair::Applied { id: "2_b".to_owned(), statement: 0 }).await.unwrap();
    // A change of the schema commits what was begun before it.
    let set = migrator([Migration::sql("2_b", "CALL begins();\nCREATE TABLE b (id INT);", "DROP TABLE b")]);
    set.run(db.pool()).await.unwrap();
    assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 2);
    assert_eq!(db.history("statements_done").await, ["2"]);
}
