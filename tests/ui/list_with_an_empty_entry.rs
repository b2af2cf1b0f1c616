use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/list_with_an_empty_entry");

fn main() {
    let _ = MIGRATIONS;
}
