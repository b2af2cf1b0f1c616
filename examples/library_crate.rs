//! An application that uses a library with tables of its own: `examples/billing` exports its migrations, and they are
//! proven, ordered and run together with those of the application.
//!
//! `cargo run --example library_crate`

use sqlx::Pool;
use uno_migrate::{Context, Driver, Migrations, Result, embed_migrations, migration};
use uno_migrate_example_billing as billing;

mod database;

pub static MIGRATIONS: Migrations =
    embed_migrations!("./migrations", rust = [add_customers], include = [billing::MIGRATIONS]);

/// Who pays an invoice. The library's migrations keep their namespace, and a dependency names it.
#[migration(
    id = "1616740000_add_customers",
    depends = ["1616721123_create_users_table", "billing:0001_create_invoices"],
    down = drop_customers
)]
async fn add_customers(ctx: &mut Context<'_>) -> Result {
    ctx.execute(
        "CREATE TABLE customers (
            invoice_id BIGINT NOT NULL PRIMARY KEY,
            user_id BIGINT NOT NULL,
            FOREIGN KEY (invoice_id) REFERENCES invoices (id),
            FOREIGN KEY (user_id) REFERENCES users (id)
        )",
    )
    .await
    .map(drop)
}

async fn drop_customers(ctx: &mut Context<'_>) -> Result {
    ctx.execute("DROP TABLE customers").await.map(drop)
}

#[tokio::main]
async fn main() -> Result {
    database::tell!(story)
}

pub async fn story<DB: Driver>(pool: &Pool<DB>) -> Result {
    for outcome in MIGRATIONS.run(pool).await?.migrations {
        println!("{:8} {}", outcome.namespace, outcome.id);
    }
    Ok(())
}
