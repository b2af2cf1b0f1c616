//! Processes that migrate, to be started in numbers, stopped and killed.

pub(crate) mod coded;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};

/// What a process is to do.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) directories: Vec<PathBuf>,
    /// With the migration of [`coded`].
    pub(crate) coded: bool,
    /// With something to set up its connection.
    pub(crate) on_connect: bool,
    pub(crate) verb: Verb,
    pub(crate) lease: Duration,
    pub(crate) lock_wait: Duration,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Run,
    /// Everything.
    Revert,
}

/// A process that migrates. It prints a line for each event, and one for its end: `done ID…` or `failed KIND TEXT`. It
/// is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Instance {
    child: Child,
    input: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    last: String,
}

impl Instance {
    pub(crate) fn start(url: &str, order: &Order) -> Self {
        Self::spawn(url, order, false)
    }

    /// One that stands still after each event, until it is told to [`go_on`](Self::go_on).
    pub(crate) fn start_step_by_step(url: &str, order: &Order) -> Self {
        Self::spawn(url, order, true)
    }

    fn spawn(url: &str, order: &Order, step: bool) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_instance"));
        command.args(["--url", url]);
        let millis = |time: Duration| time.as_millis().to_string();
        command.args(["--lease-ms", &millis(order.lease), "--lock-wait-ms", &millis(order.lock_wait)]);
        for directory in &order.directories {
            command.arg("--directory").arg(directory);
        }
        let flags = [
            (order.coded, "--coded"),
            (order.on_connect, "--on-connect"),
            (order.verb == Verb::Revert, "--revert"),
            (step, "--step"),
        ];
        command.args(flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = tokio::process::Command::from(command).kill_on_drop(true).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, input, lines, last: String::new() }
    }

    /// The next event, as JSON; `None` when there is none any more.
    pub(crate) async fn event(&mut self) -> Option<String> {
        let line = self.lines.next_line().await.unwrap()?;
        self.last.clone_from(&line);
        line.starts_with('{').then_some(line)
    }

    /// Lets it go on after an event.
    pub(crate) async fn go_on(&mut self) {
        self.input.write_all(b"\n").await.unwrap();
    }

    /// SIGKILL, and waits until it is gone; whether it was still there.
    pub(crate) async fn kill(mut self) -> bool {
        let was_there = self.child.try_wait().unwrap().is_none();
        self.child.kill().await.unwrap();
        was_there
    }

    /// SIGSTOP: it stands still, wherever it is.
    pub(crate) fn stop(&self) {
        self.signal("STOP");
    }

    /// SIGCONT.
    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        // It has not been waited for, so the number is still its own, even if it has ended.
        if let Some(id) = self.child.id() {
            Command::new("kill").args(["-s", name, &id.to_string()]).stderr(Stdio::null()).status().unwrap();
        }
    }

    /// Waits for its end; its last line.
    pub(crate) async fn end(mut self) -> String {
        drop(self.input);
        while let Some(line) = self.lines.next_line().await.unwrap() {
            self.last = line;
        }
        let status = self.child.wait().await.unwrap();
        if self.last.starts_with("done") || self.last.starts_with("failed") {
            return self.last;
        }
        format!("ended without a word: {status}, after `{}`", self.last)
    }
}
