//! Every form on every database: not done before, done afterwards.

#[path = "../../../../tests/support/database.rs"]
#[allow(dead_code, reason = "the tests of the public API use more of it")]
mod database;

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, SqlSafeStr};
use uno_migrate_core::{Dialect, Effect, effect};

use super::Settled;
use super::Settled::{Done, NotDone, Unclear, Unusable};
use crate::dialect::sql;
use crate::driver::{Connection, Driver};

async fn first_number(connection: &mut dyn Connection, text: &str) -> i64 {
    let rows: Vec<_> = connection.fetch(AssertSqlSafe(text).into_sql_str()).try_collect().await.unwrap();
    assert_eq!((rows.len(), rows[0].len()), (1, 1), "{text}");
    rows[0].get(0).unwrap()
}

async fn schema(connection: &mut dyn Connection) -> String {
    let text = sql(connection.dialect()).current_schema();
    let rows: Vec<_> = connection.fetch(AssertSqlSafe(text).into_sql_str()).try_collect().await.unwrap();
    rows[0].get(0).unwrap()
}

async fn settled(connection: &mut dyn Connection, statement: &str) -> Settled {
    let dialect = connection.dialect();
    let effect = effect(dialect, statement).unwrap_or_else(|| panic!("no effect: {statement}"));
    let schema = schema(connection).await;
    let text = sql(dialect).settle(&effect, &schema).unwrap_or_else(|| panic!("no query: {effect:?}"));
    first_number(connection, &text).await.into()
}

async fn run(connection: &mut dyn Connection, statement: &str) -> Result<(), sqlx::Error> {
    connection.execute(AssertSqlSafe(statement).into_sql_str()).await.map(drop)
}

