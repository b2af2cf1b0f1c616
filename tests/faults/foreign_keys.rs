//! `ForeignKeys: off` on SQLite: what a rebuild would leave behind is listed, no child is lost, and the keys are on again
//! for whoever uses the connection next.

use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use uno_migrate::{Context, ErrorKind, Migration, Migrator, hook_fn};

use crate::dropped::{Points, dropped_at};
use crate::kit::{migrator, text};
use crate::support::sqlite;

const FAMILY: &str = "\
    CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);\n\
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);\n\
    CREATE TABLE note (code TEXT PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) ON DELETE SET NULL) WITHOUT ROWID;\n\
    CREATE TABLE tree (id INTEGER PRIMARY KEY, above INTEGER REFERENCES tree (id) ON DELETE CASCADE, parent_id INTEGER REFERENCES parent (id));\n\
    INSERT INTO parent VALUES (1, 'one'), (2, 'two');\n\
    INSERT INTO child VALUES (11, 1), (12, 2), (13, 2);\n\
    INSERT INTO note VALUES ('x', 1), ('y', 2);\n\
    INSERT INTO tree VALUES (21, NULL, 1), (22, 21, 2);";

/// Rebuilds `parent` and keeps what is said.
fn rebuild(kept: &str) -> Migrator {
    let up = format!(
        "-- ForeignKeys: off\n\
         CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n\
         INSERT INTO parent_new SELECT * FROM parent WHERE {kept};\n\
         DROP TABLE parent;\n\
         ALTER TABLE parent_new RENAME TO parent;"
    );
    let family =
        Migration::sql("1_family", FAMILY, "DROP TABLE tree; DROP TABLE note; DROP TABLE child; DROP TABLE parent");
    migrator([family, Migration::sql("2_rebuild", up, "-- Nothing: the names stay\n")])
}

async fn number(pool: &SqlitePool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).persistent(false).fetch_one(pool).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

async fn assert_family_is_whole(pool: &SqlitePool, when: &str) {
    let count = "SELECT (SELECT count(*) FROM parent) * 1000 + (SELECT count(*) FROM child) * 100 + (SELECT count(parent_id) FROM note) * 10 + (SELECT count(*) FROM tree)";
    assert_eq!(number(pool, count).await, 2322, "{when}");
}

/// The keys are enforced, and no transaction is open.
async fn assert_guarded(pool: &SqlitePool, when: &str) {
    assert_eq!(number(pool, "PRAGMA foreign_keys").await, 1, "{when}");
    let orphan = sqlx::query("INSERT INTO child VALUES (99, 99)").execute(pool).await;
    let refused = orphan.unwrap_err().to_string();
    assert!(refused.contains("FOREIGN KEY constraint failed"), "{when}: {refused}");
    let transaction = pool.begin().await.unwrap_or_else(|error| panic!("{when}: {error}"));
    transaction.rollback().await.unwrap();
}

async fn in_memory() -> SqlitePool {
    SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap()
}

#[tokio::test]
async fn every_row_that_would_refer_to_nothing_is_listed() {
    let db = sqlite().await;
    rebuild("true").target("1_family").run(db.pool()).await.unwrap();
    let error = rebuild("id = 1").run(db.pool()).await.unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Migration, Some("2_rebuild.sql")));
    let shown = text(&error);
    println!("{shown}");
    assert!(shown.contains("the migration would leave 4 rows that refer to nothing"), "{shown}");
    for row in ["row 12 of `child`", "row 13 of `child`", "a row of `note`", "row 22 of `tree`"] {
        assert!(shown.contains(&format!("{row} refers to a row of `parent` that does not exist")), "{shown}");
    }
    assert_family_is_whole(db.pool(), "after the failure").await;
    rebuild("true").run(db.pool()).await.unwrap();
    assert_family_is_whole(db.pool(), "after the rebuild").await;
}

#[tokio::test]
async fn a_long_list_is_cut() {
    let db = sqlite().await;
    rebuild("true").target("1_family").run(db.pool()).await.unwrap();
    let many = "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 199) INSERT INTO child SELECT i, 2 FROM n";
    sqlx::query(many).execute(db.pool()).await.unwrap();
    let shown = text(&rebuild("id = 1").run(db.pool()).await.unwrap_err());
    assert!(shown.contains("104 rows that refer to nothing") && shown.contains("and 94 more"), "{shown}");
}

#[tokio::test]
async fn the_keys_are_on_again_after_success_and_failure() {
    let (file, memory) = (sqlite().await, in_memory().await);
    for pool in [file.pool(), &memory] {
        rebuild("true").target("1_family").run(pool).await.unwrap();
        rebuild("id = 1").run(pool).await.unwrap_err();
        assert_guarded(pool, "after a failure").await;
        rebuild("true").run(pool).await.unwrap();
        assert_guarded(pool, "after a success").await;
        assert_family_is_whole(pool, "at the end").await;
    }
}

#[tokio::test]
async fn the_keys_are_on_again_after_a_panic() {
    let (file, memory) = (sqlite().await, in_memory().await);
    for pool in [file.pool().clone(), memory] {
        rebuild("true").target("1_family").run(&pool).await.unwrap();
        let panics = rebuild("true").after_each(hook_fn(|_: &mut Context<'_>| {
            Box::pin(async { panic!("on purpose") as Result<(), sqlx::Error> })
        }));
        let running = pool.clone();
        let panicked = tokio::spawn(async move { panics.run(&running).await.map(drop) }).await;
        assert!(panicked.unwrap_err().is_panic());
        assert_guarded(&pool, "after a panic").await;
        assert_family_is_whole(&pool, "after a panic").await;
        rebuild("true").run(&pool).await.unwrap();
    }
}

#[tokio::test]
async fn the_keys_are_on_again_wherever_the_run_is_dropped() {
    for in_a_file in [true, false] {
        let mut points = Points::every(1);
        while let Some(point) = points.next() {
            let file = sqlite().await;
            let pool = if in_a_file { file.pool().clone() } else { in_memory().await };
            rebuild("true").target("1_family").run(&pool).await.unwrap();
            let run = rebuild("true");
            let ended = dropped_at(point, run.run(&pool)).await;
            let when = format!("dropped at {point}, {}", if in_a_file { "in a file" } else { "in memory" });
            assert_guarded(&pool, &when).await;
            assert_family_is_whole(&pool, &when).await;
            points.saw(ended.is_some());
            rebuild("true").run(&pool).await.unwrap_or_else(|error| panic!("{when}: {error}"));
            assert_family_is_whole(&pool, &when).await;
        }
        println!("{points}");
        assert!(points.dropped() > 10);
    }
}
