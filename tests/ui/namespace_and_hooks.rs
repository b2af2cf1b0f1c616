use uno_migrate::{Context, Migrations, Result, embed_migrations};

async fn notify(_: &mut Context<'_>) -> Result<()> {
    Ok(())
}

static TWICE: Migrations = embed_migrations!("tests/ui/valid", hooks = { notify = notify, notify = notify });
static LONG: Migrations = embed_migrations!(
    "tests/ui/valid",
    namespace = "a namespace that has far more than the sixty-three bytes that fit a name"
);
static EMPTY: Migrations = embed_migrations!("", dialects = []);

fn main() {
    let _ = (TWICE, LONG, EMPTY);
}
