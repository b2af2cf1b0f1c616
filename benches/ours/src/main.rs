//! `with-uno-migrate URL COUNT[+ROWS] [STYLE]`: the embedded set on a pool, as at the start of an application.
//!
//! Styles: `fake` writes the history alone, to prepare what is measured; `directory:PATH` reads a directory instead.

use std::time::Duration;

use sqlx::{MySqlPool, PgPool, Pool, SqlitePool};
use uno_migrate::{Directory, Driver, Migrations, Migrator, embed_migrations};
use uno_migrate_bench_workload::{Arguments, Database, Turn};

include!(concat!(env!("OUT_DIR"), "/sets.rs"));

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    let url = &arguments.url;
    match arguments.database() {
        Database::Postgres => run(&arguments, PgPool::connect(url).await.unwrap()).await,
        Database::MySql => run(&arguments, MySqlPool::connect(url).await.unwrap()).await,
        Database::Sqlite => run(&arguments, SqlitePool::connect(&format!("{url}?mode=rwc")).await.unwrap()).await,
    }
}

async fn run<DB: Driver>(arguments: &Arguments, pool: Pool<DB>) {
    let migrator = match arguments.style.strip_prefix("directory:") {
        Some(path) => Migrator::new(Directory::new([path])),
        None => {
            embedded(arguments.database(), arguments.count, arguments.rows).migrator().fake(arguments.style == "fake")
        }
    };
    // A connection that comes back is pinged: that is to be over.
    tokio::time::sleep(Duration::from_millis(30)).await;
    while let Some(turn) = Turn::next() {
        migrator.run(&pool).await.unwrap();
        turn.done();
    }
}
