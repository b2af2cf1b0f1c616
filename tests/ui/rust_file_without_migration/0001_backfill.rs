use uno_migrate::{Context, Result};

pub async fn up(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}
