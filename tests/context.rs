//! What a migration written in Rust may rely on, the same on every database.

mod support;

use std::error::Error;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::future::BoxFuture;
use sqlx::{AssertSqlSafe, Pool};
use support::{TestDatabase, each_database};
use uno_migrate::private::literal;
use uno_migrate::{Context, Dialect, Driver, Hook, Memory, Migration, Migrator, Result, Value, hook_fn};

/// Runs the body as a hook of a migration without a transaction.
async fn context<DB: Driver>(db: &TestDatabase<DB>, body: impl Hook) -> Result<(), String> {
    run(db.pool(), "-- Transaction: none\nSELECT 1", body).await
}

/// Runs the body as a hook of a migration, inside its transaction.
async fn in_transaction<DB: Driver>(db: &TestDatabase<DB>, body: impl Hook) -> Result<(), String> {
    run(db.pool(), "SELECT 1", body).await
}

/// Every run has a history of its own. What went wrong is told with all that caused it.
async fn run<DB: Driver>(pool: &Pool<DB>, sql: &str, body: impl Hook) -> Result<(), String> {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let history = format!("history_{}", RUNS.fetch_add(1, Ordering::Relaxed));
    let source = Memory::new([Migration::sql("1_test", sql, "SELECT 1")]);
    let result = Migrator::new(source).table(history).before_each(body).run(pool).await;
    result.map(drop).map_err(|error| {
        let mut told = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            told = format!("{told}\n{error}");
            cause = error.source();
        }
        told
    })
}

async fn count(ctx: &mut Context<'_>) -> Result<i64> {
    ctx.fetch_one("SELECT count(*) FROM t").await?.get(0)
}

