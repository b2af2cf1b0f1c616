use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/directive_values");

fn main() {
    let _ = MIGRATIONS;
}
