//! Tests that share a database and leave nothing behind: each migrates inside a transaction that is never committed.
//!
//! `cargo run --example transaction_per_test`. With `#[sqlx::test(migrations = false)]`, which makes a database for each
//! test, the same `run_on` migrates the connection that the test is given.

use sqlx::{Sqlite, SqlitePool, Transaction};
use uno_migrate::{Migrations, Result, embed_migrations};

pub static MIGRATIONS: Migrations = embed_migrations!("./migrations");

/// What a test begins with.
async fn migrated(pool: &SqlitePool) -> Result<Transaction<'static, Sqlite>> {
    let mut transaction = pool.begin().await?;
    MIGRATIONS.migrator().run_on(&mut *transaction).await?;
    Ok(transaction)
}

#[tokio::main]
async fn main() -> Result {
    story(&SqlitePool::connect("sqlite::memory:").await?).await
}

pub async fn story(pool: &SqlitePool) -> Result {
    for test in ["first", "second"] {
        let mut transaction = migrated(pool).await?;
        let insert = "INSERT INTO users (id, username, email) VALUES (1, 'ada', 'ada@example.org')";
        sqlx::query(insert).execute(&mut *transaction).await?;
        let users: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&mut *transaction).await?;
        println!("the {test} test sees {users} user");
        transaction.rollback().await?;
    }
    let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema").fetch_one(pool).await?;
    println!("{tables} tables are left");
    Ok(())
}