each_database! {
    async fn several_statements_and_the_rows_they_change(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            ctx.execute("CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(20)); INSERT INTO t VALUES (1, 'a;b'); -- no; more").await?;
            assert_eq!(ctx.execute("INSERT INTO t VALUES (2, 'b'), (3, 'c')").await?, 2);
            assert_eq!(ctx.execute_with("UPDATE t SET s = $1 WHERE id > $2", ("x", 1)).await?, 2);
            assert_eq!(ctx.execute("DELETE FROM t WHERE id = 1; DELETE FROM t").await?, 3);
            assert_eq!(count(ctx).await?, 0);
            assert!(ctx.fetch_optional("SELECT id FROM t").await?.is_none());
            Ok(())
        }).await.unwrap();
    }

    async fn placeholders_in_any_order_and_again(db) {
        in_transaction(&db, async |ctx: &mut Context<'_>| -> Result {
            ctx.execute("CREATE TABLE t (a VARCHAR(20), b VARCHAR(20), c VARCHAR(20), d VARCHAR(20))").await?;
            ctx.execute_with("INSERT INTO t VALUES ($2, $1, $2, '$1') -- $3", ("one", "two")).await?;
            let row = ctx.fetch_one_with("SELECT * FROM t WHERE b = $1", ["one"]).await?;
            let found: Vec<String> = (0..row.len()).map(|at| row.get(at).unwrap()).collect();
            assert_eq!(found, ["two", "one", "two", "$1"]);

            let error = ctx.execute_with("DELETE FROM t WHERE a = $1", ("x", "y")).await.unwrap_err().to_string();
            assert!(error.starts_with("the statement has 1 placeholder"), "{error}");
            let error = ctx.fetch_all_with("SELECT * FROM t WHERE a = $2", ("x",)).await.unwrap_err().to_string();
            assert!(error.starts_with("the statement has 2 placeholders"), "{error}");
            // The connection is still of use.
            assert_eq!(count(ctx).await?, 1);
            Ok(())
        }).await.unwrap();
    }

    async fn values_come_back_with_and_without_parameters(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            let (double, bytes, stamp) = match ctx.dialect() {
                Dialect::Postgres => ("DOUBLE PRECISION", "BYTEA", "TIMESTAMP"),
                _ => ("DOUBLE", "BLOB", "DATETIME"),
            };
            ctx.execute(AssertSqlSafe(format!(
                "CREATE TABLE t (small SMALLINT, middle INT, large BIGINT, yes BOOLEAN, single REAL, double_ {double}, \
                 text_ TEXT, char_ CHAR(3), bytes {bytes}, stamp {stamp}, none_ INT)"
            ))).await?;
            let values: Vec<Value> = vec![
                (-3_i16).into(), 70_000_i32.into(), i64::MIN.into(), true.into(), 0.1_f32.into(), 0.1_f64.into(),
                "Grüße '\\ 🦀".into(), "abc".into(), vec![0_u8, 255, 39, 92].into(), Value::Null, None::<String>.into(),
            ];
            let insert = "INSERT INTO t (small, middle, large, yes, single, double_, text_, char_, bytes, stamp, none_) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
            ctx.execute_with(insert, values).await?;
            ctx.execute("UPDATE t SET stamp = '2026-11-22 15:04:05'").await?;

            let rows = [
                ctx.fetch_one("SELECT * FROM t").await?,
                ctx.fetch_one_with("SELECT * FROM t WHERE middle = $1", (70_000,)).await?,
            ];
            for row in rows {
                assert_eq!(row.get::<i8>("small")?, -3);
                assert_eq!(row.get::<i128>("small")?, -3);
                assert_eq!(row.get::<u32>("middle")?, 70_000);
                assert_eq!(row.get::<i64>("large")?, i64::MIN);
                assert!(row.get::<bool>("yes")?);
                assert_eq!(row.get::<f32>("single")?, 0.1);
                assert_eq!(row.get::<f64>("double_")?, 0.1);
                assert_eq!(row.get::<String>("text_")?, "Grüße '\\ 🦀");
                assert_eq!(row.get::<Option<String>>("char_")?.as_deref(), Some("abc"));
                assert_eq!(row.get::<Vec<u8>>("bytes")?, [0, 255, 39, 92]);
                assert_eq!(row.get::<String>("stamp")?, "2026-11-22 15:04:05");
                assert_eq!(row.get::<Option<i64>>("none_")?, None);

                let error = |error: Box<dyn Error + Send + Sync>| error.to_string();
                assert_eq!(row.get::<u8>("middle").map_err(error).unwrap_err(), "column `middle` holds 70000, which does not fit `u8`");
                assert_eq!(row.get::<i64>("none_").map_err(error).unwrap_err(), "column `none_` is NULL: read it as `Option<i64>`");
                assert!(row.get::<i64>("missing").map_err(error).unwrap_err().starts_with("no column `missing`: the result has `small`, `middle`"));
                let wrong = row.get::<String>("middle").map_err(error).unwrap_err();
                assert!(wrong.starts_with("column `middle` is of type `INT"), "{wrong}");
                assert!(row.get::<i64>(11).is_err());
            }
            Ok(())
        }).await.unwrap();
    }

    async fn exact_numbers(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            ctx.execute("CREATE TABLE t (id INT, n DECIMAL(30, 4))").await?;
            let numbers = ["0.0000", "-0.0001", "1.5000", "10000.0000", "-12345678901234567890.1234", "100000000.0000", "0.0700"];
            for (id, number) in numbers.iter().enumerate() {
                ctx.execute(AssertSqlSafe(format!("INSERT INTO t VALUES ({id}, {number})"))).await?;
            }
            if ctx.dialect() != Dialect::Sqlite {
                let rows = ctx.fetch_all_with("SELECT n FROM t WHERE id >= $1 ORDER BY id", (0,)).await?;
                let found: Vec<String> = rows.iter().map(|row| row.get(0).unwrap()).collect();
                assert_eq!(found, numbers);
                let rows = ctx.fetch_all("SELECT n FROM t ORDER BY id").await?;
                let found: Vec<String> = rows.iter().map(|row| row.get(0).unwrap()).collect();
                assert_eq!(found, numbers);
            }
            for row in [ctx.fetch_one("SELECT sum(id) FROM t").await?, ctx.fetch_one_with("SELECT sum(id) FROM t WHERE id >= $1", (0,)).await?] {
                assert_eq!(row.get::<i32>(0)?, 21);
            }
            let row = ctx.fetch_one_with("SELECT n FROM t WHERE id = $1", (2,)).await?;
            assert_eq!(row.get::<f64>("n")?, 1.5);
            Ok(())
        }).await.unwrap();
    }

    async fn null_fits_every_column(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            let exotic = if ctx.dialect() == Dialect::Postgres { "JSONB, e UUID, f INT[], g BYTEA, h DATE" } else { "JSON, e DATE, f BLOB, g TIME, h DOUBLE" };
            ctx.execute(AssertSqlSafe(format!("CREATE TABLE t (a INT, b TEXT, c BOOLEAN, d {exotic})"))).await?;
            let nulls: Vec<Option<i64>> = vec![None; 8];
            ctx.execute_with("INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", nulls).await?;
            let row = ctx.fetch_one("SELECT * FROM t").await?;
            assert!((0..8).all(|at| row.get::<Option<String>>(at).unwrap().is_none()));
            Ok(())
        }).await.unwrap();
    }

    async fn a_stream_is_read_row_by_row(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            ctx.execute("CREATE TABLE t (id INT PRIMARY KEY)").await?;
            let values = (0..5_000).map(|id| format!("({id})")).collect::<Vec<_>>().join(", ");
            ctx.execute(AssertSqlSafe(format!("INSERT INTO t VALUES {values}"))).await?;
            let mut sum = 0;
            let mut rows = ctx.fetch_with("SELECT id FROM t WHERE id >= $1 ORDER BY id", (4_990,));
            while let Some(row) = rows.try_next().await? {
                sum += row.get::<i64>("id")?;
            }
            drop(rows);
            assert_eq!(sum, (4_990..5_000).sum::<i64>());
            // One that is left halfway does not disturb what follows.
            let mut rows = ctx.fetch("SELECT id FROM t ORDER BY id");
            assert_eq!(rows.try_next().await?.unwrap().get::<u8>(0)?, 0);
            drop(rows);
            assert_eq!(count(ctx).await?, 5_000);
            Ok(())
        }).await.unwrap();
    }

    async fn transactions_are_all_or_nothing(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            ctx.execute("CREATE TABLE t (id INT PRIMARY KEY)").await?;
            let local = "captured".to_owned();
            let kept = ctx.transaction(async |ctx| {
                ctx.execute("INSERT INTO t VALUES (1)").await?;
                Ok(local.len())
            }).await?;
            assert_eq!((kept, count(ctx).await?), (8, 1));
            let failed: Result = ctx.transaction(async |ctx| {
                ctx.execute("INSERT INTO t VALUES (2)").await?;
                Err(local.clone().into())
            }).await;
            assert_eq!(failed.unwrap_err().to_string(), "captured");
            assert_eq!(count(ctx).await?, 1);
            // By a statement that fails, and whose error is passed on.
            assert!(ctx.transaction(async |ctx| {
                ctx.execute("INSERT INTO t VALUES (3)").await?;
                ctx.execute("INSERT INTO t VALUES (3)").await
            }).await.is_err());
            assert_eq!(count(ctx).await?, 1);
            Ok(())
        }).await.unwrap();
    }

    async fn nested_transactions_are_savepoints(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            ctx.execute("CREATE TABLE t (id INT PRIMARY KEY)").await?;
            ctx.transaction(async |ctx| {
                ctx.execute("INSERT INTO t VALUES (1)").await?;
                let inner: Result = ctx.transaction(async |ctx| {
                    ctx.execute("INSERT INTO t VALUES (2)").await?;
                    ctx.transaction(async |ctx| ctx.execute("INSERT INTO t VALUES (3)").await).await?;
                    Err("back".into())
                }).await;
                assert!(inner.is_err());
                ctx.transaction(async |ctx| ctx.execute("INSERT INTO t VALUES (4)").await).await?;
                Ok(())
            }).await?;
            let rows = ctx.fetch_all("SELECT id FROM t ORDER BY id").await?;
            let found: Vec<i32> = rows.iter().map(|row| row.get(0).unwrap()).collect();
            assert_eq!(found, [1, 4]);
            Ok(())
        }).await.unwrap();
    }

    async fn tables_may_be_created_in_a_transaction(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            ctx.transaction(async |ctx| {
                ctx.transaction(async |ctx| ctx.execute("CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1)").await).await?;
                ctx.execute("INSERT INTO t VALUES (2)").await
            }).await?;
            assert_eq!(count(ctx).await?, 2);
            Ok(())
        }).await.unwrap();
    }

    async fn an_error_that_is_swallowed_is_not_committed(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            ctx.execute("CREATE TABLE t (id INT PRIMARY KEY)").await?;
            let result = ctx.transaction(async |ctx| {
                ctx.execute("INSERT INTO t VALUES (1)").await?;
                ctx.execute("INSERT INTO t VALUES (1)").await.unwrap_err();
                Ok(())
            }).await;
            // PostgreSQL has aborted the transaction; the others go on after a failed statement.
            let aborted = ctx.dialect() == Dialect::Postgres;
            assert_eq!(result.is_err(), aborted);
            assert_eq!(count(ctx).await?, if aborted { 0 } else { 1 });
            Ok(())
        }).await.unwrap();
    }

    async fn a_dropped_transaction_is_never_committed(db) {
        context(&db, async |ctx: &mut Context<'_>| ctx.execute("CREATE TABLE t (id INT PRIMARY KEY)").await.map(drop)).await.unwrap();
        async fn drops(ctx: &mut Context<'_>) -> Result {
            ctx.execute("DELETE FROM t; INSERT INTO t VALUES (1)").await?;
            let slow = ctx.transaction(async |ctx| {
                ctx.execute("INSERT INTO t VALUES (2)").await?;
                tokio::time::sleep(Duration::from_secs(60)).await;
                Ok(())
            });
            assert!(tokio::time::timeout(Duration::from_millis(200), slow).await.is_err());
            let error = ctx.execute("INSERT INTO t VALUES (3)").await.unwrap_err().to_string();
            assert!(error.starts_with("a transaction was dropped"), "{error}");
            Ok(())
        }
        for error in [context(&db, drops).await.unwrap_err(), in_transaction(&db, drops).await.unwrap_err()] {
            assert!(error.contains("a transaction was dropped"), "{error}");
        }
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            // The first was outside a transaction: what came before is there, and nothing else.
            let rows = ctx.fetch_all("SELECT id FROM t").await?;
            assert_eq!(rows.iter().map(|row| row.get(0).unwrap()).collect::<Vec<i32>>(), [1]);
            Ok(())
        }).await.unwrap();
    }

    async fn what_exists(db) {
        in_transaction(&db, async |ctx: &mut Context<'_>| -> Result {
            ctx.execute("CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(50)); CREATE INDEX by_email ON users (email); CREATE VIEW seen AS SELECT id FROM users").await?;
            let schema = match ctx.dialect() {
                Dialect::Postgres => "public".to_owned(),
                Dialect::MySql => ctx.fetch_one("SELECT DATABASE()").await?.get(0)?,
                Dialect::Sqlite => "main".to_owned(),
            };
            let qualified = format!("{schema}.users");
            for table in ["users", &qualified] {
                assert!(ctx.table_exists(table).await?);
                assert!(ctx.column_exists(table, "email").await?);
                assert!(!ctx.column_exists(table, "it's \\ missing").await?);
                assert!(ctx.index_exists(table, "by_email").await?);
                assert!(!ctx.index_exists(table, "by_name").await?);
            }
            for table in ["seen", "by_email", "missing", "nowhere.users", "\"", "'"] {
                assert!(!ctx.table_exists(table).await?, "{table}");
                assert!(!ctx.index_exists(table, "by_email").await?, "{table}");
            }
            assert!(ctx.column_exists("seen", "id").await?);
            Ok(())
        }).await.unwrap();
    }

    async fn any_name_can_be_quoted(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            for name in ["select", "a\"b`c'd", "ünïcode 🦀", "-- x", "dot"] {
                let table = ctx.quote_ident(name);
                ctx.execute(AssertSqlSafe(format!("CREATE TABLE {table} ({table} INT)"))).await.ok();
            }
            assert!(ctx.table_exists("a\"b`c'd").await?);
            assert!(ctx.column_exists("select", "select").await?);
            Ok(())
        }).await.unwrap();
    }

    async fn errors_show_the_statement_and_never_the_values(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            let error = ctx.execute_with("INSERT INTO nowhere VALUES ($1)", ("hunter2",)).await.unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("in: INSERT INTO nowhere VALUES ($1)") && !shown.contains("hunter2"), "{shown}");
            assert!(error.source().unwrap().downcast_ref::<sqlx::Error>().is_some());

            ctx.execute("CREATE TABLE taken (id INT PRIMARY KEY)").await?;
            ctx.execute("INSERT INTO taken VALUES (4711)").await?;
            if ctx.dialect() == Dialect::Postgres {
                let insert = "INSERT INTO taken VALUES ($1)";
                let error = ctx.transaction(async |ctx| ctx.execute_with(insert, (4711,)).await).await.unwrap_err();
                assert!(!format!("{error} {error:?}").contains("4711"), "{error}");
                let fetch = "INSERT INTO taken VALUES ($1) RETURNING id";
                let error = ctx.transaction(async |ctx| ctx.fetch_one_with(fetch, (4711,)).await).await.unwrap_err();
                assert!(!format!("{error} {error:?}").contains("4711"), "{error}");
                let error = ctx.transaction(async |ctx| ctx.execute("INSERT INTO taken VALUES (4711)").await).await;
                assert!(error.unwrap_err().to_string().contains("Key (id)=(4711) already exists"));
            }

            let error = ctx.fetch_one("SELECT 1 WHERE 1 = 2").await.map(drop).unwrap_err().to_string();
            assert!(error.starts_with("the query returned no row"), "{error}");

            for sql in ["CREATE ROLE app PASSWORDD 'hunter2'", "CREATE USER app IDENTIFIED BYE 'hunter2' 'and more"] {
                let error = ctx.execute(sql).await.unwrap_err();
                assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
                assert!(error.source().is_none());
            }
            let error = ctx.execute("SELECT '\0'").await.unwrap_err().to_string();
            assert_eq!(error, "a NUL character cannot stand in SQL");
            Ok(())
        }).await.unwrap();
    }

    async fn every_text_can_be_a_literal(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            let modes: &[&str] = match ctx.dialect() {
                Dialect::Postgres => &["SET standard_conforming_strings = on", "SET standard_conforming_strings = off; SET escape_string_warning = off; SET backslash_quote = off"],
                Dialect::MySql => &["SET sql_mode = ''", "SET sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'", "SET NAMES utf8mb4; SET character_set_connection = latin1", "SET character_set_client = gbk"],
                Dialect::Sqlite => &["SELECT 1"],
            };
            let mut texts = Vec::new();
            let mut runner = proptest::test_runner::TestRunner::deterministic();
            for strategy in ["[^\0]*", "['\"\\\\$/*\\-# a;\n\u{8}\u{1a}_%]{0,12}", "[\u{80}-\u{ffff}'\\\\]{0,8}"] {
                let strategy = proptest::string::string_regex(strategy).unwrap();
                for _ in 0..200 {
                    use proptest::strategy::{Strategy, ValueTree};
                    texts.push(strategy.new_tree(&mut runner).unwrap().current());
                }
            }
            for mode in modes {
                ctx.execute(*mode).await?;
                if mode.contains("gbk") {
                    // What the server sends back is not our concern.
                    ctx.execute("SET character_set_results = utf8mb4").await?;
                }
                for chunk in texts.chunks(50) {
                    let list = chunk.iter().map(|text| literal(ctx.dialect(), text).unwrap()).collect::<Vec<_>>().join(", ");
                    let row = ctx.fetch_one(AssertSqlSafe(format!("SELECT {list}"))).await?;
                    for (at, text) in chunk.iter().enumerate() {
                        assert_eq!(&row.get::<String>(at)?, text, "{mode}");
                    }
                }
            }
            Ok(())
        }).await.unwrap();
    }

    async fn the_sqlx_connection_is_there(db) {
        in_transaction(&db, async |ctx: &mut Context<'_>| -> Result {
            ctx.execute("CREATE TABLE t (id INT PRIMARY KEY)").await?;
            let inner = "INSERT INTO t VALUES (1)";
            use sqlx::Connection;
            match ctx.dialect() {
                Dialect::Postgres => {
                    assert!(ctx.mysql().is_err() && ctx.sqlite().is_err());
                    let mut savepoint = ctx.postgres()?.begin().await?;
                    sqlx::query(inner).execute(&mut *savepoint).await?;
                    savepoint.commit().await?;
                }
                Dialect::MySql => {
                    assert!(ctx.postgres().is_err());
                    sqlx::query(inner).execute(ctx.mysql()?).await?;
                }
                Dialect::Sqlite => {
                    let mut savepoint = ctx.sqlite()?.begin().await?;
                    sqlx::query(inner).execute(&mut *savepoint).await?;
                    savepoint.commit().await?;
                }
            }
            assert_eq!(count(ctx).await?, 1);
            Err("and nothing of it is kept".into())
        }).await.unwrap_err();
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            if ctx.dialect() != Dialect::MySql {
                assert!(!ctx.table_exists("t").await?);
            }
            Ok(())
        }).await.unwrap();
    }

    async fn times_uuids_and_json(db) {
        context(&db, async |ctx: &mut Context<'_>| -> Result {
            use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
            use uuid::Uuid;
            let postgres = ctx.dialect() == Dialect::Postgres;
            let (zoned, plain, uuid_type, json) = match ctx.dialect() {
                Dialect::Postgres => ("TIMESTAMPTZ", "TIMESTAMP", "UUID", "JSONB"),
                Dialect::MySql => ("TIMESTAMP(6) NULL", "DATETIME(6)", "BINARY(16)", "JSON"),
                Dialect::Sqlite => ("TEXT", "TEXT", "BLOB", "TEXT"),
            };
            let time = if ctx.dialect() == Dialect::MySql { "TIME(6)" } else { "TIME" };
            ctx.execute(AssertSqlSafe(format!("CREATE TABLE t (zoned {zoned}, plain {plain}, d DATE, t {time}, u {uuid_type}, j {json})"))).await?;
            let zoned: DateTime<Utc> = "2026-11-22T15:04:05.000123Z".parse()?;
            let plain: NaiveDateTime = "1999-12-31T23:59:59".parse()?;
            let date: NaiveDate = "1969-07-20".parse()?;
            let time: NaiveTime = "01:02:03.5".parse()?;
            let uuid: Uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8".parse()?;
            let json: serde_json::Value = serde_json::from_str(r#"{"a": [1, null, "ü"]}"#)?;
            ctx.execute_with("INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6)", (zoned, plain, date, time, uuid, json.clone())).await?;
            for row in [ctx.fetch_one("SELECT * FROM t").await?, ctx.fetch_one_with("SELECT * FROM t WHERE 1 = $1", (1,)).await?] {
                assert_eq!(row.get::<DateTime<Utc>>("zoned")?, zoned);
                assert_eq!(row.get::<NaiveDateTime>("plain")?, plain);
                assert_eq!(row.get::<NaiveDate>("d")?, date);
                assert_eq!(row.get::<NaiveTime>("t")?, time);
                assert_eq!(row.get::<Uuid>("u")?, uuid);
                assert_eq!(row.get::<serde_json::Value>("j")?, json);
                if postgres {
                    assert_eq!(row.get::<String>("zoned")?, "2026-11-22 15:04:05.000123+00");
                    assert_eq!(row.get::<String>("u")?, uuid.to_string());
                }
                assert!(row.get::<Uuid>("plain").is_err());
            }
            Ok(())
        }).await.unwrap();
    }
}

