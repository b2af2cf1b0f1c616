use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/grammar_of_sqlite", dialects = ["sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
