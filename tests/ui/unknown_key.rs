use uno_migrate::{Context, Result, migration};

#[migration(id = "0001_backfill", dependz = ["0000_before"], irreversible = "a test", colour = "red")]
pub async fn backfill(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

fn main() {}
