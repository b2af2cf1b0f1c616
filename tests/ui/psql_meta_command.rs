use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/psql_meta_command", dialects = ["postgres"]);

fn main() {
    let _ = MIGRATIONS;
}
