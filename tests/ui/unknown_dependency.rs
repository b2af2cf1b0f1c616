use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/unknown_dependency");

fn main() {
    let _ = MIGRATIONS;
}
