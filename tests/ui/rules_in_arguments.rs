use uno_migrate::{Migrations, embed_migrations};

static UNKNOWN: Migrations = embed_migrations!("tests/ui/valid", deny = ["concurrent-if-not-exist"], warn = ["colour"]);
static FORBIDDEN: Migrations = embed_migrations!("tests/ui/valid", allow = ["transaction-control"]);
static TWICE: Migrations = embed_migrations!("tests/ui/valid", deny = ["unused-allow"], allow = ["unused-allow"]);
static VERSION: Migrations = embed_migrations!("tests/ui/valid", rules = "9.9", rules_since = "yesterday");
static NOWHERE: Migrations = embed_migrations!("tests/ui/valid", rules_since = "1616721124_create_users_table");

fn main() {
    let _ = (UNKNOWN, FORBIDDEN, TWICE, VERSION, NOWHERE);
}
