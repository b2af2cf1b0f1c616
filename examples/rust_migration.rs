//! Migrations as functions of the crate, without a directory: `rust = […]` lists them. The second one converts data, and
//! gives up as a whole when a single row makes no sense.
//!
//! `cargo run --example rust_migration`

use sqlx::Pool;
use uno_migrate::{Context, Dialect, Driver, Migrations, Result, embed_migrations, migration};

mod database;

pub static MIGRATIONS: Migrations = embed_migrations!(rust = [create_prices, prices_in_cents]);

/// Prices as people typed them.
#[migration(id = "0001_create_prices", down = drop_prices)]
async fn create_prices(ctx: &mut Context<'_>) -> Result {
    ctx.execute(
        "CREATE TABLE prices (product VARCHAR(100) NOT NULL PRIMARY KEY, price VARCHAR(20) NOT NULL);
        INSERT INTO prices (product, price) VALUES ('tea', '2.80'), ('coffee', '3.5'), ('water', '2');",
    )
    .await
    .map(drop)
}

async fn drop_prices(ctx: &mut Context<'_>) -> Result {
    ctx.execute("DROP TABLE prices").await.map(drop)
}

/// Prices as whole numbers of cents.
#[migration(
    id = "0002_prices_in_cents",
    depends = ["0001_create_prices"],
    irreversible = "what people typed is not kept; restore a backup"
)]
async fn prices_in_cents(ctx: &mut Context<'_>) -> Result {
    ctx.execute("ALTER TABLE prices ADD COLUMN cents BIGINT NOT NULL DEFAULT 0").await?;
    for row in ctx.fetch_all("SELECT product, price FROM prices").await? {
        let (product, price): (String, String) = (row.get("product")?, row.get("price")?);
        let cents = cents(&price).map_err(|error| format!("the price of `{product}` is `{price}`: {error}"))?;
        ctx.execute_with("UPDATE prices SET cents = $1 WHERE product = $2", (cents, product)).await?;
    }
    ctx.execute("ALTER TABLE prices DROP COLUMN price").await?;

    // Where only one database has what is needed, its sqlx connection is there.
    if ctx.dialect() == Dialect::Postgres {
        let comment = "COMMENT ON COLUMN prices.cents IS 'in cents'";
        sqlx::query(comment).execute(ctx.postgres()?).await?;
    }
    Ok(())
}

/// `2.80`, `3.5` and `2` are all amounts.
fn cents(price: &str) -> Result<i64, std::num::ParseIntError> {
    let (whole, fraction) = price.split_once('.').unwrap_or((price, ""));
    Ok(whole.parse::<i64>()? * 100 + format!("{fraction:0<2}").parse::<i64>()?)
}

#[tokio::main]
async fn main() -> Result {
    database::tell!(story)
}

pub async fn story<DB: Driver>(pool: &Pool<DB>) -> Result {
    println!("{}", MIGRATIONS.run(pool).await?);
    if let Err(refused) = MIGRATIONS.revert(pool).await {
        println!("\n{refused}");
    }
    Ok(())
}
