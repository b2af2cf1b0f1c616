use uno_migrate::{Context, Result, migration};

#[migration(irreversible = "a test")]
pub async fn up(ctx: &mut Context<'_>) -> Result<()> {
    ctx.execute("SELECT 1".await?;
    Ok(())
}
