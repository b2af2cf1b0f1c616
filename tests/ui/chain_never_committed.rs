use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/chain_never_committed", dialects = ["postgres"]);

fn main() {
    let _ = MIGRATIONS;
}
