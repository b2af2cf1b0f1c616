use uno_migrate::{Context, Result, migration};

/// Every user may have settings.
#[migration(depends = ["1616721123_create_users_table"], tags = ["auth"])]
pub async fn up(ctx: &mut Context<'_>) -> Result {
    ctx.execute(
        "CREATE TABLE user_settings (
            user_id BIGINT NOT NULL PRIMARY KEY,
            theme VARCHAR(50) NOT NULL DEFAULT 'light',
            notifications_enabled BOOLEAN NOT NULL DEFAULT TRUE,
            FOREIGN KEY (user_id) REFERENCES users (id)
        )",
    )
    .await
    .map(drop)
}

pub async fn down(ctx: &mut Context<'_>) -> Result {
    ctx.execute("DROP TABLE user_settings").await.map(drop)
}
