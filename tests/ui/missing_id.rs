use uno_migrate::{Context, Result, migration};

#[migration(depends = ["0000_a"], irreversible = "a test")]
pub async fn up(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

#[migration]
pub async fn backfill(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

fn main() {}
