use uno_migrate::sqlx::AssertSqlSafe;
use uno_migrate::{Context, Dialect, Result, migration};

/// Where old audit logs go. What differs between the databases is asked of the context.
#[migration(depends = ["1616728000_create_audit_logs"])]
pub async fn up(ctx: &mut Context<'_>) -> Result {
    let (id, json, now) = match ctx.dialect() {
        Dialect::Postgres => ("BIGINT PRIMARY KEY", "JSONB", "TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW()"),
        Dialect::MySql => ("BIGINT NOT NULL PRIMARY KEY", "JSON", "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"),
        Dialect::Sqlite => ("INTEGER PRIMARY KEY", "TEXT", "TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP"),
    };
    ctx.execute(AssertSqlSafe(format!(
        "CREATE TABLE audit_archive (
            id {id},
            action VARCHAR(100) NOT NULL,
            entity_type VARCHAR(100) NOT NULL,
            entity_id VARCHAR(100) NOT NULL,
            user_id BIGINT,
            changes {json},
            archived_at {now}
        )"
    )))
    .await?;
    ctx.execute("CREATE INDEX audit_archive_entity ON audit_archive (entity_type, entity_id)").await.map(drop)
}

pub async fn down(ctx: &mut Context<'_>) -> Result {
    ctx.execute("DROP TABLE audit_archive").await.map(drop)
}
