//! `with-refinery URL COUNT [grouped]`: what `embed_migrations!` of refinery makes.

use refinery::{AsyncMigrate, Migrate, Migration, Runner};
use uno_migrate_bench_workload::{Arguments, Database, Turn};

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    let given = arguments.migrations();
    let migrations: Vec<_> = given
        .map(|given| Migration::unapplied(&format!("V{}__create_table", given.number), &given.up()).unwrap())
        .collect();
    let runner = Runner::new(&migrations).set_grouped(arguments.style == "grouped");
    match arguments.database() {
        Database::Postgres => {
            let (client, connection) = tokio_postgres::connect(&arguments.url, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            asynchronously(&runner, client).await;
        }
        Database::MySql => {
            let pool = mysql_async::Pool::from_url(&arguments.url).unwrap();
            // So that the one connection of the pool is open.
            drop(pool.get_conn().await.unwrap());
            asynchronously(&runner, pool).await;
        }
        Database::Sqlite => blocking(&runner, rusqlite::Connection::open(arguments.path()).unwrap()),
    }
}

async fn asynchronously(runner: &Runner, mut client: impl AsyncMigrate + Send) {
    while let Some(turn) = Turn::next() {
        runner.run_async(&mut client).await.unwrap();
        turn.done();
    }
}

fn blocking(runner: &Runner, mut connection: impl Migrate) {
    while let Some(turn) = Turn::next() {
        runner.run(&mut connection).unwrap();
        turn.done();
    }
}
