use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/rule_not_in_transaction", dialects = ["postgres", "sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
