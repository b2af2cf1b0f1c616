use std::{
    env,
    ffi::OsString,
    num::NonZero,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::outcome::{Failure, Outcome, note};
use crate::servers::Servers;

/// Runs commands in the repository's root and prints each of them.
pub(crate) struct Shell {
    root: PathBuf,
    cargo: OsString,
    servers: Servers,
}

impl Shell {
    pub(crate) fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned();
        Self { root, cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), servers: Servers::default() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn servers(&self) -> &Servers {
        &self.servers
    }

    /// Runs cargo.
    pub(crate) fn cargo<A: AsRef<str>>(&self, arguments: impl IntoIterator<Item = A>) -> Outcome {
        self.cargo_with(&[], arguments)
    }

    /// Runs cargo with these environment variables.
    pub(crate) fn cargo_with<A: AsRef<str>>(
        &self,
        variables: &[(&str, &str)],
        arguments: impl IntoIterator<Item = A>,
    ) -> Outcome {
        let arguments: Vec<String> = arguments.into_iter().map(|argument| argument.as_ref().to_owned()).collect();
        self.run(&self.cargo, "cargo", variables, &arguments)
    }

    /// Runs any program; `shown` is what a person would type.
    pub(crate) fn run(
        &self,
        program: impl Into<OsString>,
        shown: &str,
        variables: &[(&str, &str)],
        arguments: &[String],
    ) -> Outcome {
        let prefix: String = variables.iter().map(|(name, value)| format!("{name}={} ", quoted(value))).collect();
        let words: Vec<_> = arguments.iter().map(|word| quoted(word)).collect();
        let line = format!("{prefix}{shown} {}", words.join(" "));
        println!("$ {line}");
        let mut command = Command::new(program.into());
        command.args(arguments).envs(variables.iter().copied()).current_dir(&self.root).stdin(Stdio::null());
        match command.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(Failure(format!("`{line}` failed: {status}"))),
            Err(error) => Err(Failure(format!("cannot run `{line}`: {error}"))),
        }
    }

    /// Is this cargo subcommand installed?
    pub(crate) fn has(&self, subcommand: &str) -> bool {
        let mut command = Command::new(&self.cargo);
        command.args([subcommand, "--version"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// `cargo nextest run`, or `cargo test` where nextest is not installed: the same tests, a little slower.
    pub(crate) fn test_command(&self) -> Vec<String> {
        let words: &[&str] = if self.has("nextest") {
            &["nextest", "run", "--no-fail-fast", "--no-tests=pass"]
        } else {
            note(
                "`cargo nextest` is not installed, so `cargo test` it is; `cargo install --locked cargo-nextest` is faster",
            );
            &["test", "--no-fail-fast"]
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }
}

/// To the end of a test command: how many tests run at a time where many of them wait for a server, or for time to pass. With
/// one for each core, four tenths of the cores' time would be idle.
pub(crate) fn in_more_threads(command: &mut Vec<String>) {
    if command.first().is_none_or(|runner| runner != "nextest") {
        command.push("--".to_owned());
    }
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    command.extend(["--test-threads".to_owned(), (cores + cores.div_ceil(2)).to_string()]);
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@*+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{word}'") }
}
