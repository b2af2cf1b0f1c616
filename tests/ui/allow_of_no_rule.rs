use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/allow_of_no_rule");

fn main() {
    let _ = MIGRATIONS;
}
