//! `with-nothing URL COUNT [ask]`: the floor. The same statements in one message, each migration a transaction, and no
//! history; or one question and its answer, which nothing can do without.

use sqlx::{AssertSqlSafe, Connection, Database as Driver, Executor, MySql, Postgres, Sqlite, raw_sql};
use uno_migrate_bench_workload::{Arguments, Database, Form, Migration as Given, Turn};

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
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    let mut connection = DB::Connection::connect(url).await.unwrap();
    let script = match arguments.style.as_str() {
        "ask" => "SELECT 1".to_owned(),
        _ => {
            // Those before were applied by others, and are of no concern here.
            let before = if arguments.rows > 0 { arguments.count } else { 0 };
            Given::script(arguments.migrations().skip(before), Form { transactions: true, history: false })
        }
    };
    while let Some(turn) = Turn::next() {
        raw_sql(AssertSqlSafe(script.clone())).execute(&mut connection).await.unwrap();
        turn.done();
    }
}
