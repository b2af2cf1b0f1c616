use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/rule_enum_value_used", dialects = ["postgres"]);

fn main() {
    let _ = MIGRATIONS;
}
