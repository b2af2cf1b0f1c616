use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/id_too_long");

fn main() {
    let _ = MIGRATIONS;
}
