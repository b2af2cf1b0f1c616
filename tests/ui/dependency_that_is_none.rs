use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/dependency_that_is_none");

fn main() {
    let _ = MIGRATIONS;
}
