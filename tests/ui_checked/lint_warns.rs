#![deny(deprecated)]

use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui_checked/lint_warns", dialects = ["postgres"]);

fn main() {
    let _ = MIGRATIONS;
}
