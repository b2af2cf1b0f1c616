use uno_migrate::{Migrations, embed_migrations};

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/unterminated_identifier", dialects = ["postgres", "sqlite"]);

fn main() {
    let _ = MIGRATIONS;
}
