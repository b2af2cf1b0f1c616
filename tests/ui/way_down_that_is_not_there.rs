use uno_migrate::{Context, Migrations, Result, embed_migrations, migration};

#[migration(id = "0001_backfill", down = undo)]
pub async fn backfill(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

static MIGRATIONS: Migrations = embed_migrations!(rust = [backfill, crate::nothing], dialects = ["sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
