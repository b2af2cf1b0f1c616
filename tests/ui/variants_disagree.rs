use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/variants_disagree", dialects = ["postgres", "sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
