use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/bad_file_name");

fn main() {
    let _ = MIGRATIONS;
}
