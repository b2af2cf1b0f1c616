//! What the checks cost whoever builds: a clean build, and one after an edit, with more and more files.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::outcome::{Failure, Outcome};
use crate::shell::Shell;

/// The features beside `sqlite` and `postgres`, which every one of these applications has.
const FEATURES: [&str; 4] = ["", "check", "lint", "check-sqlite"];

const COUNTS: [usize; 4] = [0, 10, 100, 1_000];

/// Odd, so that there is one in the middle.
const REPETITIONS: usize = 5;

/// `cargo xtask build-time`: prints the table that the README shows.
pub(crate) fn build_time(shell: &Shell) -> Outcome {
    let heads: String = COUNTS.iter().map(|count| format!(" {count} files |")).collect();
    let mut table = format!("| Features | clean build |{heads}\n|---|---|{}", "---|".repeat(COUNTS.len()));
    for features in FEATURES {
        let shown = if features.is_empty() { "none".to_owned() } else { format!("`{features}`") };
        let application = Application::new(shell, features)?;
        application.files(0)?;
        let clean = application.build()?;
        let _ = write!(table, "\n| {shown} | {:.1} s |", clean.as_secs_f64());
        for count in COUNTS {
            application.files(count)?;
            application.build()?;
            let mut times = (0..REPETITIONS).map(|_| application.edited()).collect::<Outcome<Vec<_>>>()?;
            times.sort_unstable();
            let _ = write!(table, " {:.2} s |", times[REPETITIONS / 2].as_secs_f64());
        }
    }
    println!("\n{table}");
    Ok(())
}

/// A library that embeds a directory, in a place of its own.
struct Application {
    folder: PathBuf,
    target: PathBuf,
    cargo: std::ffi::OsString,
}

impl Application {
    fn new(shell: &Shell, features: &str) -> Outcome<Self> {
        let place = shell.root().join("target/build-time");
        let name = if features.is_empty() { "none" } else { features };
        let (folder, target) = (place.join(name), place.join(format!("target-{name}")));
        let _ = fs::remove_dir_all(&target);
        let library = shell.root().join("uno-migrate");
        let features: Vec<_> = ["postgres", "sqlite", features]
            .into_iter()
            .filter(|name| !name.is_empty())
            .map(|name| format!("{name:?}"))
            .collect();
        let manifest = format!(
            "[package]\nname = \"application\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
             uno-migrate = {{ path = {library:?}, default-features = false, features = [{}] }}\n",
            features.join(", ")
        );
        let application = Self { folder, target, cargo: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()) };
        application.write("Cargo.toml", &manifest)?;
        application.write("src/lib.rs", SOURCE)?;
        let locked = fs::copy(shell.root().join("Cargo.lock"), application.folder.join("Cargo.lock"));
        locked.map_err(|error| Failure(format!("cannot copy Cargo.lock: {error}")))?;
        Ok(application)
    }

    /// The directory with so many migrations, and one more: an empty directory is an error.
    fn files(&self, count: usize) -> Outcome {
        let _ = fs::remove_dir_all(self.folder.join("migrations"));
        (0..=count).try_for_each(|number| self.write(&format!("migrations/{number:05}_table.sql"), &migration(number)))
    }

    fn edited(&self) -> Outcome<Duration> {
        self.write("src/lib.rs", SOURCE)?;
        self.build()
    }

    fn build(&self) -> Outcome<Duration> {
        let started = Instant::now();
        let mut command = Command::new(&self.cargo);
        command.args(["build", "--quiet", "--target-dir"]).arg(&self.target).current_dir(&self.folder);
        let status = command.stdin(Stdio::null()).status();
        let took = started.elapsed();
        match status {
            Ok(status) if status.success() => Ok(took),
            Ok(status) => Err(Failure(format!("`cargo build` in `{}` failed: {status}", self.folder.display()))),
            Err(error) => Err(Failure(format!("cannot run cargo: {error}"))),
        }
    }

    fn write(&self, path: &str, text: &str) -> Outcome {
        let path = self.folder.join(path);
        let parent = path.parent().unwrap_or(Path::new("."));
        let written = fs::create_dir_all(parent).and_then(|()| fs::write(&path, text));
        written.map_err(|error| Failure(format!("cannot write `{}`: {error}", path.display())))
    }
}

const SOURCE: &str =
    "pub static MIGRATIONS: uno_migrate::Migrations = uno_migrate::embed_migrations!(\"migrations\");\n";

/// About a kilobyte that PostgreSQL and SQLite take alike, and that no rule says anything about.
fn migration(number: usize) -> String {
    let mut text = format!(
        "-- Migration: Create table {number}\n-- Description: It is like the others\n-- Tags: generated\n\
         CREATE TABLE table_{number} (\n    id BIGINT PRIMARY KEY,\n    name VARCHAR(255) NOT NULL UNIQUE,\n    \
         amount NUMERIC(12, 2) NOT NULL DEFAULT 0 CHECK (amount >= 0),\n    \
         created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP\n);\n\n\
         CREATE INDEX table_{number}_created ON table_{number} (created_at, name);\n\n"
    );
    for row in 0..5 {
        let _ = writeln!(
            text,
            "INSERT INTO table_{number} (id, name, amount) VALUES ({row}, 'it''s row {row}', {row} * (1 + 0.19));"
        );
    }
    let _ = write!(text, "\n-- DOWN\n\nDROP INDEX table_{number}_created;\nDROP TABLE table_{number};\n");
    text
}
