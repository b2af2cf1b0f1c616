use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/transaction_left_open");

fn main() {
    let _ = MIGRATIONS;
}
