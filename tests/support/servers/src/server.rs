use std::{
    fmt,
    fs::{self, File},
    path::Path,
    process::Child,
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{Error, Home, Result, home::last_lines};

/// How long a server may take until it answers, or has ended.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; dropping it stops it and removes its directory.
pub struct Server {
    home: Home,
    watcher: Child,
    url: String,
    program: String,
    signal: &'static str,
    ready: Box<dyn Fn() -> bool + Send + Sync>,
}

impl Server {
    pub(crate) fn new(
        home: Home,
        watcher: Child,
        url: String,
        program: String,
        signal: &'static str,
        ready: Box<dyn Fn() -> bool + Send + Sync>,
    ) -> Self {
        Self { home, watcher, url, program, signal, ready }
    }

    /// How a superuser connects, with a database name at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its private directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.home.path()
    }

    /// Ends it at once, in the middle of whatever it does: by SIGKILL, or by PostgreSQL's immediate shutdown, which
    /// differs for nobody but the orphans that would keep its shared memory. What was committed is there after a
    /// [`Server::restart`].
    ///
    /// # Errors
    /// It cannot be found, or does not end in a minute.
    pub fn kill(&self) -> Result {
        self.end(self.signal)
    }

    /// Ends it as whoever restarts it does, connections included, and waits until it has.
    ///
    /// # Errors
    /// As for [`Server::kill`].
    pub fn shut_down(&self) -> Result {
        // PostgreSQL's fast shutdown; its TERM would wait for the clients.
        self.end(if self.signal == "QUIT" { "INT" } else { "TERM" })
    }

    fn end(&self, signal: &str) -> Result {
        let mut kill = self.home.command("/bin/sh");
        // One that has just ended by itself may not be noted yet.
        kill.args(["-c", r#"pid=$(cat server.pid); kill -s "$1" "$pid" || ! kill -0 "$pid""#, "kill", signal]);
        self.home.prepare(&mut kill)?;
        self.wait_until("does not end", || self.has_died())
    }

    /// Starts it again, on the same port and data; one that still runs is killed first.
    ///
    /// # Errors
    /// As when it was started.
    pub fn restart(&self) -> Result {
        if !self.has_died() {
            self.kill()?;
        }
        let start = self.path().join("start");
        File::create(&start).map_err(Error::io(format_args!("write `{}`", start.display())))?;
        self.wait_until("is not started again", || !start.exists())?;
        self.wait_until_ready()
    }

    pub(crate) fn wait_until_ready(&self) -> Result {
        self.wait_until("does not answer", || self.has_died() || (self.ready)())?;
        if self.has_died() { Err(self.failure("ended while starting")) } else { Ok(()) }
    }

    fn has_died(&self) -> bool {
        self.path().join("died").exists()
    }

    fn wait_until(&self, otherwise: &str, condition: impl Fn() -> bool) -> Result {
        let started = Instant::now();
        while !condition() {
            if started.elapsed() > PATIENCE {
                return Err(self.failure(otherwise));
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn failure(&self, what: &str) -> Error {
        let log = fs::read(self.path().join("log")).unwrap_or_default();
        let log = last_lines(&String::from_utf8_lossy(&log));
        Error::new(format!("`{}` {what}; the end of its log:\n{log}", self.program))
    }

    /// Publishes the URL to the other processes of the test run, and leaves the server to its watcher.
    pub(crate) fn share(self) -> Result<String> {
        let (draft, url) = (self.path().join("url.new"), self.url.clone());
        // Written beside and renamed, so that nobody reads half of it.
        fs::write(&draft, &url)
            .and_then(|()| fs::rename(&draft, self.path().join("url")))
            .map_err(Error::io("publish the server's url"))?;
        std::mem::forget(self);
        Ok(url)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.url, self.path().display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Without the file the watcher still sees our process end, a little later.
        if File::create(self.path().join("stop")).is_ok() {
            let _ = self.watcher.wait();
        }
    }
}
