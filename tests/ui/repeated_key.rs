use uno_migrate::{Context, Result, migration};

#[migration(id = "0001_backfill", depends = ["0000_a"], irreversible = "a test", depends = ["0000_b"])]
pub async fn backfill(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

fn main() {}
