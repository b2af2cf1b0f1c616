//! The tests' own servers: every test gets a fresh database, and no server outlives its owner.

mod support;

use std::{
    env,
    io::{BufRead, BufReader},
    net::TcpStream,
    path::PathBuf,
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use sqlx::{Connection, Executor, MySqlConnection, PgConnection, Row};
use support::each_database;
use uno_migrate_test_servers::{Galera, Kind, pgbouncer};

each_database! {
    async fn a_fresh_database_is_empty_and_takes_ddl(db) {
        for sql in ["CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)"] {
            sqlx::query::<Db>(sql).execute(db.pool()).await.unwrap();
        }
        let other = sqlx::Pool::<Db>::connect(db.url()).await.unwrap();
        let count: i64 = sqlx::query_scalar::<Db, _>("SELECT COUNT(*) FROM t").fetch_one(&other).await.unwrap();
        assert_eq!(count, 1);
    }
}

#[test]
fn a_dropped_server_is_gone() {
    for kind in Kind::ALL {
        let server = kind.start().unwrap();
        let address = server.url().split(['@', '/']).nth_back(1).unwrap().to_owned();
        let directory = server.path().to_owned();
        assert!(TcpStream::connect(&address).is_ok() && directory.exists(), "{kind} runs");
        drop(server);
        assert!(!directory.exists(), "{kind} leaves nothing behind");
        // The last of its processes may need a moment more.
        assert!(soon(|| TcpStream::connect(&address).is_err()), "{kind} still listens");
    }
}

#[test]
fn a_killed_owner_leaves_nothing_behind() {
    let mut owner = Command::new(env::current_exe().unwrap());
    owner.args(["--exact", "owns_a_server", "--ignored", "--nocapture"]).stdout(Stdio::piped());
    let mut owner = owner.spawn().unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    let home = lines.map_while(Result::ok).find_map(|line| Some(PathBuf::from(line.strip_prefix("home ")?))).unwrap();
    assert!(home.exists());
    owner.kill().unwrap();
    owner.wait().unwrap();
    assert!(soon(|| !home.exists()), "`{}` is still there", home.display());
}

#[test]
#[ignore = "run, and killed, by `a_killed_owner_leaves_nothing_behind`"]
fn owns_a_server() {
    let server = Kind::Postgres.start().unwrap();
    println!("\nhome {}", server.path().display());
    sleep(Duration::from_secs(60));
}

#[tokio::test]
async fn a_killed_server_keeps_what_was_committed() {
    let server = Kind::Postgres.start().unwrap();
    let mut connection = PgConnection::connect(server.url()).await.unwrap();
    connection.execute("CREATE TABLE t AS SELECT 1 AS id").await.unwrap();
    server.kill().unwrap();
    assert!(connection.execute("SELECT 1").await.is_err());
    server.restart().unwrap();
    let mut connection = PgConnection::connect(server.url()).await.unwrap();
    connection.execute("SELECT id FROM t").await.unwrap();

    let server = Kind::MySql.start().unwrap();
    let mut connection = MySqlConnection::connect(server.url()).await.unwrap();
    connection.execute("CREATE TABLE t AS SELECT 1 AS id").await.unwrap();
    server.restart().unwrap();
    assert!(connection.execute("SELECT 1").await.is_err(), "a restart ends what runs");
    let mut connection = MySqlConnection::connect(server.url()).await.unwrap();
    connection.execute("SELECT id FROM t").await.unwrap();
}

#[tokio::test]
async fn pgbouncer_hands_one_session_to_several_clients() {
    let server = support::postgres().await;
    let pooler = pgbouncer(server.url(), 1).unwrap();
    let mut one = PgConnection::connect(pooler.url()).await.unwrap();
    let mut two = PgConnection::connect(pooler.url()).await.unwrap();
    one.execute(sqlx::raw_sql("CREATE TABLE t (id INT); SET application_name = 'one'")).await.unwrap();
    let setting = two.fetch_one(sqlx::raw_sql("SELECT current_setting('application_name')")).await.unwrap();
    let setting: String = setting.get(0);
    assert_eq!(setting, "one", "transaction mode: what one client sets, the next one gets");
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM t").fetch_one(server.pool()).await.unwrap();
    assert_eq!(count, 0, "the same database");
}

#[tokio::test]
async fn a_galera_cluster_outlives_the_node_that_founded_it() {
    let cluster = Galera::start().unwrap();
    let [first, second, third] = cluster.nodes();
    let mut one = MySqlConnection::connect(first.url()).await.unwrap();
    let mut two = MySqlConnection::connect(second.url()).await.unwrap();
    one.execute("CREATE DATABASE d").await.unwrap();
    one.execute("CREATE TABLE d.t (id INT PRIMARY KEY)").await.unwrap();
    two.execute("INSERT INTO d.t VALUES (2)").await.unwrap();

    first.kill().unwrap();
    assert!(one.execute("SELECT 1").await.is_err());
    two.execute("INSERT INTO d.t VALUES (1)").await.unwrap();
    first.restart().unwrap();
    for node in [first, third] {
        let mut node = MySqlConnection::connect(node.url()).await.unwrap();
        node.execute("SET SESSION wsrep_sync_wait = 1").await.unwrap();
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM d.t").fetch_one(&mut node).await.unwrap();
        assert_eq!(count, 2);
    }
}

/// Does it come true within ten seconds?
fn soon(condition: impl Fn() -> bool) -> bool {
    let moment = || {
        sleep(Duration::from_millis(20));
        false
    };
    (0..500).any(|_| condition() || moment())
}
