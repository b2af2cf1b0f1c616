use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/stray_file");

fn main() {
    let _ = MIGRATIONS;
}
