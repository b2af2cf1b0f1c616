use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/shared_version");

fn main() {
    let _ = MIGRATIONS;
}
