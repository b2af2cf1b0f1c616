//! The chores of this repository: `cargo xtask`. Every command that it runs is printed, and a failure names the command
//! that mends it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for people at a terminal")]

mod bench;
mod bless;
mod chaos;
mod features;
mod house;
mod outcome;
mod peers;
mod prove;
mod report;
mod serve;
mod servers;
mod shell;
mod step;
mod steps;

use std::{env, process::ExitCode};

use outcome::Failure;
use report::run_steps;
use shell::Shell;
use step::Step;

const USAGE: &str = "\
usage: cargo xtask <command>

  test [STEP…] [--keep-going]   everything that must be green before a change is merged, or the named steps
  tidy [--keep-going]           only the steps that need no running code: format, lints, docs, licences
  bless                         accept what the tests print now: UI tests, golden files, snapshots
  chaos [--seed N] [--minutes M]
                                random migrations, interrupted at random points on all databases, for ten minutes
  peers                         projects made by sqlx, refinery, diesel and sea-orm, adopted by `import`: builds all four (diesel wants
                                libpq), some ten minutes the first time
  bench [--quick] [wire|scale|instructions|compile|report]…
                                beside the same tools and the floor: writes benches/RESULTS.md and its plots. All of it takes two
                                hours, `--quick` some minutes; builds as `peers` does (diesel wants libmariadb as well), valgrind
                                counts instructions
  prove [--seed N] [--sets N]   generated migrations: valid on the real servers, and no check finds an error in them
  prove --broken                asks checks and servers about all broken files, and writes docs/proven.md
  prove --directory DIR --dialect postgres|mysql|sqlite
                                files of other projects: where the checks and the server differ
  servers [COMMAND…]            run a command with the tests' database servers, or keep them up until Ctrl-C

steps, fast to slow:";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((command, rest)) = arguments.split_first() else { return usage("no command given") };
    let shell = Shell::new();
    let done = match command.as_str() {
        "test" => chosen(rest).map(|(steps, keep_going)| run_steps(&shell, &steps, keep_going)),
        "tidy" => chosen(rest).map(|(steps, keep_going)| {
            let steps: Vec<_> = steps.into_iter().filter(|step| step.tidy).collect();
            run_steps(&shell, &steps, keep_going)
        }),
        "bless" => Ok(bless::bless(&shell)),
        "chaos" => chaos::options(rest).map(|options| chaos::chaos(&shell, options)),
        "peers" => Ok(peers::peers(&shell)),
        "bench" => Ok(bench::bench(&shell, rest)),
        "prove" => prove::options(rest).map(|options| prove::prove(&shell, options)),
        "servers" => Ok(serve::serve(&shell, rest)),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            steps::STEPS.iter().for_each(|step| println!("  {:<12} {}", step.name, step.about));
            return ExitCode::SUCCESS;
        }
        other => Err(format!("no command `{other}`")),
    };
    match done {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(Failure(message))) => {
            eprintln!("\nerror: {message}");
            ExitCode::FAILURE
        }
        Err(message) => usage(&message),
    }
}

/// The named steps (none: all), in their own order, and whether to go on after a failure.
fn chosen(arguments: &[String]) -> Result<(Vec<&'static Step>, bool), String> {
    let (flags, names): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|name| name.starts_with('-'));
    if let Some(flag) = flags.iter().find(|flag| **flag != "--keep-going") {
        return Err(format!("no option `{flag}`"));
    }
    if let Some(name) = names.iter().find(|name| steps::STEPS.iter().all(|step| step.name != **name)) {
        return Err(format!("no step `{name}`"));
    }
    let wanted = |step: &&Step| names.is_empty() || names.iter().any(|name| *name == step.name);
    Ok((steps::STEPS.iter().filter(wanted).collect(), !flags.is_empty()))
}

fn usage(problem: &str) -> ExitCode {
    eprintln!("error: {problem}\nhelp: `cargo xtask help` lists commands and steps");
    ExitCode::from(2)
}
