use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/marker_of_another_tool");

fn main() {
    let _ = MIGRATIONS;
}
