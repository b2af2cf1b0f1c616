use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/warnings_denied_by_name", dialects = ["postgres"], deny = ["concurrent-if-not-exists"]);

fn main() {
    let _ = MIGRATIONS;
}
