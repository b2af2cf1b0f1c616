use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/two_downs/0001_create_users.sql");

fn main() {
    let _ = MIGRATIONS;
}
