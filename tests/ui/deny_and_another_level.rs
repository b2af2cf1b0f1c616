use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/deny_and_another_level", dialects = ["postgres"], deny = ["drop-column"], allow = ["warnings"]);

fn main() {
    let _ = MIGRATIONS;
}
