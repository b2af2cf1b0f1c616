//! `with-sea-orm URL STEPS`: as many of `migration/src` as are asked for.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::Database;

#[path = "../migration/src/m20220101_000001_create_users.rs"]
mod m20220101_000001_create_users;
#[path = "../migration/src/m20220102_000002_create_posts.rs"]
mod m20220102_000002_create_posts;

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20220101_000001_create_users::Migration), Box::new(m20220102_000002_create_posts::Migration)]
    }
}

#[tokio::main]
async fn main() {
    let [url, steps] = uno_migrate_peers::arguments();
    let database = Database::connect(url).await.unwrap();
    Migrator::up(&database, Some(steps.parse().unwrap())).await.unwrap();
}
