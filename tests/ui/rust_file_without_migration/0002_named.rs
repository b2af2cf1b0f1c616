use uno_migrate::{Context, Result, migration};

#[migration(irreversible = "a test")]
pub async fn upwards(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}
