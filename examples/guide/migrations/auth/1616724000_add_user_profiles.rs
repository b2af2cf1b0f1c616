use uno_migrate::{Context, Result, migration};

/// Creates the profile table and generates slugs for existing users.
///
/// `tracing` is the logger: what is said here carries the span of the migration, and with it its id.
#[migration(name = "Add user profiles with generated slugs", depends = ["1616721123_create_users_table"])]
pub async fn up(ctx: &mut Context<'_>) -> Result {
    tracing::info!("creating `user_profiles`");
    ctx.execute(
        "CREATE TABLE user_profiles (
            user_id BIGINT NOT NULL PRIMARY KEY,
            slug VARCHAR(255) NOT NULL UNIQUE,
            bio TEXT,
            avatar_url VARCHAR(255),
            created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
            FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
        )",
    )
    .await?;

    let users = ctx.fetch_all("SELECT id, username FROM users ORDER BY id").await?;
    tracing::info!(users = users.len(), "generating slugs");
    for user in users {
        let (id, name): (i64, String) = (user.get("id")?, user.get("username")?);
        ctx.execute_with("INSERT INTO user_profiles (user_id, slug) VALUES ($1, $2)", (id, slug(&name))).await?;
    }
    Ok(())
}

pub async fn down(ctx: &mut Context<'_>) -> Result {
    ctx.execute("DROP TABLE user_profiles").await.map(drop)
}

/// Lower case, and one dash for whatever is neither a letter nor a digit.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}
