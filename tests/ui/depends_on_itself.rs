use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/depends_on_itself");

fn main() {
    let _ = MIGRATIONS;
}
