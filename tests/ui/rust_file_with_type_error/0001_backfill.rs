use uno_migrate::{Context, Result, migration};

#[migration(irreversible = "a test")]
pub async fn up(ctx: &mut Context<'_>) -> Result<()> {
    let rows: String = ctx.fetch_all("SELECT 1").await?;
    Ok(())
}
