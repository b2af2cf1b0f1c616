use uno_migrate::{Context, Result, migration};

#[migration(depends = ["2_more"])]
pub async fn up(ctx: &mut Context<'_>) -> Result {
    ctx.execute("INSERT INTO effects VALUES ('3_code a')").await?;
    ctx.progress(1, 2);
    tokio::task::yield_now().await;
    ctx.transaction(async |ctx| {
        ctx.fetch_all_with("SELECT who FROM effects WHERE who = $1", ("2_more a",)).await?;
        ctx.execute_with("INSERT INTO effects VALUES ($1)", ("3_code b",)).await
    })
    .await
    .map(drop)
}

pub async fn down(ctx: &mut Context<'_>) -> Result {
    ctx.execute("DELETE FROM effects WHERE who LIKE '3_code%'").await.map(drop)
}
