use uno_migrate::{Migrations, embed_migrations};

async fn notify() {}

static MIGRATIONS: Migrations = embed_migrations!("tests/ui/valid", hooks = { notify = notify, gone = crate::gone });

fn main() {
    let _ = MIGRATIONS;
}
