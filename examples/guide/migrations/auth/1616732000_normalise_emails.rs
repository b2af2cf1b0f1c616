use uno_migrate::{Context, Result, migration};

/// E-mail addresses in lower case, without blanks around them.
#[migration(depends = ["1616721123_create_users_table"])]
pub async fn up(ctx: &mut Context<'_>) -> Result {
    for user in ctx.fetch_all("SELECT id, email FROM users").await? {
        let (id, email): (i64, String) = (user.get("id")?, user.get("email")?);
        let normal = email.trim().to_lowercase();
        if normal != email {
            ctx.execute_with("UPDATE users SET email = $1 WHERE id = $2", (normal, id)).await?;
        }
    }
    Ok(())
}

/// The addresses as they were typed are gone, and nobody needs them: there is nothing to do. Where going back must be
/// refused instead, `#[migration(irreversible = "why")]` says so.
pub async fn down(_: &mut Context<'_>) -> Result {
    Ok(())
}
