use uno_migrate::{Context, Result, migration};

use std::rc::Rc;

#[migration(id = "0001_backfill", irreversible = "a test")]
pub async fn backfill(ctx: &mut Context<'_>) -> Result<()> {
    let count = Rc::new(0_u8);
    ctx.execute("SELECT 1").await?;
    drop(count);
    Ok(())
}

fn main() {}
