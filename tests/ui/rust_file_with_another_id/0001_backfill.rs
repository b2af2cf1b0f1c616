use uno_migrate::{Context, Result, migration};

#[migration(id = "0002_backfill", irreversible = "a test")]
pub async fn up(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}
