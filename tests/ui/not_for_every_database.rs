use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/not_for_every_database");

fn main() {
    let _ = MIGRATIONS;
}
