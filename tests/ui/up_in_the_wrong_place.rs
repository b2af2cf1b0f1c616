use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/up_in_the_wrong_place");

fn main() {
    let _ = MIGRATIONS;
}
