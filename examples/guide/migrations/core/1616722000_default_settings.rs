use uno_migrate::{Context, Result, migration};

const DEFAULTS: [(&str, &str); 3] = [("site_name", "My Site"), ("theme", "default"), ("items_per_page", "10")];

/// The settings of the application, and what they are until somebody changes them.
#[migration(tags = ["core"])]
pub async fn up(ctx: &mut Context<'_>) -> Result {
    ctx.execute(
        "CREATE TABLE settings (
            name VARCHAR(255) NOT NULL PRIMARY KEY,
            value TEXT NOT NULL,
            created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
        )",
    )
    .await?;
    for setting in DEFAULTS {
        ctx.execute_with("INSERT INTO settings (name, value) VALUES ($1, $2)", setting).await?;
    }
    Ok(())
}

pub async fn down(ctx: &mut Context<'_>) -> Result {
    ctx.execute("DROP TABLE settings").await.map(drop)
}
