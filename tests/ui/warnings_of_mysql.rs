use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/warnings_of_mysql", dialects = ["mysql"], deny = ["warnings"]);

fn main() {
    let _ = MIGRATIONS;
}
