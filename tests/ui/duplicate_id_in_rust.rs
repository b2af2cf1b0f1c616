use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/duplicate_id_in_rust");

fn main() {
    let _ = MIGRATIONS;
}
