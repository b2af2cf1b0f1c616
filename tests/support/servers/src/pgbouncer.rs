use std::{fs, net::TcpStream, path::PathBuf};

use crate::{
    Account, Error, Home, Owner, Result, Server,
    install::{self, Package, free_port},
};

const PACKAGE: Package<PathBuf> = Package { name: "pgbouncer", find: binary };

/// PgBouncer in transaction mode before the PostgreSQL server of this URL, with so many `connections` to each of its
/// databases; its own URL names the same database. It lives as long as the returned value and this process.
///
/// As in most installations it takes `extra_float_digits` at start-up and ignores it: sqlx sends it.
///
/// # Errors
/// It is not installed and cannot be, it does not start, or the URL is not `postgres://user@host:port/database`.
pub fn pgbouncer(upstream: &str, connections: u32) -> Result<Server> {
    let program = PACKAGE.find_or_install()?;
    let (user, host, port, database) = parts(upstream)
        .ok_or_else(|| Error::new(format!("`{upstream}` is not `postgres://user@host:port/database`")))?;
    let home = Home::create_unique("pgbouncer", Account::unprivileged(&["postgres", "nobody"])?)?;
    let listen = free_port().inspect_err(|_| home.abandon())?;
    let settings = format!(
        "[databases]\n\
         * = host={host} port={port} user={user}\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {listen}\n\
         unix_socket_dir =\n\
         auth_type = any\n\
         pool_mode = transaction\n\
         default_pool_size = {connections}\n\
         max_client_conn = 300\n\
         ignore_startup_parameters = extra_float_digits\n"
    );
    fs::write(home.path().join("pgbouncer.ini"), settings)
        .map_err(Error::io("write `pgbouncer.ini`"))
        .inspect_err(|_| home.abandon())?;
    let mut command = home.command(program);
    command.arg("pgbouncer.ini");
    let url = format!("postgres://{user}@127.0.0.1:{listen}/{database}");
    let ready = move || TcpStream::connect(("127.0.0.1", listen)).is_ok();
    home.run(&command, "KILL", Owner::Myself, ready, url)
}

fn binary() -> Option<PathBuf> {
    let directories = [PathBuf::from("/usr/sbin")].into_iter().chain(install::path());
    directories.map(|bin| bin.join("pgbouncer")).find(|file| file.is_file())
}

fn parts(url: &str) -> Option<(&str, &str, &str, &str)> {
    let (user, rest) = url.strip_prefix("postgres://")?.split_once('@')?;
    let (address, database) = rest.split_once('/')?;
    let (host, port) = address.split_once(':')?;
    Some((user, host, port, database))
}
