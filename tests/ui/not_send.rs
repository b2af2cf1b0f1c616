use uno_migrate::{Context, Result, migration};

use std::rc::Rc;

#[migration(id = "0001_backfill", irreversible = "a test")]
pub async fn backfill(ctx: &mut Context<'_>) -> Result<()> {
    let names = Rc::new(Vec::<String>::new());
    ctx.execute("SELECT 1").await?;
    drop(names);
    Ok(())
}

fn main() {}
