use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/rust_file_without_migration");

fn main() {
    let _ = MIGRATIONS;
}
