use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/directory_missing");

fn main() {
    let _ = MIGRATIONS;
}
