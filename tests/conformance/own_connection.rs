//! `run_on`, `cancel_on`, `direct_url`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{Connection, Executor};
use uno_migrate::{ErrorKind, Event, Migration};

use crate::kit::{Ask, abc, by_itself, ids, migrator, table};
use crate::support::{each_database, sqlite};

each_database! {
    async fn on_a_connection_of_the_callers(db) {
        let pool = db.pool_of_one().await;
        let mut connection = pool.acquire().await.unwrap();
        assert_eq!(ids(&abc().run_on(&mut *connection).await.unwrap()), ["1_a", "2_b", "3_c"]);
        assert!(abc().run_on(&mut *connection).await.unwrap().is_empty());
        connection.execute("SELECT * FROM a").await.unwrap();
        drop(connection);
        assert!(abc().run(&pool).await.unwrap().is_empty());
    }

    async fn inside_a_transaction_of_the_callers(db) {
        let mut transaction = db.pool().begin().await.unwrap();
        assert_eq!(ids(&abc().run_on(&mut *transaction).await.unwrap()), ["1_a", "2_b", "3_c"]);
        transaction.execute("INSERT INTO a (id) VALUES (1)").await.unwrap();
        transaction.rollback().await.unwrap();
        if !db.is_mysql() {
            assert!(db.tables().await.is_empty(), "the caller's rollback takes everything");
        }
        let mut transaction = db.pool().begin().await.unwrap();
        abc().run_on(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(db.standing().await.len(), 3);
    }

    async fn a_failure_inside_a_transaction_of_the_callers(db) {
        if db.is_mysql() {
            return;
        }
        let mut transaction = db.pool().begin().await.unwrap();
        let set = migrator([table("1_a"), Migration::sql("2_b", "INSERT INTO a (id) VALUES (1);\nINSERT INTO missing VALUES (1);", "DELETE FROM a")]);
        let error = set.run_on(&mut *transaction).await.unwrap_err();
        assert_eq!((error.kind(), error.location().map(|at| at.line)), (ErrorKind::Migration, Some(2)));
        transaction.execute("INSERT INTO a (id) VALUES (7)").await.expect("the caller can go on");
        transaction.commit().await.unwrap();
        assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 1);
        assert_eq!(db.standing().await, ["1_a applied"]);
    }

    async fn without_a_transaction_inside_of_one_is_refused(db) {
        if db.is_mysql() {
            return;
        }
        let mut transaction = db.pool().begin().await.unwrap();
        let set = migrator([table("1_a"), Migration::sql("2_b", "-- Transaction: none\nINSERT INTO a (id) VALUES (1)", "DELETE FROM a")]);
        let error = set.run_on(&mut *transaction).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Usage, "migration `2_b` runs outside a transaction, and this connection is inside one"));
        transaction.execute("SELECT * FROM uno_migrations").await.expect("the caller can go on");
    }

    async fn cancelled_before_it_began(db) {
        let error = abc().cancel_on(async {}).run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Cancelled, "the run was asked to stop"));
        assert!(error.report().is_empty());
        assert!(!db.tables().await.contains(&"a".to_owned()));
        abc().run(db.pool()).await.unwrap();
        abc().cancel_on(async {}).run(db.pool()).await.expect("there is nothing to stop");
    }

    async fn cancelled_after_the_statement_in_hand(db) {
        let set = || by_itself(migrator([table("1_a"), Migration::sql("2_b", "CREATE TABLE b (id INT);\nINSERT INTO b VALUES (1);\nUPDATE b SET id = 2;", "DROP TABLE b")]));
        set().steps(1).run(db.pool()).await.unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let (seen, asked) = (stop.clone(), stop.clone());
        let error = set()
            .on_event(move |event| {
                if let Event::Statement { id, position: 2, .. } = event {
                    assert_eq!(id, "2_b");
                    seen.store(true, Ordering::SeqCst);
                }
            })
            .cancel_on(std::future::poll_fn(move |_| match asked.load(Ordering::SeqCst) {
                true => std::task::Poll::Ready(()),
                false => std::task::Poll::Pending,
            }))
            .run(db.pool())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert!(error.report().is_empty());
        if db.is_mysql() {
            assert_eq!(db.history("statements_done").await[1], "2");
            assert_eq!(db.number("SELECT COUNT(*) FROM b").await, 1);
        } else {
            assert_eq!(ids(&set().run(db.pool()).await.unwrap()), ["2_b"]);
        }
    }

    async fn a_direct_url_is_used_instead_of_the_pool(db) {
        abc().direct_url(db.url()).run(db.pool()).await.unwrap();
        assert_eq!(db.standing().await.len(), 3);
        let wrong = match () {
            () if db.is_postgres() => "postgres://nobody:hunter2@127.0.0.1:1/none",
            () if db.is_mysql() => "mysql://nobody:hunter2@127.0.0.1:1/none",
            () => "sqlite:///nonexistent/hunter2/x.db",
        };
        let error = abc().direct_url(wrong).run(db.pool()).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Connection, "cannot connect to the database"));
        assert!(db.is_sqlite() || !error.to_string().contains("hunter2"), "{error}");
        let error = abc().direct_url("no url").run(db.pool()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
    }

    async fn a_run_that_is_dropped_leaves_the_pool_usable(db) {
        let slow = match () {
            () if db.is_postgres() => "SELECT pg_sleep(30)",
            () if db.is_mysql() => "SELECT SLEEP(30)",
            () => "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000000) SELECT COUNT(*) FROM n",
        };
        let pool = db.pool_of_one().await;
        let set = migrator([Migration::sql("1_a", format!("CREATE TABLE a (id INT);\n{slow};"), "DROP TABLE a")]);
        let dropped = tokio::time::timeout(std::time::Duration::from_millis(500), set.run(&pool)).await;
        assert!(dropped.is_err());
        pool.acquire().await.unwrap().ping().await.unwrap();
    }
}

#[tokio::test]
async fn sqlite_a_table_rebuild_inside_a_transaction_of_the_callers_is_refused() {
    let db = sqlite().await;
    let mut transaction = db.pool().begin().await.unwrap();
    let set = migrator([Migration::sql("1_a", "-- ForeignKeys: off\nCREATE TABLE a (id INT)", "DROP TABLE a")]);
    let error = set.run_on(&mut *transaction).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
}