#[tokio::test]
async fn values_of_postgresql() {
    let db = support::postgres().await;
    context(&db, async |ctx: &mut Context<'_>| -> Result {
        ctx.execute("CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE DOMAIN short AS VARCHAR(5)").await?;
        let columns = "'glad'::mood AS mood, 'abc'::short AS short, 'n'::name AS name, 'c'::\"char\" AS one, 7::oid AS oid, \
                       'NaN'::numeric AS nan, 12.340::numeric AS n, 'infinity'::timestamptz AS forever, '0001-01-01'::date AS d, \
                       1e-20::numeric AS tiny, 123456789012345678901234567890::numeric AS huge, 0::numeric AS zero, 10000::numeric AS round, \
                       '{\"a\": 1}'::jsonb AS j, '67e55044-10b1-426f-9247-bb680e5fe0c8'::uuid AS u, 'x' AS unknown, '24:00'::time AS t, '1969-12-31 23:59:59.5'::timestamp AS p";
        let by_text = ctx.fetch_one(AssertSqlSafe(format!("SELECT {columns}"))).await?;
        let in_binary = ctx.fetch_one_with(AssertSqlSafe(format!("SELECT {columns} WHERE 1 = $1")), (1,)).await?;
        for at in 0..by_text.len() {
            let name = by_text.columns()[at].name();
            if name != "oid" {
                assert_eq!(by_text.get::<String>(at)?, in_binary.get::<String>(at)?, "{name}");
            }
        }
        assert_eq!(in_binary.get::<u32>("oid")?, 7);
        let error = ctx.fetch_one_with("SELECT '1 day'::interval AS i, $1", (1,)).await?.get::<String>("i").unwrap_err();
        assert_eq!(error.to_string(), "column `i` is of type `INTERVAL`, which uno-migrate does not read: cast it to text in the SQL");
        // Once more in a transaction, with a type that the driver has not seen.
        ctx.transaction(async |ctx| {
            ctx.execute("CREATE TYPE colour AS ENUM ('red'); CREATE TABLE things (c colour)").await?;
            ctx.execute_with("INSERT INTO things VALUES ($1::colour)", ("red",)).await?;
            let row = ctx.fetch_one_with("SELECT * FROM things WHERE 1 = $1", (1,)).await?;
            assert_eq!(row.get::<String>("c")?, "red");
            // What the statement returns may change between two runs.
            ctx.execute("ALTER TABLE things ADD COLUMN n INT").await?;
            assert_eq!(ctx.fetch_one_with("SELECT * FROM things WHERE 1 = $1", (1,)).await?.len(), 2);
            ctx.execute_with("DELETE FROM things WHERE 1 = $1", (1,)).await
        }).await?;
        // No statement stays prepared.
        assert_eq!(ctx.fetch_one("SELECT count(*) FROM pg_prepared_statements").await?.get::<i64>(0)?, 0);
        let error = ctx.execute("SELECT 1;\n  SELECT nowhere").await.unwrap_err().to_string();
        assert!(error.contains(" at 2:10\n"), "{error}");
        Ok(())
    }).await.unwrap();
}