/// Runs statements in their order and looks before and after each that looking can settle.
async fn tell<DB: Driver>(db: &database::TestDatabase<DB>, statements: &[&str]) {
    let mut connection = db.pool().acquire().await.unwrap();
    let connection = DB::borrow(&mut connection);
    for statement in statements {
        let can_be_settled = effect(connection.dialect(), statement).is_some();
        if can_be_settled {
            assert_eq!(settled(connection, statement).await, NotDone, "before {statement}");
        }
        run(connection, statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        if can_be_settled {
            assert_eq!(settled(connection, statement).await, Done, "after {statement}");
        }
    }
}

#[tokio::test]
async fn postgres() {
    let db = database::postgres().await;
    let own = format!("x{}", db.url().rsplit('/').next().unwrap());
    let (create, drop) = (format!("CREATE DATABASE {own}"), format!("DROP DATABASE {own} WITH (FORCE)"));
    tell(
        &db,
        &[
            "CREATE SCHEMA s",
            "CREATE SCHEMA IF NOT EXISTS \"It's\"",
            "CREATE TABLE T (a int, b int)",
            "CREATE TABLE \"T\" (a int)",
            "CREATE TABLE s.t (a int)",
            r#"CREATE TABLE "It's"."a\b""c" (a int)"#,
            r#"ALTER TABLE "It's"."a\b""c" ADD COLUMN "d'" int"#,
            r#"ALTER TABLE "It's"."a\b""c" RENAME TO plain"#,
            "CREATE TABLE parted (a int) PARTITION BY LIST (a)",
            "CREATE TABLE part PARTITION OF parted FOR VALUES IN (1)",
            "CREATE INDEX parted_a ON parted (a)",
            "ALTER TABLE t ADD COLUMN c int",
            "ALTER TABLE s.t ADD c int",
            "ALTER TABLE t RENAME c TO \"C\"",
            "ALTER TABLE t RENAME COLUMN \"C\" TO c",
            "ALTER TABLE s.t DROP COLUMN c",
            "CREATE INDEX i ON t (a)",
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON s.t (a)",
            "DROP INDEX i",
            "DROP INDEX CONCURRENTLY s.i",
            "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID",
            "ALTER TABLE t VALIDATE CONSTRAINT positive",
            "ALTER TABLE t ADD CONSTRAINT small CHECK (a < 9)",
            "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (a)",
            "ALTER TABLE s.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES t (a) NOT VALID",
            "ALTER TABLE s.t VALIDATE CONSTRAINT f",
            "ALTER TABLE s.t DROP CONSTRAINT f",
            "ALTER TABLE t DROP CONSTRAINT IF EXISTS small",
            "CREATE VIEW v AS SELECT a FROM t",
            "CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA",
            "ALTER TABLE v RENAME TO w",
            "DROP VIEW w",
            "DROP MATERIALIZED VIEW m",
            "CREATE TYPE mood AS ENUM ('good', 'bad')",
            "CREATE TYPE s.pair AS (a int, b int)",
            "DROP TYPE mood",
            "DROP TYPE s.pair",
            "ALTER TABLE s.t RENAME TO u",
            "DROP TABLE s.u",
            "DROP TABLE t CASCADE",
            "DROP TABLE IF EXISTS \"T\"",
            "DROP SCHEMA s CASCADE",
            &create,
            &drop,
        ],
    )
    .await;
}

#[tokio::test]
async fn mysql() {
    let db = database::mysql().await;
    let own = format!("x{}", db.url().rsplit('/').next().unwrap());
    let statements = [
        format!("CREATE DATABASE {own}"),
        format!("CREATE TABLE {own}.t (a INT)"),
        "CREATE TABLE t (a INT, b INT, KEY (a)) ENGINE = InnoDB".into(),
        "CREATE TABLE `a``b'c` (a INT)".into(),
        "CREATE TABLE über (ä INT)".into(),
        "ALTER TABLE über ADD a INT".into(),
        "ALTER TABLE t ADD COLUMN c INT AFTER a, ALGORITHM = INPLACE".into(),
        "ALTER TABLE t RENAME COLUMN c TO d".into(),
        "ALTER TABLE t CHANGE d C BIGINT".into(),
        "ALTER TABLE t DROP c".into(),
        "CREATE UNIQUE INDEX i ON t (a) LOCK = NONE".into(),
        "ALTER TABLE t ADD INDEX j (b)".into(),
        "ALTER TABLE t ADD KEY IF NOT EXISTS `k l` (b)".into(),
        "DROP INDEX j ON t".into(),
        "ALTER TABLE t DROP INDEX IF EXISTS `k l`".into(),
        format!("CREATE INDEX i ON {own}.t (a)"),
        "CREATE TABLE u (a INT, b INT)".into(),
        "ALTER TABLE u ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES t (a)".into(),
        "ALTER TABLE u ADD CONSTRAINT positive CHECK (a > 0)".into(),
        "ALTER TABLE u ADD CONSTRAINT once UNIQUE (a)".into(),
        "ALTER TABLE u DROP FOREIGN KEY f".into(),
        "ALTER TABLE u DROP CONSTRAINT positive".into(),
        "ALTER TABLE u DROP CONSTRAINT once".into(),
        "CREATE VIEW v AS SELECT a FROM t".into(),
        "DROP VIEW v".into(),
        "RENAME TABLE u TO w".into(),
        "ALTER TABLE w RENAME TO x".into(),
        format!("RENAME TABLE {own}.t TO {own}.u"),
        "DROP TABLE x".into(),
        format!("DROP TABLE {own}.u"),
        format!("DROP DATABASE {own}"),
    ];
    tell(&db, &statements.each_ref().map(String::as_str)).await;
}

#[tokio::test]
async fn sqlite() {
    let db = database::sqlite().await;
    tell(
        &db,
        &[
            "CREATE TABLE t (a INT, b INT) STRICT",
            "CREATE TABLE main.[my 'Table] (a)",
            "ALTER TABLE \"My 'table\" ADD COLUMN `c d`",
            "ALTER TABLE t ADD c INT",
            "ALTER TABLE T RENAME COLUMN C TO d",
            "ALTER TABLE t DROP COLUMN D",
            "CREATE UNIQUE INDEX IF NOT EXISTS i ON T (a)",
            "CREATE INDEX main.j ON t (b)",
            "DROP INDEX I",
            "DROP INDEX main.j",
            "CREATE VIEW v AS SELECT a FROM t",
            "DROP VIEW IF EXISTS V",
            "ALTER TABLE t RENAME TO u",
            "DROP TABLE main.u",
        ],
    )
    .await;
}

/// A failed build leaves an index that is there and of no use, which `IF NOT EXISTS` takes for a success.
#[tokio::test]
async fn an_invalid_index_is_not_taken_for_one() {
    let db = database::postgres().await;
    let mut connection = db.pool().acquire().await.unwrap();
    let connection = sqlx::Postgres::borrow(&mut connection);
    run(connection, "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)").await.unwrap();
    let statement = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)";
    assert_eq!(settled(connection, statement).await, NotDone);
    assert!(run(connection, statement).await.is_err());
    assert_eq!(settled(connection, statement).await, Unusable);
    run(connection, statement).await.unwrap();
    assert_eq!(settled(connection, statement).await, Unusable);
    assert_eq!(settled(connection, "CREATE INDEX i ON t (a)").await, Unusable);

    let drop = "DROP INDEX CONCURRENTLY i";
    assert_eq!(settled(connection, drop).await, NotDone);
    run(connection, drop).await.unwrap();
    assert_eq!(settled(connection, drop).await, Done);
    assert_eq!(settled(connection, statement).await, NotDone);
}

