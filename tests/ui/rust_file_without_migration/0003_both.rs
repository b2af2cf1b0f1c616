use uno_migrate::{Context, Result, migration};

#[migration(irreversible = "a test")]
pub async fn up(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

#[migration(irreversible = "a test")]
pub struct Second;
