//! The program of a tool, which waits to be told when to begin.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::failure::{Failure, Outcome};

pub(crate) struct Program {
    shown: String,
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

/// What a turn took.
pub(crate) struct Took {
    pub(crate) time: Duration,
    /// By how many KiB its memory grew at the peak.
    pub(crate) memory: u64,
}

impl Program {
    /// Starts it, and waits until it has its connection.
    pub(crate) fn start(path: &Path, url: &str, count: impl fmt::Display, style: &str) -> Outcome<Self> {
        let shown = format!("{} {url} {count} {style}", path.display());
        let mut command = Command::new(path);
        command.args([url, &count.to_string(), style]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| Failure::new(format!("cannot run `{shown}`: {error}")))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let stdout = stdout.ok_or_else(|| Failure::new(format!("`{shown}` has no output")))?;
        let mut program = Self { shown, child, stdin, stdout: BufReader::new(stdout) };
        program.hear("ready")?;
        Ok(program)
    }

    /// Lets it run once.
    pub(crate) fn turn(&mut self) -> Outcome<Took> {
        if let Some(stdin) = &mut self.stdin {
            stdin.write_all(b"\n")?;
        }
        let said = self.hear("done")?;
        let numbers = said.split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        let (nanoseconds, memory) = numbers.ok_or_else(|| Failure::new(format!("`{}` said `{said}`", self.shown)))?;
        Ok(Took { time: Duration::from_nanos(nanoseconds), memory })
    }

    /// What it says after this word.
    fn hear(&mut self, word: &str) -> Outcome<String> {
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        match line.trim_end().strip_prefix(word) {
            Some(rest) => Ok(rest.trim().to_owned()),
            None => Err(Failure::new(format!("`{}` said `{}` instead of `{word}`", self.shown, line.trim_end()))),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // The end of its input is the end of what is wanted.
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}
