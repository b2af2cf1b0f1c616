use std::{path::PathBuf, process::Stdio};

use crate::{
    Account, Home, Owner, Result, Server,
    install::{self, Package, free_port},
};

const PACKAGE: Package<Binaries> = Package { name: "postgresql", find: binaries };

/// The settings of a server whose data nobody will miss when the machine goes down. What is committed outlives the
/// server's process, so that a test may kill it.
const SETTINGS: [&str; 7] = [
    "fsync=off",
    "full_page_writes=off",
    "max_connections=300",
    "max_prepared_transactions=10",
    "shared_buffers=64MB",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
];

struct Binaries {
    initdb: PathBuf,
    postgres: PathBuf,
    pg_isready: PathBuf,
}

/// Debian keeps the server's programs off `PATH`, in a directory for each major version: the newest goes first.
fn binaries() -> Option<Binaries> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    let directories = versions.into_iter().map(|(_, bin)| bin).chain(install::path());
    directories
        .map(|bin| Binaries {
            initdb: bin.join("initdb"),
            postgres: bin.join("postgres"),
            pg_isready: bin.join("pg_isready"),
        })
        .find(|found| [&found.initdb, &found.postgres, &found.pg_isready].iter().all(|file| file.is_file()))
}

/// A program of the server's own version, such as `pg_dump`.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    Ok(PACKAGE.find_or_install()?.postgres.with_file_name(name))
}

pub(crate) fn start(name: &str, owner: Owner) -> Result<Option<Server>> {
    let programs = PACKAGE.find_or_install()?;
    let Some(home) = Home::create(name, Account::unprivileged(&["postgres", "nobody"])?)? else { return Ok(None) };

    let data = home.path().join("data");
    // `trust`: it listens on the loopback only, and SCRAM's thousands of rounds are slow in debug builds.
    let mut initdb = home.command(&programs.initdb);
    initdb.arg("-D").arg(&data);
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]);
    home.prepare(&mut initdb).inspect_err(|_| home.abandon())?;

    let port = free_port().inspect_err(|_| home.abandon())?.to_string();
    let mut postgres = home.command(&programs.postgres);
    postgres.arg("-D").arg(&data).args(["-p", &port]);
    postgres.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));

    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let ready = move || {
        let mut probe = std::process::Command::new(&programs.pg_isready);
        probe.args(["-q", "-h", "127.0.0.1", "-p", &port]).stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success())
    };
    // QUIT is PostgreSQL's immediate shutdown, which still frees its shared memory.
    home.run(&postgres, "QUIT", owner, ready, url).map(Some)
}
