//! Connections that are refused, or closed by the server while nobody looks.

use std::time::Duration;

use sqlx::AssertSqlSafe;
use uno_migrate::{Context, ErrorKind, Migration, Migrator, Result, hook_fn};
use uno_migrate_test_servers::Kind;

use crate::kit::{Ask, ids, migrator, table, text};
use crate::support::{mysql, mysql_on, postgres};

/// One migration outside a transaction that takes a while.
fn slow(seconds: f32, is_postgres: bool) -> Migrator {
    let sleep = if is_postgres { format!("SELECT pg_sleep({seconds})") } else { format!("DO SLEEP({seconds})") };
    let up = format!("-- Transaction: none\nINSERT INTO a (id) VALUES (1);\n{sleep};\nINSERT INTO a (id) VALUES (2);");
    let slow = Migration::sql("2_slow", up, "DELETE FROM a");
    migrator([table("1_a"), slow, table("3_c")]).lease(Duration::from_secs(1))
}

/// A role that may have so many connections, and is the superuser's equal otherwise.
async fn limited(db: &crate::support::TestDatabase<sqlx::Postgres>, limit: usize) -> (String, sqlx::PgPool) {
    let name = format!("r_{}", db.url().rsplit('/').next().unwrap());
    db.exec(&format!("CREATE ROLE {name} LOGIN CONNECTION LIMIT {limit}; GRANT ALL ON SCHEMA public TO {name}")).await;
    let options: sqlx::postgres::PgConnectOptions = db.url().parse().unwrap();
    let pool =
        sqlx::postgres::PgPoolOptions::new().max_connections(1).connect_with(options.username(&name)).await.unwrap();
    (name, pool)
}

#[tokio::test]
async fn postgres_has_no_connection_left() {
    for limit in 1..=4 {
        let db = postgres().await;
        let (role, pool) = limited(&db, limit).await;
        let done = slow(1.5, true).run(&pool).await;
        println!(
            "{limit} connections, one of them the pool's: {}",
            done.as_ref().map_or_else(text, ToString::to_string)
        );
        match limit {
            1 => {
                let error = done.unwrap_err();
                assert_eq!((error.kind(), error.message()), (ErrorKind::Connection, "cannot connect to the database"));
                assert!(text(&error).contains("too many connections for role"), "{error}");
                assert!(text(&error).contains("a run takes up to three connections beside the pool's"), "{error}");
                // While the connection was being opened, the history was made on the pool's.
                assert_eq!(db.tables().await, ["uno_migrations"]);
                assert_eq!(db.standing().await, Vec::<String>::new());
                assert_eq!(db.number("SELECT count(*) FROM uno_migrations_lease WHERE owner IS NOT NULL").await, 0);
            }
            // Nothing is begun that could not be recorded.
            2 => {
                let error = done.unwrap_err();
                assert!(text(&error).contains("too many connections for role"), "{error}");
                assert!(text(&error).contains("a run takes up to three connections beside the pool's"), "{error}");
                assert_eq!(db.standing().await, ["1_a applied"]);
                assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 0);
                // What is one transaction needs no more.
                let report = migrator([table("1_a"), table("4_d")]).run(&pool).await.unwrap();
                assert_eq!(ids(&report), ["4_d"]);
            }
            // Without a connection for its beats, the holder beats between its statements.
            _ => assert_eq!(done.unwrap().len(), 3),
        }
        pool.close().await;
        db.exec(&format!("DROP OWNED BY {role} CASCADE; DROP ROLE {role}")).await;
    }
}

#[tokio::test]
async fn mysql_has_no_connection_left() {
    for limit in 1..=4 {
        let db = mysql().await;
        let name = db.url().rsplit('/').next().unwrap().to_owned();
        let user = format!("'r_{name}'@'127.0.0.1'");
        db.exec(&format!("CREATE USER {user} IDENTIFIED BY 'pw' WITH MAX_USER_CONNECTIONS {limit}")).await;
        db.exec(&format!("GRANT ALL ON {name}.* TO {user}")).await;
        let options: sqlx::mysql::MySqlConnectOptions = db.url().parse().unwrap();
        let options = options.username(&format!("r_{name}")).password("pw");
        let pool = sqlx::mysql::MySqlPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        let done = slow(1.5, false).run(&pool).await;
        println!(
            "{limit} connections, one of them the pool's: {}",
            done.as_ref().map_or_else(text, ToString::to_string)
        );
        match limit {
            // What fits into a message needs no connection but the run's.
            1 | 2 => {
                let error = done.unwrap_err();
                assert!(text(&error).contains("max_user_connections"), "{error}");
                assert!(text(&error).contains("a run takes up to three connections beside the pool's"), "{error}");
                assert_eq!(db.tables().await.contains(&"a".to_owned()), limit == 2);
                assert_eq!(error.report().len(), limit - 1);
            }
            _ => assert_eq!(done.unwrap().len(), 3),
        }
        pool.close().await;
        db.exec(&format!("DROP USER {user}")).await;
    }
}

/// Sessions that only wait are closed, and not only once.
#[tokio::test]
async fn postgres_closes_what_idles() {
    let db = postgres().await;
    let name = db.url().rsplit('/').next().unwrap();
    db.exec(&format!("ALTER DATABASE {name} SET idle_session_timeout = '300ms'")).await;
    let pool = sqlx::PgPool::connect(db.url()).await.unwrap();
    assert_eq!(ids(&slow(2.0, true).run(&pool).await.unwrap()), ["1_a", "2_slow", "3_c"]);
    assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 2);
}

#[tokio::test]
async fn mysql_closes_what_idles() {
    let server = Kind::MySql.start().unwrap();
    let db = mysql_on(&server).await;
    db.exec("SET GLOBAL wait_timeout = 1").await;
    let pool = sqlx::MySqlPool::connect(db.url()).await.unwrap();
    assert_eq!(
        ids(&slow(3.0, false).lease(Duration::from_secs(12)).run(&pool).await.unwrap()),
        ["1_a", "2_slow", "3_c"]
    );
    assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 2);
}

/// Code that thinks for longer than the server lets a transaction idle.
#[tokio::test]
async fn postgres_closes_a_transaction_that_idles() {
    let db = postgres().await;
    let name = db.url().rsplit('/').next().unwrap();
    db.exec(&format!("ALTER DATABASE {name} SET idle_in_transaction_session_timeout = '200ms'")).await;
    let pool = sqlx::PgPool::connect(db.url()).await.unwrap();
    let thinks = hook_fn(|_: &mut Context<'_>| {
        Box::pin(async {
            tokio::time::sleep(Duration::from_millis(600)).await;
            Ok(()) as Result
        })
    });
    let set = || migrator([Migration::sql("1_a", "CREATE TABLE a (id BIGINT)", "DROP TABLE a")]);
    let error = set().before_each(thinks).run(&pool).await.unwrap_err();
    println!("{error}");
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(text(&error).contains("idle-in-transaction timeout"), "{error}");
    assert!(text(&error).contains("`1_a` was rolled back and left nothing behind"), "{error}");
    assert!(db.standing().await.is_empty());
    assert_eq!(ids(&set().run(&pool).await.unwrap()), ["1_a"]);
    sqlx::raw_sql(AssertSqlSafe("SELECT 1")).execute(&pool).await.unwrap();
}
