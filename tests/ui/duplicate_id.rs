use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/duplicate_id");

fn main() {
    let _ = MIGRATIONS;
}
