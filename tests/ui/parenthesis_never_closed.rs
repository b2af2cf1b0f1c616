use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/parenthesis_never_closed");

fn main() {
    let _ = MIGRATIONS;
}
