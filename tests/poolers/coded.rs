//! Rust migrations with parameters: the driver prepares statements for them, under names that every client uses.

use futures_util::TryStreamExt;
use sqlx::{Connection, Executor, PgConnection};
use uno_migrate::{Context, Migrations, Result, embed_migrations, migration};

use crate::kit::Pooled;

static CODED: Migrations = embed_migrations!(rust = [crate::coded::tables, crate::coded::rows, crate::coded::typed]);

#[migration(id = "1_tables", irreversible = "a test")]
pub async fn tables(ctx: &mut Context<'_>) -> Result {
    ctx.execute(
        "CREATE TYPE mood AS ENUM ('glad'); CREATE TABLE t (id BIGINT PRIMARY KEY, note TEXT NOT NULL, mood mood)",
    )
    .await?;
    Ok(())
}

#[migration(id = "2_rows", irreversible = "a test")]
pub async fn rows(ctx: &mut Context<'_>) -> Result {
    for id in 0..20_i64 {
        ctx.execute_with("INSERT INTO t VALUES ($1, $2, 'glad')", (id, format!("note {id}"))).await?;
    }
    let rows = ctx.fetch_all_with("SELECT id, note, mood FROM t WHERE id >= $1 ORDER BY id", (10_i64,)).await?;
    ctx.transaction(async |ctx| {
        for row in &rows {
            let (id, note): (i64, String) = (row.get("id")?, row.get("note")?);
            ctx.execute_with("UPDATE t SET note = $2 WHERE id = $1", (id, format!("{note}, seen"))).await?;
        }
        Ok(())
    })
    .await?;
    let mut stream = ctx.fetch_with("SELECT note FROM t WHERE note LIKE $1", ("%seen",));
    let mut seen = 0;
    while stream.try_next().await?.is_some() {
        seen += 1;
    }
    assert_eq!(seen, 10);
    Ok(())
}

#[migration(id = "3_typed", irreversible = "a test")]
pub async fn typed(ctx: &mut Context<'_>) -> Result {
    for id in 100..110_i64 {
        sqlx::query("INSERT INTO t VALUES ($1, $2, NULL)").bind(id).bind("typed").execute(ctx.postgres()?).await?;
    }
    Ok(())
}

async fn hook(ctx: &mut Context<'_>) -> Result {
    ctx.execute_with("SELECT pg_catalog.set_config('my.hook', $1, true)", ("set",)).await?;
    Ok(())
}

#[tokio::test]
async fn run_although_other_clients_have_prepared_theirs() {
    for connections in [1, 2, 5] {
        let pooled = Pooled::new(connections).await;
        let mut others = Vec::new();
        for _ in 0..connections {
            others.push(PgConnection::connect(pooled.pooler.url()).await.unwrap());
        }
        for other in &mut others {
            other.execute(sqlx::raw_sql("BEGIN")).await.unwrap();
            for number in 0..40 {
                let sql = format!("SELECT $1::int + {number}");
                sqlx::query(sqlx::AssertSqlSafe(sql)).bind(1).fetch_one(&mut *other).await.unwrap();
            }
        }
        for other in &mut others {
            other.execute(sqlx::raw_sql("ROLLBACK")).await.unwrap();
        }

        let report = CODED.migrator().before_each(hook).after_each(hook).run(&pooled.pool().await).await.unwrap();
        assert_eq!(report.len(), 3);
        assert_eq!(pooled.number("SELECT count(*) FROM t").await, 30);
        assert_eq!(pooled.number("SELECT count(*) FROM t WHERE note LIKE '%seen'").await, 10);
    }
}