#[tokio::test]
async fn values_of_mysql() {
    let db = support::mysql().await;
    context(&db, async |ctx: &mut Context<'_>| -> Result {
        ctx.execute("CREATE TABLE t (e ENUM('a', 'b'), s SET('x', 'y'), bin VARCHAR(5) COLLATE utf8mb4_bin, raw VARBINARY(5), b BIT(10), \
                     y YEAR, u BIGINT UNSIGNED, yes TINYINT(1), t TIME(3), d DATE, m DATETIME(2), f FLOAT, j JSON, c CHAR(3) CHARACTER SET latin1); \
                     INSERT INTO t VALUES ('b', 'x,y', 'ü', X'00FF', b'1000000001', 2026, 18446744073709551615, 1, '-30:01:02.5', '2026-11-22', '2026-11-22 01:02:03.25', 0.1, '[1]', 'ü')").await?;
        for row in [ctx.fetch_one("SELECT * FROM t").await?, ctx.fetch_one_with("SELECT * FROM t WHERE y = $1", (2026,)).await?] {
            let text = |name: &str| row.get::<String>(name).unwrap();
            assert_eq!([text("e"), text("s"), text("bin"), text("d"), text("j"), text("c")], ["b", "x,y", "ü", "2026-11-22", "[1]", "ü"]);
            assert_eq!(row.get::<Vec<u8>>("raw")?, [0, 255]);
            assert_eq!((row.get::<u16>("b")?, row.get::<i32>("y")?, row.get::<u64>("u")?), (513, 2026, u64::MAX));
            assert!(row.get::<i64>("u").is_err() && row.get::<bool>("yes")?);
            assert!(text("t").starts_with("-30:01:02.5") && text("m").starts_with("2026-11-22 01:02:03.25"));
            assert_eq!(row.get::<f32>("f")?, 0.1);
        }
        Ok(())
    }).await.unwrap();
}

