use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use crate::{
    Account, Error, Home, Owner, Result, Server,
    install::{Package, free_ports},
    mariadb::{self, greets},
};

const PACKAGE: Package<PathBuf> = Package { name: "galera-4", find: provider };

/// In a node's log when it takes queries.
const SYNCED: &str = "Synchronized with group, ready for connections";

/// A Galera cluster of three MariaDB nodes; it lives as long as this value and this process.
///
/// A node is killed by [`Server::kill`]: the others hold every write for some seconds, and go on without it.
/// [`Server::restart`] makes it join again.
#[derive(Debug)]
pub struct Galera([Server; 3]);

impl Galera {
    /// Starts the three nodes.
    ///
    /// # Errors
    /// They are not installed and cannot be, or do not start.
    pub fn start() -> Result<Self> {
        let programs = mariadb::PACKAGE.find_or_install()?;
        let provider = PACKAGE.find_or_install()?;
        let account = Account::unprivileged(&["mysql", "nobody"])?;
        let home = || Home::create_unique("galera", account);
        let homes = [home()?, home()?, home()?];

        let ports: [u16; 12] = free_ports()?;
        let ports = [0, 4, 8].map(|first| [0, 1, 2, 3].map(|port| ports[first + port]));
        let members = ports.map(|[_, member, ..]| format!("127.0.0.1:{member}")).join(",");
        let prepare = |[first, others @ ..]: &[Home; 3]| {
            mariadb::install_db(first, &programs)?;
            let init = format!("init-file = {}\n", first.path().join(mariadb::INIT_FILE).display());
            configure(first.path(), "", &init)?;
            for home in others {
                home.prepare(home.command("mkdir").arg("datadir"))?;
                configure(home.path(), &members, "")?;
            }
            Ok(())
        };
        prepare(&homes).inspect_err(|_| homes.iter().for_each(Home::abandon))?;

        let [first, second, third] = homes;
        let start = |home, ports| start_node(home, ports, &programs, &provider);
        let first = start(first, ports[0]).inspect_err(|_| [&second, &third].into_iter().for_each(Home::abandon))?;
        // The first node founded the cluster. When it is started again it joins, as the others do now, and is given a
        // copy of everything.
        configure(first.path(), &members, "")?;
        let (second, third) = thread::scope(|scope| {
            let second = scope.spawn(|| start(second, ports[1]));
            let third = start(third, ports[2]);
            (second.join().unwrap_or_else(|_| Err(Error::new("the thread that started a node panicked"))), third)
        });
        Ok(Self([first, second?, third?]))
    }

    /// The nodes; each takes reads and writes.
    #[must_use]
    pub fn nodes(&self) -> &[Server; 3] {
        &self.0
    }
}

fn configure(home: &Path, members: &str, more: &str) -> Result {
    let settings = format!("[mysqld]\nwsrep-cluster-address = gcomm://{members}\n{more}");
    fs::write(home.join("my.cnf"), settings).map_err(Error::io("write `my.cnf`"))
}

fn start_node(home: Home, ports: [u16; 4], programs: &mariadb::Binaries, provider: &Path) -> Result<Server> {
    let [port, member, increments, copy] = ports;
    let mut mariadbd = home.command(&programs.server);
    mariadbd.arg(format!("--defaults-file={}", home.path().join("my.cnf").display()));
    mariadbd.args(mariadb::SETTINGS).args(mariadb::files(&home)).arg(format!("--port={port}"));
    mariadbd.args(["--binlog-format=ROW", "--innodb-autoinc-lock-mode=2"]);
    mariadbd.args(["--wsrep-on=ON", "--wsrep-sst-method=rsync", "--wsrep-node-address=127.0.0.1"]);
    mariadbd.arg(format!("--wsrep-provider={}", provider.display()));
    mariadbd.arg(format!("--wsrep-sst-receive-address=127.0.0.1:{copy}"));
    mariadbd.arg(format!(
        "--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:{member};ist.recv_addr=127.0.0.1:{increments};\
         gcache.size=32M"
    ));
    let log = home.path().join("log");
    let ready = move || fs::read_to_string(&log).is_ok_and(|log| log.contains(SYNCED)) && greets(port);
    let url = format!("mysql://test:test@127.0.0.1:{port}/mysql");
    home.run(&mariadbd, "KILL", Owner::Myself, ready, url)
}

fn provider() -> Option<PathBuf> {
    let directories = ["/usr/lib/galera", "/usr/lib64/galera-4", "/usr/lib/galera-4"];
    directories.map(|directory| Path::new(directory).join("libgalera_smm.so")).into_iter().find(|file| file.is_file())
}
