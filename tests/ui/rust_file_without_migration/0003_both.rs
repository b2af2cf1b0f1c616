use uno_migrate::{Context, Result, RustMigration, migration};

#[migration(irreversible = "a test")]
pub async fn up(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

#[migration(irreversible = "a test")]
pub struct Second;

impl RustMigration for Second {
    async fn apply(&self, _: &mut Context<'_>) -> Result<()> {
        Ok(())
    }

    async fn revert(&self, _: &mut Context<'_>) -> Result<()> {
        Ok(())
    }
}
