//! What a migration does to its session stays with it.

use sqlx::{ConnectOptions, Connection};
use uno_migrate::{Context, Migration, Migrations, Result, embed_migrations, migration};

use crate::kit::{Ask, ids, migrator, table};
use crate::support::{each_database, mysql, postgres, sqlite};

static TYPED: Migrations = embed_migrations!("./tests/conformance/base", hooks = { note_before = quiet, note_after = quiet }, rust = [crate::sessions::first, crate::sessions::second]);

async fn quiet(_: &mut Context<'_>) -> Result {
    Ok(())
}

async fn typed(ctx: &mut Context<'_>) -> Result {
    let sql = "SELECT COUNT(*) FROM base";
    match ctx.dialect() {
        uno_migrate::Dialect::Postgres => sqlx::query(sql).execute(ctx.postgres()?).await.map(drop)?,
        uno_migrate::Dialect::MySql => sqlx::query(sql).execute(ctx.mysql()?).await.map(drop)?,
        uno_migrate::Dialect::Sqlite => sqlx::query(sql).execute(ctx.sqlite()?).await.map(drop)?,
    }
    Ok(())
}

#[migration(id = "4_first", depends = ["1_base"], down = quiet)]
pub async fn first(ctx: &mut Context<'_>) -> Result {
    typed(ctx).await
}

#[migration(id = "5_second", depends = ["4_first"], down = quiet)]
pub async fn second(ctx: &mut Context<'_>) -> Result {
    typed(ctx).await
}

each_database! {
    async fn sqlx_prepares_the_same_statement_in_two_migrations(db) {
        assert_eq!(TYPED.run(db.pool()).await.unwrap().len(), 4);
    }

    async fn temporary_tables_end_with_their_migration(db) {
        for own_transaction in [true, false] {
            let none = if own_transaction { "" } else { "-- Transaction: none\n" };
            let set = migrator([
                Migration::sql("1_a", format!("{none}CREATE TEMPORARY TABLE t (id INT);\nINSERT INTO t VALUES (1);"), "-- Nothing: gone\n"),
                Migration::sql("2_b", "CREATE TEMPORARY TABLE t (id INT)", "-- Nothing: gone\n"),
            ]);
            assert_eq!(set.run(db.pool()).await.unwrap().len(), 2);
            set.all().revert(db.pool()).await.unwrap();
        }
    }

    async fn reading_writes_nothing(db) {
        use crate::kit::abc;
        abc().status(db.pool()).await.unwrap();
        abc().validate(db.pool()).await.unwrap();
        let _ = abc().plan(db.pool()).await.unwrap();
        let _ = abc().all().plan_revert(db.pool()).await.unwrap();
        abc().all().revert(db.pool()).await.unwrap();
        assert!(db.tables().await.is_empty());
    }
}

