//! Whose connection is asked, and what the application has done to it.

use std::str::FromStr;

use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, Executor};
use uno_migrate::{Driver, ErrorKind};

use crate::agreed::three;
use crate::kit::{Ask, ids};
use crate::support::{TestDatabase, mysql, postgres, sqlite};
use crate::wire::{Wire, each_server};

each_server! {
    async fn a_connection_that_died_in_the_pool_is_no_failure(db) {
        three().run(db.pool()).await.unwrap();
        let wire = Wire::new(&db).await;
        wire.proxy.cut_all();
        let (report, _) = wire.run(&three()).await;
        assert_eq!(report.unwrap().already_applied, 3);
        // It has made room for another one.
        wire.pool.acquire().await.unwrap().ping().await.unwrap();
    }

    async fn a_pool_whose_connections_are_all_in_use_is_not_waited_for(db) {
        three().run(db.pool()).await.unwrap();
        let pool = db.pool_of_one().await;
        let _used = pool.acquire().await.unwrap();
        assert_eq!(three().run(&pool).await.unwrap().already_applied, 3);
    }

    async fn a_pool_that_has_not_opened_any_is_not_made_to(db) {
        three().run(db.pool()).await.unwrap();
        let pool = sqlx::Pool::<Db>::connect_lazy(db.url()).unwrap();
        assert_eq!(three().run(&pool).await.unwrap().already_applied, 3);
        assert_eq!(pool.size(), 0);
    }

    async fn a_history_that_is_not_there_does_not_end_a_transaction(db) {
        let mut connection = db.pool().acquire().await.unwrap();
        let mut transaction = connection.begin().await.unwrap();
        transaction.execute("SELECT 1").await.unwrap();
        assert_eq!(ids(&three().run_on(&mut *transaction).await.unwrap()), ["1_m", "2_m", "3_m"]);
        assert_eq!(three().run_on(&mut *transaction).await.unwrap().already_applied, 3);
        transaction.commit().await.unwrap();
        assert_eq!(db.standing().await.len(), 3);
    }
}

/// How many round trips a run with nothing to do takes on such a pool.
async fn trips<DB: Driver>(wire: &Wire<DB>) -> usize {
    let (report, cost) = wire.run(&three()).await;
    assert_eq!(report.unwrap().already_applied, 3);
    cost.trips
}

/// A pool by way of a proxy, whose connections begin with these statements.
async fn postgres_pool(db: &TestDatabase<sqlx::Postgres>, statements: &'static str) -> Wire<sqlx::Postgres> {
    let proxy = crate::support::Proxy::start(db.url());
    let pool = PgPoolOptions::new()
        .after_connect(move |connection, _| Box::pin(async move { connection.execute(statements).await.map(drop) }))
        .connect(proxy.url())
        .await
        .unwrap();
    Wire { proxy, pool }
}

#[tokio::test]
async fn a_search_path_of_the_applications_is_none_of_the_runs() {
    let db = postgres().await;
    three().run(db.pool()).await.unwrap();
    db.exec("CREATE SCHEMA tenant").await;
    // What a run creates and reads is by the search path that a connection of its own has.
    let wire = postgres_pool(&db, "SET search_path = tenant, public").await;
    assert!(trips(&wire).await > 1);
    three().schema("tenant").run(db.pool()).await.unwrap();
    db.exec("DELETE FROM public.uno_migrations WHERE id = '2_m'").await;
    let (report, _) = wire.run(&three()).await;
    assert_eq!(ids(&report.unwrap()), ["2_m"]);
    // Named, it is the same table by whatever path.
    let (report, cost) = wire.run(&three().schema("tenant")).await;
    assert_eq!((report.unwrap().already_applied, cost.trips), (3, 1), "{:?}", wire.proxy.messages());
}

