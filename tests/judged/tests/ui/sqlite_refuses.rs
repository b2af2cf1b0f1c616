use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/sqlite_refuses", dialects = ["sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
