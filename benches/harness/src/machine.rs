use std::fs;
use std::process::Command;

use serde::{Deserialize, Serialize};

/// What figures depend on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) cores: usize,
    pub(crate) processor: String,
    pub(crate) memory_gib: u64,
    pub(crate) system: String,
    pub(crate) rustc: String,
    /// The load of the last minute when the part began: others at work make times worse.
    pub(crate) load: String,
    /// Where the servers and the files of SQLite were.
    pub(crate) place: String,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let place = std::env::temp_dir();
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once([':', '=']).map_or("", |(_, value)| value).trim().trim_matches('"').to_owned()
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal");
        let kib: u64 = memory.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default();
        Self {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            processor: field(&read("/proc/cpuinfo"), "model name"),
            memory_gib: kib.div_ceil(1 << 20),
            system: field(&read("/etc/os-release"), "PRETTY_NAME"),
            rustc: said("rustc", &["--version"]),
            load: read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned(),
            place: format!("{} ({})", place.display(), said("stat", &["-f", "-c", "%T", &place.to_string_lossy()])),
        }
    }
}

/// The first line that a program prints.
pub(crate) fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().unwrap_or_default().to_owned()
}
