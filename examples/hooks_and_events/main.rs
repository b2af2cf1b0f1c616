//! Hooks are part of a migration: they run in its transaction, and fail it. (On MySQL and MariaDB, which commit each
//! statement, what is done stays, and the history says how much that is.) Events only tell what happens.
//!
//! `cargo run --example hooks_and_events`

use sqlx::Pool;
use uno_migrate::{Context, Driver, Event, Migrations, Result, embed_migrations};

#[path = "../database/mod.rs"]
mod database;

/// Files name hooks, as in `AfterApply: check_balance`; the macro proves that each is a function.
pub static MIGRATIONS: Migrations =
    embed_migrations!("./examples/hooks_and_events/migrations", hooks = { check_balance = check_balance });

/// No money may appear or vanish.
async fn check_balance(ctx: &mut Context<'_>) -> Result {
    let mut sum = 0;
    for account in ctx.fetch_all("SELECT cents FROM accounts").await? {
        sum += account.get::<i64>("cents")?;
    }
    if sum == 0 { Ok(()) } else { Err(format!("the accounts add up to {sum} cents, and not to 0").into()) }
}

/// Runs after every migration, in either direction.
async fn note(ctx: &mut Context<'_>) -> Result {
    let id = ctx.migration().id.to_string();
    if ctx.table_exists("notes").await? {
        ctx.execute_with("INSERT INTO notes (id) VALUES ($1)", (id,)).await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result {
    database::tell!(story)
}

pub async fn story<DB: Driver>(pool: &Pool<DB>) -> Result {
    let migrator = MIGRATIONS.migrator().after_each(note).on_event(|event| match event {
        Event::Started { id, position, total, .. } => println!("[{position}/{total}] {id}"),
        Event::Statement { path, line, position, total, .. } => println!("  {position}/{total} {path}:{line}"),
        Event::Applied { duration, .. } => println!("  done in {duration:?}"),
        Event::Failed { message, .. } => println!("  failed: {message}"),
        _ => {}
    });
    println!("{}", migrator.run(pool).await?);
    Ok(())
}
