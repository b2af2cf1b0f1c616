use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/directive_below_down");

fn main() {
    let _ = MIGRATIONS;
}