#[tokio::test]
async fn a_role_of_the_applications_is_none_of_the_runs() {
    let db = postgres().await;
    three().run(db.pool()).await.unwrap();
    assert!(trips(&postgres_pool(&db, "SET ROLE pg_read_all_data").await).await > 1);
    assert!(trips(&postgres_pool(&db, "SET SESSION AUTHORIZATION pg_read_all_data").await).await > 1);
    // Nor is what a transaction saw that somebody forgot to end.
    assert!(trips(&postgres_pool(&db, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1").await).await > 1);
    // What else it sets does not matter.
    assert_eq!(
        trips(&postgres_pool(&db, "SET application_name = 'shop'; SET statement_timeout = '5s'").await).await,
        1
    );
}

#[tokio::test]
async fn a_table_in_a_later_schema_is_another_history() {
    let db = postgres().await;
    three().run(db.pool()).await.unwrap();
    db.exec("CREATE SCHEMA tenant").await;
    let options = PgConnectOptions::from_str(db.url()).unwrap().options([("search_path", "tenant,public")]);
    let pool = PgPoolOptions::new().connect_with(options).await.unwrap();
    let error = three().run(&pool).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::History);
    assert!(error.message().contains("`public`, which comes later in the search path, has one"), "{error}");
    // One that has our columns by accident, or is a temporary one, is in nobody's way.
    db.exec("DROP TABLE uno_migrations").await;
    assert_eq!(three().run(&pool).await.unwrap().len(), 3);
    let mut connection = pool.acquire().await.unwrap();
    connection.execute("CREATE TEMP TABLE uno_migrations (id int)").await.unwrap();
    assert_eq!(three().run_on(&mut *connection).await.unwrap().already_applied, 3);
}

#[tokio::test]
async fn a_role_that_may_only_read_boots() {
    let db = postgres().await;
    three().run(db.pool()).await.unwrap();
    let role = format!("reader_{}", db.url().rsplit('/').next().unwrap());
    db.exec(&format!("CREATE ROLE {role} LOGIN; GRANT SELECT ON uno_migrations TO {role}")).await;
    let options = PgConnectOptions::from_str(db.url()).unwrap().username(&role);
    let pool = PgPoolOptions::new().connect_with(options.clone()).await.unwrap();
    assert_eq!(three().run(&pool).await.unwrap().already_applied, 3);
    db.exec(&format!("REVOKE ALL ON uno_migrations FROM {role}")).await;
    let error = three().run(&pool).await.unwrap_err();
    assert!(error.to_string().contains("let this user read the history"), "{error}");
    pool.close().await;
    db.exec(&format!("DROP ROLE {role}")).await;
}

#[tokio::test]
async fn a_table_that_is_no_history_is_told_of() {
    let db = postgres().await;
    db.exec("CREATE TABLE uno_migrations (id text)").await;
    let error = three().run(db.pool()).await.unwrap_err();
    assert!(error.to_string().contains("if this table is not a history of uno-migrate's"), "{error}");
}

#[tokio::test]
async fn a_database_of_the_applications_is_none_of_the_runs() {
    let db = mysql().await;
    three().run(db.pool()).await.unwrap();
    let wire = |statements: &'static str| {
        let proxy = crate::support::Proxy::start(db.url());
        let options = MySqlPoolOptions::new().after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(statements).await.map(drop) })
        });
        async move {
            let pool = options.connect(proxy.url()).await.unwrap();
            Wire { proxy, pool }
        }
    };
    assert!(trips(&wire("USE information_schema").await).await > 1);
    assert!(trips(&wire("SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED").await).await > 1);
    assert!(trips(&wire("START TRANSACTION").await).await > 1);
    assert!(trips(&wire("SET autocommit = 0").await).await > 1);
    assert_eq!(trips(&wire("SET time_zone = '+05:00', sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'").await).await, 1);
}

#[tokio::test]
async fn a_file_is_read_by_the_pools_own_connection() {
    let db = sqlite().await;
    three().run(db.pool()).await.unwrap();
    // Whoever opened it now would find nothing.
    let path = db.url().trim_start_matches("sqlite://").split('?').next().unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(three().run(db.pool()).await.unwrap().already_applied, 3);
    assert!(!std::path::Path::new(path).exists());
}