#[tokio::test]
async fn a_constraint_that_was_never_validated_is_told_from_one_that_holds() {
    let db = database::postgres().await;
    let mut connection = db.pool().acquire().await.unwrap();
    let connection = sqlx::Postgres::borrow(&mut connection);
    run(connection, "CREATE TABLE t (a int); INSERT INTO t VALUES (-1)").await.unwrap();
    run(connection, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID").await.unwrap();
    assert_eq!(settled(connection, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)").await, Unusable);
    assert_eq!(settled(connection, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID").await, Done);
    let validate = "ALTER TABLE t VALIDATE CONSTRAINT c";
    assert!(run(connection, validate).await.is_err());
    assert_eq!(settled(connection, validate).await, NotDone);
}

/// What is dropped may uncover another of that name.
#[tokio::test]
async fn a_search_path_of_several_schemas_is_minded() {
    let db = database::postgres().await;
    let mut connection = db.pool().acquire().await.unwrap();
    let connection = sqlx::Postgres::borrow(&mut connection);
    run(connection, "CREATE SCHEMA a; CREATE SCHEMA b; SET search_path = a, b").await.unwrap();
    run(connection, "CREATE TABLE b.t (x int); CREATE INDEX i ON b.t (x); CREATE TYPE b.y AS ENUM ()").await.unwrap();
    let (create, drop) = ("CREATE TABLE t (x int)", "DROP TABLE t");
    assert_eq!(settled(connection, create).await, NotDone);
    for drop in [drop, "DROP INDEX i", "DROP TYPE y"] {
        assert_eq!(settled(connection, drop).await, Unclear, "{drop}");
    }
    assert_eq!(settled(connection, "DROP TABLE b.t").await, NotDone);
    assert_eq!(settled(connection, "ALTER TABLE t DROP COLUMN x").await, NotDone);
    run(connection, create).await.unwrap();
    assert_eq!(settled(connection, create).await, Done);
    assert_eq!(settled(connection, drop).await, NotDone);
    run(connection, "ALTER TABLE t RENAME TO u").await.unwrap();
    assert_eq!(settled(connection, "ALTER TABLE t RENAME TO u").await, Unclear);
}

/// The same letters in another case are another table where the server's files say so, and accents always tell names
/// apart.
#[tokio::test]
async fn mysql_names_are_compared_as_its_server_does() {
    let db = database::mysql().await;
    let mut connection = db.pool().acquire().await.unwrap();
    let connection = sqlx::MySql::borrow(&mut connection);
    assert_eq!(first_number(connection, "SELECT @@lower_case_table_names").await, 0);
    run(connection, "CREATE TABLE t (e INT, KEY e (e))").await.unwrap();
    assert_eq!(settled(connection, "CREATE TABLE T (e INT)").await, NotDone);
    assert_eq!(settled(connection, "ALTER TABLE T DROP COLUMN x").await, NotDone);
    assert_eq!(settled(connection, "ALTER TABLE t ADD COLUMN é INT").await, NotDone);
    assert_eq!(settled(connection, "ALTER TABLE t ADD COLUMN E INT").await, Done);
    assert_eq!(settled(connection, "CREATE INDEX É ON t (e)").await, NotDone);
    assert_eq!(settled(connection, "CREATE INDEX E ON t (e)").await, Done);
}

/// Nothing is dropped from a table that is not there, and a new name alone tells nothing.
#[tokio::test]
async fn a_missing_table_is_not_a_success() {
    for dialect in Dialect::ALL {
        let statements = ["ALTER TABLE nothing DROP COLUMN a", "ALTER TABLE nothing ADD COLUMN a INT"];
        let renamed = ["ALTER TABLE nothing RENAME TO other", "ALTER TABLE nothing RENAME COLUMN a TO b"];
        for (statements, expected) in [(statements, NotDone), (renamed, Unclear)] {
            for statement in statements {
                let found = match dialect {
                    Dialect::Postgres => {
                        let db = database::postgres().await;
                        settled(sqlx::Postgres::borrow(&mut db.pool().acquire().await.unwrap()), statement).await
                    }
                    Dialect::MySql => {
                        let db = database::mysql().await;
                        settled(sqlx::MySql::borrow(&mut db.pool().acquire().await.unwrap()), statement).await
                    }
                    Dialect::Sqlite => {
                        let db = database::sqlite().await;
                        settled(sqlx::Sqlite::borrow(&mut db.pool().acquire().await.unwrap()), statement).await
                    }
                };
                assert_eq!(found, expected, "{dialect}: {statement}");
            }
        }
    }
}

#[test]
fn what_a_database_does_not_have_is_not_looked_for() {
    let r#type =
        Effect::Type { name: uno_migrate_core::QualifiedName { schema: None, name: "a".into() }, exists: true };
    assert!(sql(Dialect::Postgres).settle(&r#type, "public").is_some());
    assert!(sql(Dialect::MySql).settle(&r#type, "a").is_none());
    assert!(sql(Dialect::Sqlite).settle(&r#type, "main").is_none());
    let nul = effect(Dialect::Postgres, "DROP TABLE \"a\0b\"").unwrap();
    assert!(sql(Dialect::Postgres).settle(&nul, "public").is_none());
}
