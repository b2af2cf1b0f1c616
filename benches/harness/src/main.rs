//! uno-migrate beside other tools: `cargo xtask bench` runs this.
//!
//! Each part measures and writes its figures to `benches/results/`, one file a part, so that a part can be run again
//! alone; in the end all of them become `benches/RESULTS.md` and its plots.

mod compile;
mod failure;
mod figures;
mod instructions;
mod machine;
#[path = "../../../tests/support/proxy/mod.rs"]
#[allow(dead_code, reason = "the tests cut connections, which nobody measures")]
mod proxy;
mod report;
mod scale;
mod wire;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use failure::Outcome;

/// What all parts are told.
pub(crate) struct Settings {
    /// The repository.
    root: PathBuf,
    /// Where the programs of the tools are.
    programs: PathBuf,
    /// Whether minutes are all there is.
    quick: bool,
}

/// What it is called, and how it is measured.
type Part = (&'static str, fn(&Settings) -> Outcome);

const PARTS: [Part; 5] = [
    ("wire", wire::measure),
    ("scale", scale::measure),
    ("instructions", instructions::measure),
    ("compile", compile::measure),
    // Nothing is measured: the page is written anew in any case.
    ("report", |_| Ok(())),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if compile::is_asked(&arguments) {
        return compile::measure_command(&arguments);
    }
    let (flags, parts): (Vec<&str>, Vec<&str>) =
        arguments.iter().map(String::as_str).partition(|word| word.starts_with('-'));
    let known = |part: &&str| PARTS.iter().any(|(name, _)| name == part);
    if flags.iter().any(|flag| *flag != "--quick") || !parts.iter().all(known) {
        let names: Vec<_> = PARTS.iter().map(|(name, _)| *name).collect();
        eprintln!("usage: cargo xtask bench [--quick] [{}]…", names.join("|"));
        return ExitCode::from(2);
    }
    match run(&parts, !flags.is_empty()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(parts: &[&str], quick: bool) -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let programs = env::current_exe()?.parent().unwrap_or(Path::new(".")).to_owned();
    let settings = Settings { root, programs, quick };
    for (name, measure) in PARTS {
        if parts.is_empty() || parts.contains(&name) {
            measure(&settings)?;
        }
    }
    report::write(&settings)
}
