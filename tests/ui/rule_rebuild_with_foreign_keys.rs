use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/rule_rebuild_with_foreign_keys", dialects = ["sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
