//! `with-sqlx URL DIRECTORY`: what sqlx does at the start of an application.

use std::path::Path;

use sqlx::migrate::Migrator;
use sqlx::{PgPool, SqlitePool};

#[tokio::main]
async fn main() {
    let [url, directory] = uno_migrate_peers::arguments();
    let migrator = Migrator::new(Path::new(&directory)).await.unwrap();
    match url.starts_with("sqlite:") {
        true => migrator.run(&SqlitePool::connect(&url).await.unwrap()).await.unwrap(),
        false => migrator.run(&PgPool::connect(&url).await.unwrap()).await.unwrap(),
    }
}
