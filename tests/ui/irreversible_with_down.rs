use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/irreversible_with_down");

fn main() {
    let _ = MIGRATIONS;
}
