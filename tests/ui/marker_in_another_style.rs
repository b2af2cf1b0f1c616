use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/marker_in_another_style");

fn main() {
    let _ = MIGRATIONS;
}
