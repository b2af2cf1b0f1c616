//! The cluster, and questions to its nodes.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Instant,
};

use sqlx::{AssertSqlSafe, Connection, MySqlConnection, MySqlPool, Row, mysql::MySqlPoolOptions};
use uno_migrate::{Memory, Migration, Migrator};
use uno_migrate_test_servers::Galera;

pub(crate) const NODES: [usize; 3] = [0, 1, 2];

pub(crate) struct Cluster {
    pub(crate) galera: Galera,
    next: AtomicU32,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let began = Instant::now();
        let galera = Galera::start().unwrap();
        println!("three nodes after {:?}", began.elapsed());
        Self { galera, next: AtomicU32::new(0) }
    }

    /// An empty database that all nodes know.
    pub(crate) async fn database(&self) -> String {
        let name = format!("d{}", self.next.fetch_add(1, Ordering::Relaxed));
        let mut connection = MySqlConnection::connect(self.galera.nodes()[0].url()).await.unwrap();
        exec(&mut connection, &format!("CREATE DATABASE {name}")).await;
        for node in NODES {
            let mut connection = MySqlConnection::connect(self.galera.nodes()[node].url()).await.unwrap();
            exec(&mut connection, CATCH_UP).await;
        }
        name
    }

    pub(crate) fn url(&self, node: usize, database: &str) -> String {
        let (server, _) = self.galera.nodes()[node].url().rsplit_once('/').unwrap();
        format!("{server}/{database}")
    }

    /// As an instance has it that knows one node.
    pub(crate) async fn pool(&self, node: usize, database: &str) -> MySqlPool {
        MySqlPoolOptions::new().max_connections(1).connect(&self.url(node, database)).await.unwrap()
    }

    pub(crate) async fn connect(&self, node: usize, database: &str) -> MySqlConnection {
        MySqlConnection::connect(&self.url(node, database)).await.unwrap()
    }

    /// What a node answers once it knows what the others have committed.
    pub(crate) async fn texts(&self, node: usize, database: &str, sql: &str) -> Vec<String> {
        let mut connection = self.connect(node, database).await;
        exec(&mut connection, CATCH_UP).await;
        texts(&mut connection, sql).await
    }
}

pub(crate) const CATCH_UP: &str = "SET STATEMENT wsrep_sync_wait = 1 FOR SELECT 1";

pub(crate) async fn exec(connection: &mut MySqlConnection, sql: &str) {
    let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

pub(crate) async fn texts(connection: &mut MySqlConnection, sql: &str) -> Vec<String> {
    let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await;
    rows.unwrap_or_else(|error| panic!("{sql}: {error}")).iter().map(|row| row.get(0)).collect()
}

pub(crate) fn migrator(migrations: impl IntoIterator<Item = Migration>) -> Migrator {
    Migrator::new(Memory::new(migrations))
}

pub(crate) fn up(id: &str, sql: &str) -> Migration {
    Migration::sql(id, sql, "-- Nothing: the test ends with it\n")
}

/// Every one appends a row, so that doubles show, and every other one creates a table.
pub(crate) fn effects(count: usize) -> Vec<Migration> {
    let table = "CREATE TABLE effects (id BIGINT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(50) NOT NULL)";
    let append = |number| {
        let table =
            if number % 2 == 0 { format!("CREATE TABLE t{number} (id INT PRIMARY KEY);\n") } else { String::new() };
        up(&format!("{number}_append"), &format!("{table}INSERT INTO effects (what) VALUES ('{number}')"))
    };
    [up("0_effects", table)].into_iter().chain((1..=count).map(append)).collect()
}

/// Each of them happened once, and every node says so.
pub(crate) async fn happened_once(cluster: &Cluster, nodes: &[usize], database: &str, count: usize) {
    for &node in nodes {
        let found = cluster.texts(node, database, "SELECT what FROM effects ORDER BY CAST(what AS INT)").await;
        let expected: Vec<_> = (1..=count).map(|number| number.to_string()).collect();
        assert_eq!(found, expected, "node {node}");
        let standing = "SELECT CAST(COUNT(*) AS CHAR) FROM uno_migrations WHERE status = 'applied'";
        assert_eq!(cluster.texts(node, database, standing).await, [(count + 1).to_string()], "node {node}");
    }
}
