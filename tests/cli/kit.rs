//! Starts the command line, and hides of its answers what differs from run to run.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What is hidden, and by what.
pub(crate) const HIDDEN: [(&str, &str); 13] = [
    (r"(postgres|mysql|sqlite):(//)?\S*(test_|/test\.db)[^\s,\x22`)?]*", "[database]"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d( \([^)]*\))?", "[time]"),
    (r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "[time]"),
    (r"(< )?\d+(\.\d+)? (ms|s)\b", "[took]"),
    (r#""(duration_ms|elapsed_ms|execution_ms|epoch)": [0-9.e-]+"#, r#""$1": [number]"#),
    (r"\S+ on \S+, process \d+", "[who]"),
    (r"1:[0-9a-f]{64}", "[checksum]"),
    (r#""dialect": "\w+""#, r#""dialect": "[dialect]""#),
    (r#""metadata": .*"#, r#""metadata": [metadata]"#),
    // What a database cannot do in one transaction is counted.
    (r#""statements_done": \d+"#, r#""statements_done": [number]"#),
    // Columns are as wide as what is hidden.
    (r"(?m)(\S)  +", "$1  "),
    (r"(?m) +$", ""),
    (r"/tmp/[^/\s`]*", "[home]"),
];

/// Compares with a snapshot that every database shares.
macro_rules! assert_answer {
    ($name:expr, $text:expr) => {
        insta::with_settings!({ filters => $crate::kit::HIDDEN, prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $text);
        })
    };
}
pub(crate) use assert_answer;

/// A directory with four migrations in SQL, and somebody who types.
pub(crate) struct Desk {
    home: TempDir,
    program: &'static str,
    url: Option<String>,
}

/// What was typed, and what came of it.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    /// The program over directories.
    pub(crate) fn new(url: impl Into<Option<&'static str>>) -> Self {
        Self::of("uno-migrate", url.into().map(str::to_owned))
    }

    pub(crate) fn at(url: &str) -> Self {
        Self::of("uno-migrate", Some(url.to_owned()))
    }

    pub(crate) fn of(program: &'static str, url: Option<String>) -> Self {
        let home = tempfile::tempdir().unwrap();
        if program == "uno-migrate" {
            let true_set = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
            for file in [
                "core/1616720000_initial_schema.sql",
                "auth/1616721123_create_users_table.sql",
                "auth/1616723456_add_user_settings.sql",
                "content/1616725789_create_posts_table.sql",
            ] {
                let to = home.path().join("migrations").join(file);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::copy(true_set.join(file), to).unwrap();
            }
        }
        Self { home, program, url }
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.home.path().join(file)
    }

    /// Writes a file, and its directory.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Ready to be started.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_command-line"));
        command.arg0(self.program).args(words).current_dir(self.home.path());
        command.env_clear().env("TZ", "UTC").env("COLUMNS", "100").env("UNO_MIGRATE_STALE", "allow");
        if let Some(url) = &self.url {
            command.env("DATABASE_URL", url);
        }
        command
    }

    /// Types a line without quotes.
    pub(crate) fn types(&self, line: &str) -> Answered {
        Answered::from(self.command(line.split_whitespace()).output().unwrap())
    }

    /// Several lines, each with what came of it.
    pub(crate) fn transcript(&self, lines: &[&str]) -> String {
        let answered = lines.iter().map(|line| {
            let Answered { code, out, err } = self.types(line);
            let err = if err.is_empty() { err } else { format!("(stderr)\n{err}") };
            format!("$ {} {line}\n{out}{err}(exit {code})\n", self.program)
        });
        answered.collect::<Vec<_>>().join("\n")
    }
}

impl From<Output> for Answered {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}
