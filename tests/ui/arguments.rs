use uno_migrate::{Migrations, embed_migrations};

static UNKNOWN: Migrations = embed_migrations!("migrations", hook = { a = b }, colour = "red");
static REPEATED: Migrations = embed_migrations!("migrations", namespace = "a", namespace = "b");
static NOTHING: Migrations = embed_migrations!();
static VALUES: Migrations =
    embed_migrations!("migrations", dialects = ["postgresql"], missing_down = true, namespace = "", rust = backfill);

fn main() {
    let _ = (UNKNOWN, REPEATED, NOTHING, VALUES);
}
