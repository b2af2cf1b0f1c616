//! Migrations of both kinds, embedded, applied, shown and reverted, on a SQLite database in memory:
//! `cargo run --example quickstart`.

use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;
use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("./migrations");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pool: SqlitePool = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;

    println!("Before:\n{}\n", MIGRATIONS.status(&pool).await?);
    println!("Run:\n{}\n", MIGRATIONS.run(&pool).await?);
    println!("Run again:\n{}\n", MIGRATIONS.run(&pool).await?);
    println!("Revert the last one:\n{}\n", MIGRATIONS.revert(&pool).await?);
    println!("After:\n{}", MIGRATIONS.status(&pool).await?);
    Ok(())
}
