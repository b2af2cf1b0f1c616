use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::{
        fs::{DirBuilderExt, chown},
        process::{CommandExt, parent_id},
    },
    path::{Path, PathBuf},
    process::{Command, Stdio, id},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::{Error, Result, Server};

/// Runs the server beside itself and ends it, and removes the directory, when a file `stop` appears or the owner's
/// process is gone: so no way of dying, not even SIGKILL, leaves a server behind. A server that ended is said by a
/// file `died`, and started again when a file `start` appears. It works with what every POSIX system has; `ps` is
/// asked only where there is no `/proc`.
const WATCH: &str = r#"
owner=$1 signal=$2; shift 2
trap ': >stop' HUP INT TERM
begin() { "$@" >log 2>&1 & server=$!; echo "$server" >server.pid; }
begin "$@"
while [ ! -e stop ] && { [ -d "/proc/$owner" ] || ps -p "$owner" >/dev/null 2>&1; }; do
    if kill -0 "$server" 2>/dev/null; then :
    elif [ -e start ]; then begin "$@"; rm -f died start
    else : >died
    fi
    sleep 0.1
done
[ -e died ] || kill -s "$signal" "$server"
wait "$server"
rm -rf -- "$PWD"
"#;

/// The process whose end is the end of the server.
#[derive(Clone, Copy, Debug)]
pub enum Owner {
    /// This process.
    Myself,
    /// The process that started this one, as nextest does with every test.
    Parent,
}

impl Owner {
    fn pid(self) -> u32 {
        match self {
            Self::Myself => id(),
            Self::Parent => parent_id(),
        }
    }
}

/// The user that a server runs as when we are root: database servers refuse root.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// Are we root?
    #[must_use]
    pub fn is_root() -> bool {
        ask_id(&["-u"]) == Some(0)
    }

    /// The first of these users that exists, or `None` when we are not root and the server runs as ourselves.
    ///
    /// # Errors
    /// We are root and none of them exists.
    pub fn unprivileged(names: &[&str]) -> Result<Option<Self>> {
        if !Self::is_root() {
            return Ok(None);
        }
        let find = |name: &&str| Some(Self { uid: ask_id(&["-u", name])?, gid: ask_id(&["-g", name])? });
        let account = names.iter().find_map(find);
        account.map(Some).ok_or_else(|| {
            Error::new(format!("a server must not run as root, and there is no user `{}`", names.join("` or `")))
        })
    }
}

fn ask_id(args: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(args).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// A server's private directory: data, log and socket live there, and it is removed with the server.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
    account: Option<Account>,
}

impl Home {
    /// A new directory of this name under the temporary directory, or `None` when there is one already.
    ///
    /// # Errors
    /// The directory cannot be made or given to `account`.
    pub fn create(name: &str, account: Option<Account>) -> Result<Option<Self>> {
        let path = Self::path_of(name);
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            other => other.map_err(Error::io(format_args!("create `{}`", path.display())))?,
        }
        if let Some(Account { uid, gid }) = account {
            chown(&path, Some(uid), Some(gid)).map_err(Error::io(format_args!("chown `{}`", path.display())))?;
        }
        Ok(Some(Self { path, account }))
    }

    /// A new directory of a name that nobody has, beginning with `kind`.
    ///
    /// # Errors
    /// As for [`Home::create`].
    pub fn create_unique(kind: &str, account: Option<Account>) -> Result<Self> {
        loop {
            if let Some(home) = Self::create(&format!("{kind}-{}", unique()), account)? {
                return Ok(home);
            }
        }
    }

    pub(crate) fn path_of(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("uno-migrate-{name}"))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A command that runs in this directory, as its owner, speaking English.
    #[must_use]
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(&self.path).env("LC_ALL", "C").env("HOME", &self.path).stdin(Stdio::null());
        // A MariaDB server that starts removes the temporary tables that it finds, which in `/tmp` may be another's.
        command.env("TMPDIR", &self.path);
        if let Some(Account { uid, gid }) = self.account {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// Runs a preparing command to its end.
    ///
    /// # Errors
    /// It cannot be started or fails; the error carries what it printed.
    pub fn prepare(&self, command: &mut Command) -> Result {
        let program = command.get_program().display().to_string();
        let output = command.output().map_err(Error::io(self.doing(&program)))?;
        if output.status.success() {
            return Ok(());
        }
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Err(Error::new(format!("`{program}` failed: {}\n{}", output.status, last_lines(&format!("{out}{err}")))))
    }

    /// Starts the server itself under a watcher that ends it with `owner` (by `signal`), and waits until `ready`.
    ///
    /// # Errors
    /// The server ends, or is not ready in a minute; the error carries the tail of its log.
    pub fn run(
        self,
        server: &Command,
        signal: &'static str,
        owner: Owner,
        ready: impl Fn() -> bool + Send + Sync + 'static,
        url: String,
    ) -> Result<Server> {
        let program = server.get_program().display().to_string();
        let mut watcher = self.command("/bin/sh");
        watcher.args(["-c", WATCH, "watch", &owner.pid().to_string(), signal]);
        watcher.arg(server.get_program()).args(server.get_args());
        // A process group of its own: Ctrl-C ends the tests, and their end ends the server in good order. No inherited
        // output: test runners wait until it is closed.
        watcher.process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
        let watcher = watcher.spawn().map_err(Error::io(self.doing("/bin/sh")))?;
        let server = Server::new(self, watcher, url, program, signal, Box::new(ready));
        server.wait_until_ready()?;
        Ok(server)
    }

    fn doing(&self, program: &str) -> String {
        format!("run `{program}` in `{}`", self.path.display())
    }

    /// Removes what is there: for a home whose server was never started.
    pub(crate) fn abandon(&self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Differs from what any living process of this machine was given.
pub(crate) fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(20)..].iter().map(|line| format!("  {line}\n")).collect()
}
