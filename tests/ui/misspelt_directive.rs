use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/misspelt_directive");

fn main() {
    let _ = MIGRATIONS;
}
