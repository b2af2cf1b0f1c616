use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/delimiter_without_one", dialects = ["mysql"]);

fn main() {
    let _ = MIGRATIONS;
}
