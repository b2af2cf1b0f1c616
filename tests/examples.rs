//! The other examples, on the three databases, with what they leave behind. The guide's are in `guides.rs`.
#![allow(dead_code, reason = "`main` is not called here")]
#![allow(clippy::duplicate_mod, reason = "each example has its own `mod database`")]

mod support;

#[path = "../examples/custom_source_and_tracker.rs"]
mod custom_source_and_tracker;
#[path = "../examples/hooks_and_events/main.rs"]
mod hooks_and_events;
#[path = "../examples/library_crate.rs"]
mod library_crate;
#[path = "../examples/rust_migration.rs"]
mod rust_migration;
#[path = "../examples/transaction_per_test.rs"]
mod transaction_per_test;
#[path = "../examples/web_service.rs"]
mod web_service;

use custom_source_and_tracker::{Journal, OneText, TEXT};
use support::each_database;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uno_migrate::{ErrorKind, Migrator};

/// The value of a query.
macro_rules! value {
    ($db:ident, $type:ty, $sql:literal) => {
        sqlx::query_scalar::<Db, $type>($sql).fetch_one($db.pool()).await.unwrap()
    };
}

#[tokio::test]
async fn a_test_in_a_transaction_leaves_nothing_behind() {
    let db = support::sqlite().await;
    transaction_per_test::story(db.pool()).await.unwrap();
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema").fetch_one(db.pool()).await.unwrap();
    assert_eq!(left, 0);
}

each_database! {
    async fn the_true_set_is_applied_reverted_and_applied_again(db) {
        let set = web_service::MIGRATIONS;
        assert_eq!(set.run(db.pool()).await.unwrap().len(), 6);
        for insert in [
            "INSERT INTO users (id, username, email) VALUES (1, 'ada', 'ada@example.org')",
            "INSERT INTO user_settings (user_id) VALUES (1)",
            "INSERT INTO user_profiles (user_id, slug) VALUES (1, 'ada')",
            "INSERT INTO posts (id, author_id, title, body) VALUES (1, 1, 'On engines', '…')",
            "INSERT INTO categories (id, name, curator_id) VALUES (1, 'Essays', 1)",
            "INSERT INTO post_categories (post_id, category_id) VALUES (1, 1)",
        ] {
            sqlx::query::<Db>(insert).execute(db.pool()).await.unwrap();
        }
        assert_eq!(value!(db, i64, "SELECT COUNT(*) FROM settings"), 3);
        assert_eq!(set.migrator().all().revert(db.pool()).await.unwrap().len(), 6);
        assert_eq!(set.run(db.pool()).await.unwrap().len(), 6);
        assert_eq!(value!(db, i64, "SELECT COUNT(*) FROM post_categories"), 0);
    }

    async fn functions_convert_data(db) {
        rust_migration::story(db.pool()).await.unwrap();
        assert_eq!(value!(db, i64, "SELECT cents FROM prices WHERE product = 'coffee'"), 350);
        let refused = rust_migration::MIGRATIONS.revert(db.pool()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Irreversible);
    }

    async fn a_source_and_a_tracker_of_ones_own(db) {
        let directory = tempfile::tempdir().unwrap();
        let journal = directory.path().join("history.jsonl");
        custom_source_and_tracker::story(db.pool(), journal.clone()).await.unwrap();
        assert_eq!(value!(db, i64, "SELECT COUNT(*) FROM flags"), 0);
        // The next process reads what the last one wrote, and the database has no history of its own.
        let migrator = Migrator::new(OneText(TEXT)).tracker(Journal(journal));
        assert_eq!(migrator.run(db.pool()).await.unwrap().ids().collect::<Vec<_>>(), ["0002_first_flag"]);
        assert_eq!(value!(db, i64, "SELECT COUNT(*) FROM flags"), 1);
        assert!(sqlx::query::<Db>("SELECT 1 FROM uno_migrations").fetch_all(db.pool()).await.is_err());
        assert_eq!(migrator.all().revert(db.pool()).await.unwrap().len(), 2);
    }

    async fn hooks_belong_to_their_migrations(db) {
        hooks_and_events::story(db.pool()).await.unwrap();
        assert_eq!(value!(db, i64, "SELECT COUNT(*) FROM notes"), 2);

        // A hook that fails takes its migration along, where there are transactions.
        let set = hooks_and_events::MIGRATIONS;
        set.revert(db.pool()).await.unwrap();
        sqlx::query::<Db>("UPDATE accounts SET cents = 1 WHERE name = 'equity'").execute(db.pool()).await.unwrap();
        let failed = set.run(db.pool()).await.unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Hook);
        assert!(failed.to_string().contains("add up to 5001 cents"), "{failed}");
        // MySQL commits each statement, and the history says how many are done.
        let accounts = if db.url().starts_with("mysql") { 3 } else { 2 };
        assert_eq!(value!(db, i64, "SELECT COUNT(*) FROM accounts"), accounts);
    }

    async fn a_library_brings_its_tables(db) {
        library_crate::story(db.pool()).await.unwrap();
        assert_eq!(value!(db, i64, "SELECT COUNT(*) FROM uno_migrations WHERE namespace = 'billing'"), 2);
        let row = "INSERT INTO invoices (id, customer) VALUES (1, 'Ada')";
        sqlx::query::<Db>(row).execute(db.pool()).await.unwrap();
        assert_eq!(value!(db, i64, "SELECT total_cents FROM invoices"), 0);

        // The library's own set sees the same history.
        let library = uno_migrate_example_billing::MIGRATIONS;
        assert_eq!(library.status(db.pool()).await.unwrap().pending(), 0);
        let set = library_crate::MIGRATIONS;
        assert_eq!(set.migrator().all().revert(db.pool()).await.unwrap().len(), 9);
        assert_eq!(library.run(db.pool()).await.unwrap().len(), 2);
        assert_eq!(set.run(db.pool()).await.unwrap().len(), 7);
    }

    async fn a_service_tells_its_health(db) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let pool = db.pool().clone();
        let service = tokio::spawn(async move { web_service::serve(&pool, listener).await.map_err(|e| e.to_string()) });
        assert_eq!(health(address).await, ("HTTP/1.1 200 OK".to_owned(), "healthy".to_owned()));

        web_service::MIGRATIONS.revert(db.pool()).await.unwrap();
        let pending = ("HTTP/1.1 503 Service Unavailable".to_owned(), "1 migrations pending".to_owned());
        assert_eq!(health(address).await, pending);
        service.abort();
    }
}

/// The first and the last line of the answer.
async fn health(address: std::net::SocketAddr) -> (String, String) {
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    (answer.lines().next().unwrap().to_owned(), answer.lines().last().unwrap().to_owned())
}
