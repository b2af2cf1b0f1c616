use uno_migrate::{Context, Result, migration};

const BATCH: i64 = 1000;

/// Gives every user a display name, a batch at a time.
///
/// Each batch begins after the last id of the one before: with `OFFSET` the database would read and throw away
/// everything before it again, and skip rows when others are deleted meanwhile.
#[migration(depends = ["1616721123_create_users_table"])]
pub async fn up(ctx: &mut Context<'_>) -> Result {
    ctx.execute("ALTER TABLE users ADD COLUMN display_name VARCHAR(255)").await?;
    let total: u64 = ctx.fetch_one("SELECT COUNT(*) FROM users").await?.get(0)?;
    let (mut last, mut done) = (i64::MIN, 0);
    loop {
        let batch = "SELECT id, username FROM users WHERE id > $1 ORDER BY id LIMIT $2";
        let users = ctx.fetch_all_with(batch, (last, BATCH)).await?;
        for user in &users {
            let (id, name): (i64, String) = (user.get("id")?, user.get("username")?);
            ctx.execute_with("UPDATE users SET display_name = $1 WHERE id = $2", (display_name(&name), id)).await?;
            last = id;
        }
        done += users.len() as u64;
        ctx.progress(done, total);
        if users.len() < BATCH as usize {
            return Ok(());
        }
    }
}

pub async fn down(ctx: &mut Context<'_>) -> Result {
    ctx.execute("ALTER TABLE users DROP COLUMN display_name").await.map(drop)
}

/// `ada_lovelace` is `Ada Lovelace`.
fn display_name(username: &str) -> String {
    let words = username.split(['_', '.', '-', ' ']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    words.map(capital).collect::<Vec<_>>().join(" ")
}
