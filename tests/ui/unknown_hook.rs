use uno_migrate::{Context, Migrations, Result, embed_migrations};

async fn notify(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/unknown_hook", hooks = { notify_start = notify });

fn main() {
    let _ = MIGRATIONS;
}
