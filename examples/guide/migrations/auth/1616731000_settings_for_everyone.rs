use uno_migrate::{Context, Result, migration};

/// Gives everybody settings who has none: all of them or nobody.
///
/// A migration runs in a transaction anyway; this one says `transaction = false`, and opens one for the part that needs
/// it.
#[migration(depends = ["1616723456_add_user_settings"], transaction = false)]
pub async fn up(ctx: &mut Context<'_>) -> Result {
    ctx.transaction(async |ctx| {
        let without = "SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM user_settings)";
        for user in ctx.fetch_all(without).await? {
            let id: i64 = user.get("id")?;
            ctx.execute_with("INSERT INTO user_settings (user_id) VALUES ($1)", (id,)).await?;
        }
        Ok(())
    })
    .await
}

pub async fn down(ctx: &mut Context<'_>) -> Result {
    ctx.execute("DELETE FROM user_settings").await.map(drop)
}
