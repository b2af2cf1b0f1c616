use uno_migrate::{Context, Result, migration};

#[migration(id = "backfill", depends = "0000_a", irreversible = "")]
pub async fn backfill(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

#[migration(id = "0002_b", depends = ["0002_b", "0001 a", "0000_a", "0000_a"], transaction = "none", before = "hook")]
pub async fn other(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

fn main() {}
