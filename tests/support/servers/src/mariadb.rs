use std::{fs, io::Read, net::TcpStream, path::PathBuf, time::Duration};

use crate::{
    Account, Error, Home, Owner, Result, Server,
    install::{self, Package, free_port},
};

pub(crate) const PACKAGE: Package<Binaries> = Package { name: "mariadb-server", find: binaries };

/// The settings of a server whose data nobody will miss when the machine goes down. What is committed outlives the
/// server's process, so that a test may kill it.
pub(crate) const SETTINGS: [&str; 10] = [
    "--bind-address=127.0.0.1",
    "--character-set-server=utf8mb4",
    "--innodb-buffer-pool-size=64M",
    "--innodb-doublewrite=0",
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-log-file-size=32M",
    "--max-connections=300",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--skip-slow-query-log",
];

/// Where `install_db` leaves the account of the tests.
pub(crate) const INIT_FILE: &str = "init.sql";

/// Read at every start: the account of the tests, beside the locked `root` that the installer makes.
const INIT: &str = "\
CREATE OR REPLACE USER test@'127.0.0.1' IDENTIFIED BY 'test';
GRANT ALL ON *.* TO test@'127.0.0.1' WITH GRANT OPTION;
";

pub(crate) struct Binaries {
    pub(crate) server: PathBuf,
    install_db: PathBuf,
}

fn binaries() -> Option<Binaries> {
    let directories: Vec<_> = ["/usr/sbin", "/usr/libexec", "/usr/local/sbin"]
        .map(PathBuf::from)
        .into_iter()
        .chain(install::path())
        .collect();
    let find = |names: [&str; 2]| {
        names.iter().flat_map(|name| directories.iter().map(move |bin| bin.join(name))).find(|file| file.is_file())
    };
    Some(Binaries {
        server: find(["mariadbd", "mysqld"])?,
        install_db: find(["mariadb-install-db", "mysql_install_db"])?,
    })
}

/// A program that comes with the server, such as `mariadb-dump`.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    PACKAGE.find_or_install()?;
    let found = install::path().into_iter().map(|bin| bin.join(name)).find(|file| file.is_file());
    found.ok_or_else(|| Error::new(format!("there is no `{name}` on `PATH`")))
}

pub(crate) fn start(name: &str, owner: Owner) -> Result<Option<Server>> {
    let programs = PACKAGE.find_or_install()?;
    let Some(home) = Home::create(name, Account::unprivileged(&["mysql", "nobody"])?)? else { return Ok(None) };

    install_db(&home, &programs).inspect_err(|_| home.abandon())?;
    let port = free_port().inspect_err(|_| home.abandon())?;
    let mut mariadbd = home.command(&programs.server);
    mariadbd.args(["--no-defaults", &format!("--port={port}")]).args(SETTINGS).args(files(&home));
    mariadbd.arg(format!("--init-file={}", home.path().join(INIT_FILE).display()));

    let url = format!("mysql://test:test@127.0.0.1:{port}/mysql");
    // Its data is thrown away: KILL spares the orderly shutdown.
    home.run(&mariadbd, "KILL", owner, move || greets(port), url).map(Some)
}

/// Makes the system tables, and the file that makes the tests' account.
pub(crate) fn install_db(home: &Home, programs: &Binaries) -> Result {
    let mut install_db = home.command(&programs.install_db);
    install_db.args(["--no-defaults", "--skip-test-db", "--auth-root-authentication-method=normal"]);
    install_db.args(["--innodb-log-file-size=32M", "--innodb-flush-log-at-trx-commit=0"]).args(&files(home)[..1]);
    home.prepare(&mut install_db)?;
    fs::write(home.path().join(INIT_FILE), INIT).map_err(Error::io("write `init.sql`"))
}

/// The options that name a server's files.
pub(crate) fn files(home: &Home) -> [String; 3] {
    let own = |option| format!("--{option}={}", home.path().join(option).display());
    [own("datadir"), own("socket"), own("pid-file")]
}

/// The port is bound early; the greeting comes when the server is ready, `init.sql` included.
pub(crate) fn greets(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port))
        .and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(1)))?;
            stream.read_exact(&mut [0; 5])
        })
        .is_ok()
}
