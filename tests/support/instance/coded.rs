//! A migration in Rust, for sets that are otherwise files: it adds one row and counts a thousand.

use uno_migrate::{Context, Migrations, Result, embed_migrations, migration};

pub(crate) static CODED: Migrations = embed_migrations!(rust = [backfill]);

#[migration(id = "0004_coded", down = undo)]
pub(crate) async fn backfill(ctx: &mut Context<'_>) -> Result<()> {
    ctx.execute("INSERT INTO log (mark) VALUES ('coded up')").await?;
    ctx.progress(1, 2);
    ctx.execute("UPDATE counters SET n = n + 1000").await?;
    Ok(())
}

async fn undo(ctx: &mut Context<'_>) -> Result<()> {
    ctx.execute("UPDATE counters SET n = n + 1000").await?;
    ctx.progress(1, 2);
    ctx.execute("INSERT INTO log (mark) VALUES ('coded down')").await?;
    Ok(())
}
