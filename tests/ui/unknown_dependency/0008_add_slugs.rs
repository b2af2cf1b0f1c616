use uno_migrate::{Context, Result, migration};

#[migration(depends = ["0003_create_users", "0099_gone"], irreversible = "a test")]
pub async fn up(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}
