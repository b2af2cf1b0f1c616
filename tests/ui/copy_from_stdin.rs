use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/copy_from_stdin", dialects = ["postgres"]);

fn main() {
    let _ = MIGRATIONS;
}
