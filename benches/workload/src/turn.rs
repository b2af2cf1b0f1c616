use std::io::stdin;
use std::time::Instant;
use std::{env, fs};

use crate::Migration;

/// What a program is asked for: `URL COUNT[+ROWS] [STYLE]`.
#[derive(Clone, Debug)]
pub struct Arguments {
    pub url: String,
    pub count: usize,
    /// So many rows are added by one migration more, by a statement each; if there is to be one.
    pub rows: usize,
    /// What else there is to choose, which is each program's own.
    pub style: String,
}

/// What a URL is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Postgres,
    MySql,
    Sqlite,
}

impl Arguments {
    /// Of this process.
    ///
    /// # Panics
    /// They are not as they should be: nobody but the harness gives them.
    #[must_use]
    pub fn read() -> Self {
        let mut words = env::args().skip(1);
        let url = words.next().expect("a URL");
        let counts = words.next().expect("a count");
        let (count, rows) = counts.split_once('+').unwrap_or((&counts, "0"));
        let [count, rows] = [count, rows].map(|count| count.parse().expect("a count"));
        Self { url, count, rows, style: words.next().unwrap_or_default() }
    }

    /// What is to be applied.
    pub fn migrations(&self) -> impl Iterator<Item = Migration> + use<> {
        Migration::first_and_rows(self.count, self.rows)
    }

    /// What the URL is for.
    #[must_use]
    pub fn database(&self) -> Database {
        match self.url.split(':').next() {
            Some("postgres") => Database::Postgres,
            Some("mysql") => Database::MySql,
            _ => Database::Sqlite,
        }
    }

    /// The file of an SQLite URL.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.trim_start_matches("sqlite://")
    }
}

/// One run that is timed: it begins when the harness says so, by a line, and its end is said to the harness.
#[derive(Debug)]
pub struct Turn {
    /// The memory of the process before, in KiB.
    memory: u64,
    began: Instant,
}

impl Turn {
    /// Waits for the next one; none when the harness wants no more.
    #[must_use]
    pub fn next() -> Option<Self> {
        println!("ready");
        let mut line = String::new();
        if stdin().read_line(&mut line).unwrap_or(0) == 0 {
            return None;
        }
        // Linux forgets the peak that there was so far.
        let _ = fs::write("/proc/self/clear_refs", "5");
        Some(Self { memory: status("VmRSS:"), began: Instant::now() })
    }

    /// It is done: says the nanoseconds, and by how many KiB the memory grew at its peak.
    pub fn done(self) {
        let took = self.began.elapsed();
        println!("done {} {}", took.as_nanos(), status("VmHWM:").saturating_sub(self.memory));
    }
}

/// A number that Linux tells of this process.
fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
