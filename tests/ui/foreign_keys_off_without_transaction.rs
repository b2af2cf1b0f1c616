use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/foreign_keys_off_without_transaction", dialects = ["sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
