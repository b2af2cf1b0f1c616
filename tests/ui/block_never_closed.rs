use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/block_never_closed", dialects = ["mysql"]);

fn main() {
    let _ = MIGRATIONS;
}
