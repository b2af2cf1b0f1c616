use uno_migrate::sqlx::AssertSqlSafe;
use uno_migrate::{Context, Result, migration};

const TAGGED: [&str; 4] = ["product", "article", "user", "category"];

/// A table of tags, and for each kind of thing a table that says what is tagged.
#[migration(tags = ["content"])]
pub async fn up(ctx: &mut Context<'_>) -> Result {
    ctx.execute(
        "CREATE TABLE tags (
            id BIGINT NOT NULL PRIMARY KEY,
            name VARCHAR(100) NOT NULL,
            slug VARCHAR(100) NOT NULL UNIQUE,
            type VARCHAR(50) NOT NULL,
            created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
        );
        CREATE INDEX tags_type ON tags (type);",
    )
    .await?;
    for kind in TAGGED {
        let table = ctx.quote_ident(&format!("{kind}_tags"));
        let entity = ctx.quote_ident(&format!("{kind}_id"));
        let index = ctx.quote_ident(&format!("{kind}_tags_tag_id"));
        ctx.execute(AssertSqlSafe(format!(
            "CREATE TABLE {table} (
                {entity} BIGINT NOT NULL,
                tag_id BIGINT NOT NULL,
                created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
                PRIMARY KEY ({entity}, tag_id),
                FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE
            );
            CREATE INDEX {index} ON {table} (tag_id);"
        )))
        .await?;
    }
    Ok(())
}

pub async fn down(ctx: &mut Context<'_>) -> Result {
    for kind in TAGGED {
        let table = ctx.quote_ident(&format!("{kind}_tags"));
        ctx.execute(AssertSqlSafe(format!("DROP TABLE {table}"))).await?;
    }
    ctx.execute("DROP TABLE tags").await.map(drop)
}
