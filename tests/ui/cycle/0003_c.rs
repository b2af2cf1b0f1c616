use uno_migrate::{Context, Result, migration};

#[migration(depends = ["0002_b"], irreversible = "a test")]
pub async fn up(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}
