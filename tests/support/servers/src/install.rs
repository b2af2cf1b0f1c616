#![allow(clippy::print_stdout, reason = "installing takes a while: say what runs")]

use std::{
    env,
    fs::File,
    hash::{BuildHasher, RandomState},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{Account, Error, Result};

/// Debian's packages start their servers when they are installed, unless this file says no.
const POLICY: &str = "/usr/sbin/policy-rc.d";

const NO_QUESTIONS: &str = "DEBIAN_FRONTEND=noninteractive";

/// A Debian package, and how to find the programs that it brings.
pub(crate) struct Package<T> {
    pub(crate) name: &'static str,
    pub(crate) find: fn() -> Option<T>,
}

impl<T> Package<T> {
    /// The programs, after installing the package where they are missing and we may: as root, or by a `sudo` that does
    /// not ask.
    pub(crate) fn find_or_install(&self) -> Result<T> {
        if let Some(found) = (self.find)() {
            return Ok(found);
        }
        let prefix = may_install().ok_or_else(|| self.missing("it may not be installed without asking you"))?;
        // Several tests may find it missing at the same time: the first installs it, the others find it.
        let lock = File::open(env::temp_dir()).map_err(Error::io("open the temporary directory"))?;
        lock.lock().map_err(Error::io("wait for another installation"))?;
        if let Some(found) = (self.find)() {
            return Ok(found);
        }
        self.install(prefix)?;
        (self.find)()
            .ok_or_else(|| self.missing("its package was installed, but its programs are not where they should be"))
    }

    fn install(&self, prefix: &[&str]) -> Result {
        let run = |line: &[&str]| -> Result {
            let words = [prefix, line].concat();
            println!("$ {}", words.join(" "));
            let status = Command::new(words[0]).args(&words[1..]).stdin(Stdio::null()).status();
            let done = status.map_err(Error::io(format_args!("run `{}`", words[0])))?.success();
            if done { Ok(()) } else { Err(self.missing(&format!("`{}` failed", line.join(" ")))) }
        };
        let quiet = !Path::new(POLICY).exists();
        if quiet {
            run(&["sh", "-c", &format!("printf '#!/bin/sh\\nexit 101\\n' >{POLICY} && chmod 755 {POLICY}")])?;
        }
        // One source that cannot be read is no reason to give up: the package may come from another.
        let _ = run(&["apt-get", "update", "-q"]);
        let installed = run(&["apt-get", "install", "-q", "-y", self.name]);
        if quiet {
            run(&["rm", "-f", POLICY])?;
        }
        installed
    }

    fn missing(&self, why: &str) -> Error {
        let name = self.name;
        Error::new(format!(
            "the tests need `{name}`, and {why}; help: `sudo apt-get install {name}`, or your system's way"
        ))
    }
}

/// The command prefix that installs packages without asking, or `None`.
fn may_install() -> Option<&'static [&'static str]> {
    let works = |program: &str, args: &[&str]| {
        let mut command = Command::new(program);
        command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if !works("apt-get", &["--version"]) {
        None
    } else if Account::is_root() {
        Some(&["env", NO_QUESTIONS])
    } else {
        works("sudo", &["-n", "true"]).then_some(&["sudo", "-n", "env", NO_QUESTIONS])
    }
}

/// The directories of `PATH`.
pub(crate) fn path() -> Vec<PathBuf> {
    env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect()
}

/// A loopback port that nobody uses, below the range that systems give to outgoing connections: those of other tests
/// could take it before the server does.
pub(crate) fn free_port() -> Result<u16> {
    free_ports().map(|[port]| port)
}

/// Several of them, all different.
pub(crate) fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let random = RandomState::new().hash_one("port") % 20_000;
    let candidates = (0..1_000).map(|step| 10_000 + ((random + step * 7) % 20_000) as u16);
    let free = candidates.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    let ports = free.take(N).collect::<Vec<_>>().try_into();
    ports.map_err(|_| Error::new("no free port on 127.0.0.1 between 10000 and 30000"))
}
