use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/irreversible_without_reason");

fn main() {
    let _ = MIGRATIONS;
}