#[tokio::test]
async fn a_database_in_memory_is_the_pools_own() {
    for url in ["sqlite::memory:", "sqlite://x?mode=memory"] {
        let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect(url).await.unwrap();
        run(&pool, "SELECT 1", async |ctx: &mut Context<'_>| ctx.execute("CREATE TABLE t (id INT)").await.map(drop))
            .await
            .unwrap();
        sqlx::query("INSERT INTO t VALUES (1)").execute(&pool).await.unwrap();
    }
}

async fn named(ctx: &mut Context<'_>) -> Result<(), std::fmt::Error> {
    let _ = ctx.execute("SELECT 1").await;
    Ok(())
}

async fn with_sqlx_errors(ctx: &mut Context<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(ctx.sqlite().unwrap()).await.map(drop)
}

/// Every way to write a hook, by function and by closure.
#[tokio::test]
async fn hooks_are_written_in_many_ways() {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let db = support::sqlite().await;
    let captured = "SELECT $1".to_owned();
    context(&db, named).await.unwrap();
    context(&db, with_sqlx_errors).await.unwrap();
    context(&db, async |ctx: &mut Context<'_>| -> Result {
        CALLS.fetch_add(1, Ordering::Relaxed);
        ctx.execute("SELECT 1").await.map(drop)
    })
    .await
    .unwrap();
    let sql = captured.clone();
    context(
        &db,
        hook_fn(move |ctx| {
            let sql = sql.clone();
            Box::pin(async move { ctx.fetch_all_with(AssertSqlSafe(sql), (1,)).await.map(drop) })
        }),
    )
    .await
    .unwrap();
    context(&db, hook_fn(|ctx| Box::pin(named(ctx)))).await.unwrap();
    struct Stateful(String);
    impl Hook for Stateful {
        fn call<'a>(&'a self, ctx: &'a mut Context<'_>) -> BoxFuture<'a, Result> {
            Box::pin(async move { ctx.fetch_all_with(AssertSqlSafe(self.0.clone()), (1,)).await.map(drop) })
        }
    }
    context(&db, Stateful(captured)).await.unwrap();
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
}

