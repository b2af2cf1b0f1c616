use uno_migrate::{Context, Migrations, Result, embed_migrations, migration};

#[migration(id = "0002_create_posts", depends = ["0001_create_users", "0008_nowhere"], irreversible = "a test")]
pub async fn posts(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

#[migration(id = "0003_backfill", depends = ["billing:0002_create_posts"], irreversible = "a test")]
pub async fn backfill(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

mod billing {
    use uno_migrate::{Migrations, embed_migrations};

    pub static MIGRATIONS: Migrations =
        embed_migrations!("tests/ui/duplicates_and_unknown_among_listed/billing", namespace = "billing");
    pub static UNNAMED: Migrations = embed_migrations!("tests/ui/duplicates_and_unknown_among_listed/billing");
}

static MIGRATIONS: Migrations = embed_migrations!(
    "tests/ui/duplicates_and_unknown_among_listed/app",
    rust = [posts, backfill],
    include = [billing::MIGRATIONS, billing::UNNAMED],
);

fn main() {
    let _ = MIGRATIONS;
}
