//! Instructions of a run that finds nothing pending, counted by callgrind: they hardly vary, however busy the machine is.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::failure::{Failure, Outcome};
use crate::figures::Figures;
use crate::wire::place::Place;
use crate::wire::program::Program;

/// With so many migrations applied, on SQLite.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) contestant: String,
    pub(crate) count: usize,
    /// Of the first run, after the connection was opened.
    pub(crate) first: u64,
    /// Of a second one in the same process.
    pub(crate) again: u64,
}

const PROGRAMS: [(&str, &str, &[usize]); 2] =
    [("uno-migrate", "with-uno-migrate", &[10, 100, 1_000, 10_000]), ("sqlx", "with-sqlx", &[10, 1_000])];

pub(crate) fn measure(settings: &Settings) -> Outcome {
    let mut figures = Figures::new(settings);
    let place = Place::sqlite("SQLite", std::env::temp_dir().join(format!("uno-migrate-bench-{}", std::process::id())));
    for (contestant, program, counts) in PROGRAMS {
        for &count in counts.iter().filter(|count| !settings.quick || **count <= 1_000) {
            let fresh = place.fresh()?;
            let (path, url) = (settings.programs.join(program), fresh.url(None));
            Program::start(&path, &url, count, "")?.turn()?;
            let counted = |turns| -> Outcome<u64> {
                let mut command = Command::new("valgrind");
                command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(&path);
                command.args([&url, &count.to_string(), ""]);
                instructions(command, turns)
            };
            let [none, one, two] = [counted(0)?, counted(1)?, counted(2)?];
            let (first, again) = (one.saturating_sub(none), two.saturating_sub(one));
            eprintln!("{contestant}, {count}: {first} instructions, then {again}");
            figures.figures.push(Figure { contestant: contestant.to_owned(), count, first, again });
        }
    }
    figures.save(settings, "instructions")
}

/// Of the whole process, which runs so many times.
fn instructions(mut command: Command, turns: usize) -> Outcome<u64> {
    let turns_file = tempfile::NamedTempFile::new()?;
    fs::write(turns_file.path(), "\n".repeat(turns))?;
    command.stdin(File::open(turns_file.path())?).stdout(Stdio::null());
    let output = command.output().map_err(|error| Failure::new(format!("cannot run valgrind: {error}")))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find_map(|line| line.split_once("Collected : "));
    let number = line.and_then(|(_, number)| number.trim().parse().ok());
    number.ok_or_else(|| Failure::new(format!("valgrind said no number of instructions:\n{said}")))
}
