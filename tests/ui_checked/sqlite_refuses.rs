use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui_checked/sqlite_refuses", dialects = ["sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
