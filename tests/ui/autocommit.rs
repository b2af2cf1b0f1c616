use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/autocommit", dialects = ["mysql"]);

fn main() {
    let _ = MIGRATIONS;
}
