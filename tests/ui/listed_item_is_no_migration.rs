use uno_migrate::{Context, Migrations, Result, embed_migrations};

pub struct Roles;

pub async fn backfill(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

static MIGRATIONS: Migrations = embed_migrations!(rust = [Roles, backfill, missing::migration], include = [COUNT]);

static COUNT: usize = 3;

fn main() {
    let _ = MIGRATIONS;
}
