use uno_migrate::{Context, Result, migration};

/// Adds `users.status` where a hotfix by hand has not done so already.
#[migration(depends = ["1616721123_create_users_table"])]
pub async fn up(ctx: &mut Context<'_>) -> Result {
    if !ctx.column_exists("users", "status").await? {
        ctx.execute("ALTER TABLE users ADD COLUMN status VARCHAR(50) NOT NULL DEFAULT 'active'").await?;
    }
    Ok(())
}

pub async fn down(ctx: &mut Context<'_>) -> Result {
    ctx.execute("ALTER TABLE users DROP COLUMN status").await.map(drop)
}
