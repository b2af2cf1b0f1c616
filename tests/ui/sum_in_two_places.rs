use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/sum_in_two_places/app", "tests/ui/sum_in_two_places/billing");

fn main() {
    let _ = MIGRATIONS;
}
