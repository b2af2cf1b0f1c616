use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui_checked/lint_denied", dialects = ["postgres"], deny = ["warnings"]);

fn main() {
    let _ = MIGRATIONS;
}
