//! `with-refinery URL DIRECTORY`: what refinery does at the start of an application.

use refinery::{Runner, load_sql_migrations};

#[tokio::main]
async fn main() {
    let [url, directory] = uno_migrate_peers::arguments();
    let runner = Runner::new(&load_sql_migrations(directory).unwrap());
    if let Some(path) = url.strip_prefix("sqlite:") {
        let mut connection = rusqlite::Connection::open(path).unwrap();
        runner.run(&mut connection).unwrap();
        return;
    }
    let (mut client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    runner.run_async(&mut client).await.unwrap();
}
