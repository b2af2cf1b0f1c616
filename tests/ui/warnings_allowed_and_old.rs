use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/warnings_allowed_and_old", dialects = ["postgres"], rules_since = "0002_new", allow = ["rename-column"], deny = ["warnings"]);

fn main() {
    let _ = MIGRATIONS;
}
