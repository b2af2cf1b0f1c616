use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui_checked/lint_reads_more_of_the_grammar", dialects = ["postgres"]);

fn main() {
    let _ = MIGRATIONS;
}
