use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/warnings_denied_together", dialects = ["postgres"], deny = ["warnings"]);

fn main() {
    let _ = MIGRATIONS;
}
