use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/grammar_of_mysql", dialects = ["mysql"]);

fn main() {
    let _ = MIGRATIONS;
}
