use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/allow_below_down", dialects = ["postgres"], deny = ["unused-allow"]);

fn main() {
    let _ = MIGRATIONS;
}
