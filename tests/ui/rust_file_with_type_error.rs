use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/rust_file_with_type_error");

fn main() {
    let _ = MIGRATIONS;
}
