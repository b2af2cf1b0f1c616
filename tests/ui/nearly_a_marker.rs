use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/nearly_a_marker");

fn main() {
    let _ = MIGRATIONS;
}
