use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/down_inside_a_statement", dialects = ["sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
