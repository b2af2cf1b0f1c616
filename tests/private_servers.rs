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

use support::each_database;
use uno_migrate_test_servers::Kind;

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

/// Does it come true within ten seconds?
fn soon(condition: impl Fn() -> bool) -> bool {
    let moment = || {
        sleep(Duration::from_millis(20));
        false
    };
    (0..500).any(|_| condition() || moment())
}
