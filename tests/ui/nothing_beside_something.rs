use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/nothing_beside_something");

fn main() {
    let _ = MIGRATIONS;
}
