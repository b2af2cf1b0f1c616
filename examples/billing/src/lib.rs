//! A library that brings its own tables. Its migrations have a namespace of their own, so that their ids never meet
//! those of the applications that include them.

use uno_migrate::{Context, Migrations, Result, embed_migrations, migration};

/// For `include = […]` in the application's `embed_migrations!`.
pub static MIGRATIONS: Migrations =
    embed_migrations!("./migrations", namespace = "billing", rust = [fill_invoice_totals]);

/// What an application may depend on: `billing:0001_create_invoices`.
///
/// Invoices keep their total, rather than have it added up each time.
#[migration(id = "0002_fill_invoice_totals", depends = ["0001_create_invoices"], down = forget_invoice_totals)]
pub async fn fill_invoice_totals(ctx: &mut Context<'_>) -> Result {
    ctx.execute(
        "ALTER TABLE invoices ADD COLUMN total_cents BIGINT NOT NULL DEFAULT 0;
        UPDATE invoices SET total_cents =
            (SELECT COALESCE(SUM(cents), 0) FROM invoice_lines WHERE invoice_lines.invoice_id = invoices.id);",
    )
    .await
    .map(drop)
}

async fn forget_invoice_totals(ctx: &mut Context<'_>) -> Result {
    ctx.execute("ALTER TABLE invoices DROP COLUMN total_cents").await.map(drop)
}
