use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/warnings_of_sqlite", dialects = ["sqlite"], deny = ["warnings"]);

fn main() {
    let _ = MIGRATIONS;
}