/// A migration's future is boxed as `Send`: whatever a realistic one does must let it be.
#[test]
fn a_migrations_future_is_send() {
    async fn realistic(ctx: &mut Context<'_>) -> Result {
        let factor = 2;
        let mut seen = Vec::new();
        let name = String::from("x");
        ctx.transaction(async |ctx| {
            for row in ctx.fetch_all("SELECT 1").await? {
                seen.push(row.get::<i64>(0)? * factor);
            }
            let id: i64 = ctx
                .transaction(async move |ctx| {
                    ctx.execute_with("INSERT INTO t VALUES ($1, $2)", (name.as_str(), factor)).await?;
                    helper(ctx).await
                })
                .await?;
            let mut rows = ctx.fetch("SELECT 1");
            while let Some(row) = rows.try_next().await? {
                seen.push(row.get::<i64>(0)? + id);
            }
            Ok(())
        })
        .await?;
        assert!(ctx.table_exists("t").await?);
        Ok(())
    }

    async fn helper(ctx: &mut Context<'_>) -> Result<i64> {
        ctx.transaction(async |ctx| ctx.fetch_one("SELECT 1").await?.get(0)).await
    }

    let _: for<'a, 'c> fn(&'a mut Context<'c>) -> BoxFuture<'a, Result> = |ctx| Box::pin(realistic(ctx));
    fn hook(_: impl Hook) {}
    hook(realistic);
}
