use uno_migrate::{Context, Result, migration};

#[migration(irreversible = "the old ones are gone")]
pub async fn up(ctx: &mut Context<'_>) -> Result<()> {
    ctx.execute("UPDATE posts SET id = id").await.map(drop)
}
