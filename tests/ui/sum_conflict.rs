use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/sum_conflict");

fn main() {
    let _ = MIGRATIONS;
}
