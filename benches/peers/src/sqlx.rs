//! `with-sqlx URL COUNT [pool]`: what `sqlx::migrate!` makes, on one connection, or on a pool.

use std::borrow::Cow;
use std::time::Duration;

use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, Database as Driver, MySql, Pool, Postgres, SqlSafeStr, Sqlite};
use uno_migrate_bench_workload::{Arguments, Database, Turn};

#[tokio::main]
async fn main() {
    let arguments = Arguments::read();
    match arguments.database() {
        Database::Postgres => run::<Postgres>(&arguments, &arguments.url).await,
        Database::MySql => run::<MySql>(&arguments, &arguments.url).await,
        Database::Sqlite => run::<Sqlite>(&arguments, &format!("{}?mode=rwc", arguments.url)).await,
    }
}

async fn run<DB: Driver>(arguments: &Arguments, url: &str)
where
    DB::Connection: Migrate,
{
    let migrator = migrator(arguments);
    if arguments.style == "pool" {
        let pool = Pool::<DB>::connect(url).await.unwrap();
        // A connection that comes back is pinged: that is to be over.
        tokio::time::sleep(Duration::from_millis(30)).await;
        while let Some(turn) = Turn::next() {
            migrator.run(&pool).await.unwrap();
            turn.done();
        }
    } else {
        let mut connection = DB::Connection::connect(url).await.unwrap();
        while let Some(turn) = Turn::next() {
            migrator.run_direct(None, &mut connection, false).await.unwrap();
            turn.done();
        }
    }
}

fn migrator(arguments: &Arguments) -> Migrator {
    let each = arguments.migrations().flat_map(|given| {
        let one = |kind, sql| {
            let (version, sql) = (i64::try_from(given.number).unwrap(), AssertSqlSafe(sql).into_sql_str());
            Migration::new(version, Cow::Borrowed("create table"), kind, sql, false)
        };
        [one(MigrationType::ReversibleUp, given.up()), one(MigrationType::ReversibleDown, given.down())]
    });
    Migrator { migrations: each.collect(), ..Migrator::DEFAULT }
}
