use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui_checked/sqlite_finds_a_difference", dialects = ["sqlite"], deny = ["warnings"]);

fn main() {
    let _ = MIGRATIONS;
}
