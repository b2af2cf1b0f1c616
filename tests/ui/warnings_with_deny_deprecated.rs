#![deny(deprecated)]

use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/warnings_with_deny_deprecated", dialects = ["postgres"]);

fn main() {
    let _ = MIGRATIONS;
}
