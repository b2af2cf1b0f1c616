use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/not_utf8");

fn main() {
    let _ = MIGRATIONS;
}
