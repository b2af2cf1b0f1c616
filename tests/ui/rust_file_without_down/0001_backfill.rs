use uno_migrate::{Context, Result, migration};

#[migration]
pub async fn up(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}
