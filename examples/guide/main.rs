//! Every example of Uno's two guides, as a migration of this library; `docs/from-uno.md` says which is which.
//!
//! `cargo run --example guide`; with `DATABASE_URL` on PostgreSQL or MariaDB.

use sqlx::Pool;
use uno_migrate::{Driver, Migrations, embed_migrations};

#[path = "../database/mod.rs"]
mod database;
mod roles;

pub static MIGRATIONS: Migrations = embed_migrations!("./examples/guide/migrations", rust = [roles::AddUserRoles]);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    database::tell!(story)
}

/// All the way up, down, and up again.
pub async fn story<DB: Driver>(pool: &Pool<DB>) -> Result<(), Box<dyn std::error::Error>> {
    println!("Plan:\n{}\n", MIGRATIONS.plan(pool).await?);
    println!("Run:\n{}\n", MIGRATIONS.run(pool).await?);
    println!("Revert everything:\n{}\n", MIGRATIONS.migrator().all().revert(pool).await?);
    println!("Run again:\n{}\n", MIGRATIONS.run(pool).await?);
    println!("Status:\n{}", MIGRATIONS.status(pool).await?);
    Ok(())
}
