use std::{
    env, fmt, fs,
    path::PathBuf,
    process::id,
    sync::Mutex,
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{Error, Home, Owner, Result, Server, home::unique, mariadb, postgres};

/// How long one test waits for the server that another test is starting, installation included.
const PATIENCE: Duration = Duration::from_secs(300);

/// A database server that tests run against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PostgreSQL.
    Postgres,
    /// MariaDB, for the MySQL dialect.
    MySql,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Postgres, Self::MySql];

    /// The environment variable that names a running server to use instead of starting one.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Postgres => "UNO_MIGRATE_TEST_POSTGRES",
            Self::MySql => "UNO_MIGRATE_TEST_MYSQL",
        }
    }

    /// Starts a server that lives as long as the returned value and this process.
    ///
    /// # Errors
    /// It is not installed and cannot be, or it does not start.
    pub fn start(self) -> Result<Server> {
        loop {
            if let Some(server) = self.start_as(&unique(), Owner::Myself)? {
                return Ok(server);
            }
        }
    }

    /// The URL of the server that this test run shares: the environment's, else the one that the first test to ask
    /// starts. Under nextest, where every test is a process, it ends with nextest; under `cargo test` with the test
    /// binary.
    ///
    /// # Errors
    /// As for [`Kind::start`].
    pub fn url(self) -> Result<String> {
        if let Some(url) = variable(self.variable()) {
            return Ok(url);
        }
        let (run, owner) = match variable("NEXTEST_RUN_ID") {
            Some(run) => (run, Owner::Parent),
            None => (id().to_string(), Owner::Myself),
        };
        // One thread at a time: the others find the published URL at once.
        static STARTING: Mutex<()> = Mutex::new(());
        let _starting = STARTING.lock();
        let published = Home::path_of(&format!("{self}-{run}")).join("url");
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if let Ok(url) = fs::read_to_string(&published) {
                return Ok(url);
            }
            if let Some(server) = self.start_as(&run, owner)? {
                return server.share();
            }
            sleep(Duration::from_millis(50));
        }
        Err(Error::new(format!("another test is starting a server and never ended: no `{}`", published.display())))
    }

    /// A program that comes with the server, such as `pg_dump`, of the same version.
    ///
    /// # Errors
    /// It is not installed and cannot be.
    pub fn program(self, name: &str) -> Result<PathBuf> {
        match self {
            Self::Postgres => postgres::program(name),
            Self::MySql => mariadb::program(name),
        }
    }

    /// Starts a server in a home of this name, or gives `None` when that home is taken.
    fn start_as(self, run: &str, owner: Owner) -> Result<Option<Server>> {
        let name = format!("{self}-{run}");
        match self {
            Self::Postgres => postgres::start(&name, owner),
            Self::MySql => mariadb::start(&name, owner),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where this crate reads the environment")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
