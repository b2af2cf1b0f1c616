//! `with-sea-orm URL COUNT`: migrations in code, each of which sends its statements as one text.

#![allow(elided_lifetimes_in_paths, reason = "the trait elides them")]

use std::sync::OnceLock;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectOptions, Database as Connection};
use uno_migrate_bench_workload::{Arguments, Database, Migration as Given, Turn};

static ARGUMENTS: OnceLock<Arguments> = OnceLock::new();

struct One {
    name: String,
    given: Given,
}

impl MigrationName for One {
    fn name(&self) -> &str {
        &self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for One {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(&self.given.up()).await.map(drop)
    }
}

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let each =
            ARGUMENTS.get().into_iter().flat_map(Arguments::migrations).map(|given| One { name: given.id(), given });
        each.map(|one| Box::new(one) as Box<dyn MigrationTrait>).collect()
    }
}

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    ARGUMENTS.set(arguments.clone()).unwrap();
    let url = match arguments.database() {
        Database::Sqlite => format!("{}?mode=rwc", arguments.url),
        _ => arguments.url.clone(),
    };
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let database = Connection::connect(options).await.unwrap();
    // A connection that comes back is pinged: that is to be over.
    tokio::time::sleep(std::time::Duration::from_millis(30)).await;
    while let Some(turn) = Turn::next() {
        Migrator::up(&database, None).await.unwrap();
        turn.done();
    }
}
