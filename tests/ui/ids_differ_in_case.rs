use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/ids_differ_in_case");

fn main() {
    let _ = MIGRATIONS;
}
