use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/warnings_of_postgres", dialects = ["postgres"], deny = ["warnings"]);

fn main() {
    let _ = MIGRATIONS;
}
