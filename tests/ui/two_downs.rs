use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/two_downs");

fn main() {
    let _ = MIGRATIONS;
}
