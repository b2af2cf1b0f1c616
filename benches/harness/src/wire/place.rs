//! Where a database is: a server of our own behind a proxy, or a file.

use std::env::temp_dir;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use uno_migrate_bench_workload::Database;
use uno_migrate_test_servers::{Kind, Server};

use crate::Settings;
use crate::failure::{Failure, Outcome};
use crate::proxy::Proxy;

pub(crate) struct Place {
    /// As tables call it.
    pub(crate) name: &'static str,
    pub(crate) database: Database,
    backend: Backend,
}

enum Backend {
    Server { kind: Kind, server: Server, proxy: Proxy },
    Directory(PathBuf),
}

const DISK: &str = "SQLite on a disk";

/// An empty database, which is gone in the end.
pub(crate) struct Fresh<'a> {
    place: &'a Place,
    name: String,
}

impl Place {
    pub(crate) fn all(settings: &Settings) -> Outcome<Vec<Self>> {
        let mut places = vec![
            Self::server("PostgreSQL", Database::Postgres, Kind::Postgres)?,
            Self::server("MariaDB", Database::MySql, Kind::MySql)?,
            Self::sqlite("SQLite", temp_dir().join(format!("uno-migrate-bench-{}", std::process::id()))),
        ];
        if !settings.quick {
            places.push(Self::sqlite(DISK, settings.root.join("target/benches/sqlite")));
        }
        Ok(places)
    }

    /// Each database is a file in it.
    pub(crate) fn sqlite(name: &'static str, directory: PathBuf) -> Self {
        Self { name, database: Database::Sqlite, backend: Backend::Directory(directory) }
    }

    /// Not one that is there to show what a disk costs.
    pub(crate) fn is_usual(&self) -> bool {
        self.name != DISK
    }

    fn server(name: &'static str, database: Database, kind: Kind) -> Outcome<Self> {
        let server = kind.start()?;
        let proxy = Proxy::start(server.url());
        Ok(Self { name, database, backend: Backend::Server { kind, server, proxy } })
    }

    /// What counts and delays, where there is a wire.
    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        match &self.backend {
            Backend::Server { proxy, .. } => Some(proxy),
            Backend::Directory(_) => None,
        }
    }

    pub(crate) fn fresh(&self) -> Outcome<Fresh<'_>> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("bench_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        match &self.backend {
            Backend::Server { .. } => self.administer(&format!("CREATE DATABASE {name}"))?,
            Backend::Directory(directory) => fs::create_dir_all(directory)?,
        }
        Ok(Fresh { place: self, name })
    }

    /// Runs a statement as the administrator.
    fn administer(&self, sql: &str) -> Outcome {
        let Backend::Server { kind, server, .. } = &self.backend else { return Ok(()) };
        run(client(*kind, server.url())?.args([if *kind == Kind::Postgres { "-c" } else { "-e" }, sql]))
    }
}

impl Fresh<'_> {
    /// By way of the proxy if there is latency.
    pub(crate) fn url(&self, latency: Option<Duration>) -> String {
        match &self.place.backend {
            Backend::Server { server, proxy, .. } => {
                let url = if latency.is_some() { proxy.url() } else { server.url() };
                let (server, _) = url.rsplit_once('/').unwrap_or((url, ""));
                format!("{server}/{}", self.name)
            }
            Backend::Directory(directory) => format!("sqlite://{}", directory.join(&self.name).display()),
        }
    }

    /// The database's own client.
    pub(crate) fn client(&self, latency: Option<Duration>) -> Outcome<Command> {
        match &self.place.backend {
            Backend::Server { kind, .. } => client(*kind, &self.url(latency)),
            Backend::Directory(directory) => {
                let mut command = Command::new("sqlite3");
                command.args(["-batch", "-bail"]).arg(directory.join(&self.name));
                Ok(command)
            }
        }
    }
}

impl Drop for Fresh<'_> {
    fn drop(&mut self) {
        match &self.place.backend {
            Backend::Server { kind, .. } => {
                let force = if *kind == Kind::Postgres { " WITH (FORCE)" } else { "" };
                let _ = self.place.administer(&format!("DROP DATABASE {}{force}", self.name));
            }
            Backend::Directory(directory) => {
                for suffix in ["", "-journal", "-wal", "-shm"] {
                    let _ = fs::remove_file(directory.join(format!("{}{suffix}", self.name)));
                }
                // Fails as long as there is another database in it.
                let _ = fs::remove_dir(directory);
            }
        }
    }
}

/// `psql` or `mariadb`, connected to this URL.
fn client(kind: Kind, url: &str) -> Outcome<Command> {
    match kind {
        Kind::Postgres => {
            let mut psql = Command::new(kind.program("psql")?);
            psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]);
            Ok(psql)
        }
        Kind::MySql => {
            let mut mariadb = Command::new(kind.program("mariadb")?);
            let address = url.rsplit_once('@').and_then(|(_, rest)| rest.split_once('/'));
            let (address, database) = address.ok_or_else(|| Failure::new(format!("`{url}` names no database")))?;
            let (host, port) = address.split_once(':').unwrap_or((address, "3306"));
            mariadb.args(["--no-defaults", "--batch", "--user=test", "--password=test"]);
            mariadb.args([&format!("--host={host}"), &format!("--port={port}"), database]);
            Ok(mariadb)
        }
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let output = command.output().map_err(|error| Failure::new(format!("cannot run {command:?}: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!(
        "{command:?} failed: {}\n{}",
        output.status,
        said.chars().take(2_000).collect::<String>()
    )))
}
