use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/directive_without_value");

fn main() {
    let _ = MIGRATIONS;
}
