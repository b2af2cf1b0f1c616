use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/client_commands", dialects = ["mysql", "sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
