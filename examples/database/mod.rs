//! Which database the examples run on. An application knows that of itself, and needs none of this.

/// Connects to `DATABASE_URL`, or to a SQLite database in memory, and tells the story there.
macro_rules! tell {
    ($story:path) => {{
        let url = std::env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite::memory:".to_owned());
        match url.split(':').next() {
            Some("postgres" | "postgresql") => $story(&sqlx::PgPool::connect(&url).await?).await,
            Some("mysql" | "mariadb") => $story(&sqlx::MySqlPool::connect(&url).await?).await,
            _ => $story(&sqlx::SqlitePool::connect(&url).await?).await,
        }
    }};
}
pub(crate) use tell;