#[tokio::test]
async fn postgres_settings_role_and_search_path() {
    let db = postgres().await;
    let role = format!("r_{}", db.url().rsplit('/').next().unwrap());
    db.exec(&format!("CREATE ROLE {role}; CREATE SCHEMA elsewhere AUTHORIZATION {role}")).await;
    let session = format!("SET SESSION AUTHORIZATION {role};\nCREATE TABLE elsewhere.mine2 (id INT);");
    let as_role = format!("SET ROLE {role};\nCREATE TABLE elsewhere.mine (id INT);");
    for none in ["", "-- Transaction: none\n"] {
        let set = migrator([
            // As pg_dump begins.
            Migration::sql(
                "1_a",
                format!(
                    "{none}SELECT pg_catalog.set_config('search_path', '', false);\nSET statement_timeout = 0;\nSET row_security = off;\nCREATE TABLE public.a (id INT);"
                ),
                "DROP TABLE a",
            ),
            table("2_b"),
            Migration::sql("3_c", format!("{none}{as_role}"), "DROP TABLE elsewhere.mine"),
            table("4_d"),
            Migration::sql("5_e", format!("{none}{session}"), "DROP TABLE elsewhere.mine2"),
            table("6_f"),
            Migration::sql(
                "7_g",
                format!("{none}SET search_path = elsewhere, public;\nCREATE TABLE g (id INT);"),
                "DROP TABLE elsewhere.g",
            ),
            table("8_h"),
            Migration::sql(
                "9_i",
                format!("{none}PREPARE p AS SELECT 1;\nSELECT pg_advisory_lock(7);\nLISTEN x;"),
                "-- Nothing: it left nothing\n",
            ),
            Migration::sql(
                "10_j",
                format!(
                    "{none}PREPARE p AS SELECT 1;\nCREATE TABLE j AS SELECT current_user::text AS who, current_setting('search_path') AS path, count(*) AS locks FROM pg_locks WHERE locktype = 'advisory';"
                ),
                "DROP TABLE j",
            ),
        ]);
        let pool = db.pool_of_one().await;
        assert_eq!(set.run(&pool).await.unwrap().len(), 10);
        assert_eq!(db.texts("SELECT who FROM j").await, db.texts("SELECT current_user::text").await);
        assert_eq!(db.texts("SELECT path FROM j").await, db.texts("SELECT current_setting('search_path')").await);
        assert_eq!(db.number("SELECT locks FROM j").await, 0);
        assert_eq!(db.tables().await, ["a", "b", "d", "f", "h", "j", "uno_migrations"]);
        assert_eq!(set.all().revert(&pool).await.unwrap().len(), 10);
        assert_eq!(db.standing().await.len(), 10);
    }
    db.exec(&format!("DROP SCHEMA elsewhere CASCADE; DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

#[tokio::test]
async fn postgres_a_role_that_may_only_read_can_boot() {
    let db = postgres().await;
    let role = format!("r_{}", db.url().rsplit('/').next().unwrap());
    crate::kit::abc().run(db.pool()).await.unwrap();
    db.exec(&format!("CREATE ROLE {role} LOGIN PASSWORD 'reader'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}; REVOKE CREATE ON SCHEMA public FROM PUBLIC")).await;
    let options: sqlx::postgres::PgConnectOptions = db.url().parse().unwrap();
    let options = options.username(&role).password("reader").options([("default_transaction_read_only", "on")]);
    let reader = sqlx::PgPool::connect_with(options).await.unwrap();
    let report = crate::kit::abc().run(&reader).await.unwrap();
    assert_eq!(report.to_string(), "nothing to do: 3 migrations applied");
    crate::kit::abc().validate(&reader).await.unwrap();
    assert_eq!(crate::kit::abc().status(&reader).await.unwrap().pending(), 0);
    reader.close().await;
    db.exec(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

#[tokio::test]
async fn mysql_database_modes_and_locks() {
    let db = mysql().await;
    let other = format!("{}_other", db.url().rsplit('/').next().unwrap());
    db.exec(&format!("CREATE DATABASE {other}")).await;
    let set = migrator([
        Migration::sql("1_a", format!("USE {other};\nCREATE TABLE a (id INT);"), &*format!("DROP TABLE {other}.a")),
        table("2_b"),
        Migration::sql(
            "3_c",
            "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES';\nCREATE TABLE \"c\" (id INT);",
            "DROP TABLE c",
        ),
        Migration::sql("4_d", "CREATE TABLE d (note VARCHAR(20) DEFAULT \"text\");", "DROP TABLE d"),
        Migration::sql("5_e", "SET NAMES latin1;\n-- Migration: über\nCREATE TABLE e (id INT);", "DROP TABLE e"),
        // As mysqldump fills tables.
        Migration::sql("6_f", "LOCK TABLES b WRITE;\nINSERT INTO b VALUES (1, 'x');\nUNLOCK TABLES;", "DELETE FROM b"),
        Migration::sql(
            "7_g",
            "-- Transaction: none\nEXECUTE IMMEDIATE 'SET autocommit = 0';\nINSERT INTO b VALUES (2, 'y');\nCOMMIT;",
            "DELETE FROM b",
        ),
        Migration::sql(
            "8_h",
            "SET SESSION TRANSACTION READ ONLY;\nSET max_statement_time = 1;",
            "-- Nothing: settings\n",
        ),
        table("9_i"),
    ]);
    let error = set.run(db.pool()).await;
    let error = error.map(|report| report.len());
    assert_eq!(error.unwrap(), 9);
    assert_eq!(db.tables().await, ["b", "c", "d", "e", "i", "uno_migrations"]);
    assert_eq!(db.number("SELECT COUNT(*) FROM b").await, 2);
    assert_eq!(set.all().revert(db.pool()).await.unwrap().len(), 9);
    db.exec(&format!("DROP DATABASE {other}")).await;
}

#[tokio::test]
async fn mysql_without_autocommit_nothing_is_lost() {
    let db = mysql().await;
    let set = migrator([
        table("1_a"),
        Migration::sql(
            "2_b",
            "-- Transaction: none\nEXECUTE IMMEDIATE 'SET autocommit = 0';\nINSERT INTO a VALUES (1, 'x');\nCOMMIT;",
            "DELETE FROM a",
        ),
        table("3_c"),
    ]);
    assert_eq!(ids(&set.run(db.pool()).await.unwrap()), ["1_a", "2_b", "3_c"]);
    assert_eq!(db.standing().await, ["1_a applied", "2_b applied", "3_c applied"]);
}

#[tokio::test]
async fn mysql_locks_held_over_statements_do_not_stop_the_journal() {
    let db = mysql().await;
    let set = migrator([
        table("1_a"),
        Migration::sql("2_b", "LOCK TABLES a WRITE;\nINSERT INTO a VALUES (1, 'x');", "DELETE FROM a"),
        table("3_c"),
    ]);
    assert_eq!(ids(&set.run(db.pool()).await.unwrap()), ["1_a", "2_b", "3_c"]);
}

#[tokio::test]
async fn sqlite_settings() {
    let db = sqlite().await;
    let set = migrator([
        Migration::sql(
            "1_a",
            "PRAGMA recursive_triggers = ON;\nPRAGMA case_sensitive_like = ON;\nCREATE TABLE a (id INT);",
            "DROP TABLE a",
        ),
        Migration::sql(
            "2_b",
            "CREATE TABLE b AS SELECT 'A' LIKE 'a' AS alike, * FROM pragma_recursive_triggers;",
            "DROP TABLE b",
        ),
    ]);
    assert_eq!(set.run(db.pool()).await.unwrap().len(), 2);
    assert_eq!(db.number("SELECT alike FROM b").await, 1);
    assert_eq!(db.number("SELECT recursive_triggers FROM b").await, 0);
}

#[tokio::test]
async fn sqlite_in_memory_the_pools_connection_comes_back_as_it_was() {
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    let set = migrator([
        Migration::sql(
            "1_a",
            "PRAGMA recursive_triggers = ON;\nPRAGMA ignore_check_constraints = ON;\nCREATE TABLE a (id INT);\nCREATE TEMP TABLE t (id INT);",
            "DROP TABLE a",
        ),
        Migration::sql(
            "2_b",
            "CREATE TABLE b AS SELECT * FROM pragma_recursive_triggers;\nCREATE TEMP TABLE t (id INT);",
            "DROP TABLE b",
        ),
    ]);
    assert_eq!(set.run(&pool).await.unwrap().len(), 2);
    let one = async |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).fetch_one(&pool).await.unwrap();
    assert_eq!(one("SELECT recursive_triggers FROM b").await, 0);
    assert_eq!(one("PRAGMA recursive_triggers").await, 0);
    assert_eq!(one("PRAGMA ignore_check_constraints").await, 0);
    assert_eq!(one("PRAGMA foreign_keys").await, 1);
    assert_eq!(one("SELECT COUNT(*) FROM sqlite_temp_master").await, 0);
    assert_eq!(set.clone().all().revert(&pool).await.unwrap().len(), 2);
    assert_eq!(set.status(&pool).await.unwrap().pending(), 2);
}

#[tokio::test]
async fn sqlite_in_memory_after_a_failure() {
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    let set = migrator([Migration::sql(
        "1_a",
        "PRAGMA recursive_triggers = ON;\nCREATE TABLE a (id INT);\nINSERT INTO missing VALUES (1);",
        "DROP TABLE a",
    )]);
    set.run(&pool).await.unwrap_err();
    assert_eq!(sqlx::query_scalar::<_, i64>("PRAGMA recursive_triggers").fetch_one(&pool).await.unwrap(), 0);
    assert_eq!(
        sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'a'")
            .fetch_one(&pool)
            .await
            .unwrap(),
        0
    );
}

#[tokio::test]
async fn sqlite_in_memory_shared_by_a_pool() {
    let url = "sqlite:file:shared_by_a_pool?mode=memory&cache=shared";
    let options: sqlx::sqlite::SqliteConnectOptions = url.parse().unwrap();
    let _keeps_it = options.clone().connect().await.unwrap();
    let pool = sqlx::SqlitePool::connect_with(options.clone()).await.unwrap();
    crate::kit::abc().run(&pool).await.unwrap();
    let mut other = options.connect().await.unwrap();
    sqlx::query("SELECT * FROM c").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
}
