use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/thirty_mistakes");

fn main() {
    let _ = MIGRATIONS;
}
