//! No room left in the middle of a migration: the database's own words, nothing half-done where it has transactions, and
//! once there is room the next run goes on.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use uno_migrate::{Context, ErrorKind, Migration, Migrator, hook_fn};
use uno_migrate_test_servers::{Kind, Server};

use crate::kit::{Ask, ids, migrator, table, text};
use crate::support::{mysql, mysql_on, postgres, postgres_on, sqlite};

const DOWN: &str = "DELETE FROM a";

/// Two rows that fit, and one in between that needs so many bytes.
fn filling(none: &str, large: &str) -> Migrator {
    let up = format!("{none}INSERT INTO a VALUES (1, 'x');\n{large};\nINSERT INTO a VALUES (2, 'y');");
    migrator([table("1_a"), Migration::sql("2_b", up, DOWN), table("3_c")])
}

#[tokio::test]
async fn sqlite_that_may_not_grow() {
    let large = "CREATE TABLE large AS SELECT zeroblob(2000000) AS content";
    for (none, left) in [
        ("", "`2_b` was rolled back and left nothing behind"),
        ("-- Transaction: none\n", "1 of its 3 statements are done"),
    ] {
        let db = sqlite().await;
        let tight = filling(none, large).on_connect(hook_fn(|ctx: &mut Context<'_>| {
            Box::pin(async { ctx.fetch_all("PRAGMA max_page_count = 60").await.map(drop) })
        }));
        let error = tight.run(db.pool()).await.unwrap_err();
        let shown = text(&error);
        println!("{shown}\n");
        assert_eq!((error.kind(), error.path()), (ErrorKind::Migration, Some("2_b.sql")));
        assert!(shown.contains("database or disk is full (13)") && shown.contains(left), "{shown}");
        assert!(shown.contains("make room"), "{shown}");
        assert_eq!(db.number("SELECT COUNT(*) FROM a").await, i64::from(!none.is_empty()));
        assert_eq!(ids(&filling(none, large).run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
        assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 2);
    }
}

#[tokio::test]
async fn postgres_out_of_temporary_space() {
    let db = postgres().await;
    let name = db.url().rsplit('/').next().unwrap();
    db.exec(&format!(
        "ALTER DATABASE {name} SET temp_file_limit = '100kB'; ALTER DATABASE {name} SET work_mem = '64kB'"
    ))
    .await;
    let large = "CREATE TABLE large AS SELECT i FROM generate_series(1, 200000) AS i ORDER BY md5(i::text)";
    let error = filling("", large).run(db.pool()).await.unwrap_err();
    let shown = text(&error);
    println!("{shown}\n");
    assert!(shown.contains("make room"), "{shown}");
    assert!(shown.contains("temporary file size exceeds temp_file_limit (100kB) (53400)"), "{shown}");
    assert!(shown.contains("`2_b` was rolled back and left nothing behind"), "{shown}");
    assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 0);
    db.exec(&format!("ALTER DATABASE {name} RESET temp_file_limit")).await;
    assert_eq!(ids(&filling("", large).run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
}

#[tokio::test]
async fn mysql_a_table_that_is_full() {
    let db = mysql().await;
    db.exec("CREATE TABLE room (content CHAR(200)) ENGINE = MEMORY MAX_ROWS = 10").await;
    let large = "INSERT INTO room SELECT 'x' FROM seq_1_to_100000";
    let error = filling("", large).run(db.pool()).await.unwrap_err();
    let shown = text(&error);
    println!("{shown}\n");
    assert!(
        shown.contains("The table 'room' is full (HY000)") && shown.contains("1 of its 3 statements are done"),
        "{shown}"
    );
    assert!(shown.contains("make room"), "{shown}");
    assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 1);
    assert_eq!(db.standing().await, ["1_a applied", "2_b failed"]);
    db.exec("DROP TABLE room; CREATE TABLE room (content CHAR(200))").await;
    assert_eq!(ids(&filling("", large).run(db.pool()).await.unwrap()), ["2_b", "3_c"]);
    assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 2);
}

/// A file system of a few megabytes; unmounted when it is dropped.
struct Tiny(PathBuf);

impl Tiny {
    /// For whoever owns the server's home.
    fn mount(server: &Server, at: &Path, megabytes: usize) -> Self {
        let owner = std::fs::metadata(server.path()).unwrap();
        std::fs::create_dir_all(at).unwrap();
        let options = format!("size={megabytes}m,uid={},gid={},mode=700", owner.uid(), owner.gid());
        let status = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at).status().unwrap();
        assert!(status.success(), "cannot mount {}", at.display());
        Self(at.to_owned())
    }
}

impl Tiny {
    fn grow(&self) {
        let grown = Command::new("mount").args(["-o", "remount,size=200m"]).arg(&self.0).status().unwrap();
        assert!(grown.success());
    }
}

impl Drop for Tiny {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Twenty migrations of a megabyte each, of which some fit; then there is room, and the next run does the rest.
async fn fills_up<D: Ask>(db: &D, server: &Server, tiny: Tiny, megabyte: &str) {
    let pool = db.pool_of_one().await;
    let text = if db.is_mysql() { "LONGTEXT" } else { "TEXT" };
    let tables = format!("CREATE TABLE a (id BIGINT);\nCREATE TABLE fill (content {text})");
    let steps = (2..=21).map(|number| {
        let up = format!(
            "INSERT INTO a (id) VALUES ({number});\nINSERT INTO fill {megabyte};\nINSERT INTO a (id) VALUES (-{number});"
        );
        Migration::sql(format!("{number}_fill"), up, "-- Nothing: it stays\n")
    });
    let set = migrator([Migration::sql("1_a", tables, "-- Nothing: it stays\n")].into_iter().chain(steps));
    let error = set.run(&pool).await.unwrap_err();
    println!("{error}\n");
    let applied = error.report().len();
    assert!((5..20).contains(&applied), "{applied}");
    tiny.grow();
    // MariaDB does not survive it; PostgreSQL does.
    server.restart().unwrap();
    let standing = db.standing().await;
    assert_eq!(standing.iter().filter(|row| row.ends_with(" applied")).count(), applied);
    assert_eq!(set.run(&pool).await.unwrap().len(), 21 - applied);
    assert_eq!(db.number("SELECT COUNT(*) FROM a").await, 40);
    assert_eq!(db.number("SELECT COUNT(*) FROM fill").await, 20);
}

#[tokio::test]
#[ignore = "mounts a file system, which takes root"]
async fn postgres_on_a_full_disk() {
    let server = Kind::Postgres.start().unwrap();
    let place = server.path().join("tiny");
    let db = postgres_on(&server).await;
    let tiny = Tiny::mount(&server, &place, 16);
    let name = db.url().rsplit('/').next().unwrap();
    db.exec(&format!("CREATE TABLESPACE tiny LOCATION '{}'", place.display())).await;
    db.exec(&format!("ALTER DATABASE {name} SET default_tablespace = 'tiny'")).await;
    let megabyte = "SELECT string_agg(sha512(random()::text::bytea)::text, '') FROM generate_series(1, 8000)";
    fills_up(&db, &server, tiny, megabyte).await;
}

#[tokio::test]
#[ignore = "mounts a file system, which takes root"]
async fn mysql_on_a_full_disk() {
    let server = Kind::MySql.start().unwrap();
    let db = mysql_on(&server).await;
    let place = server.path().join("datadir").join(db.url().rsplit('/').next().unwrap());
    let tiny = Tiny::mount(&server, &place, 14);
    fills_up(&db, &server, tiny, "SELECT REPEAT('x', 1000000)").await;
}
