//! A command's time and memory. The system tells a process of the largest of its children, and never forgets one: so each
//! command is run by a process of its own, which is this program again.

use std::env;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::failure::{Failure, Outcome};

/// What a command took.
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    /// Of all processors, user and system: the same however busy the machine is, or nearly so.
    pub(crate) cpu: f64,
    /// Of the largest process, in MiB.
    pub(crate) memory: f64,
}

const FLAG: &str = "--measure-command";

/// Runs it by way of another process.
pub(crate) fn measured(command: &Command) -> Outcome<Measured> {
    let mut outer = Command::new(env::current_exe()?);
    outer.arg(FLAG).arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    outer.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(directory) = command.get_current_dir() {
        outer.current_dir(directory);
    }
    let output = outer.stderr(Stdio::inherit()).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [seconds, cpu, memory] if output.status.success() => Ok(Measured { seconds, cpu, memory }),
        _ => Err(Failure::new(format!("{command:?} failed: {}", output.status))),
    }
}

/// Is this process one that runs a command?
pub(crate) fn is_asked(arguments: &[String]) -> bool {
    arguments.first().is_some_and(|first| first == FLAG)
}

/// Runs the command, and prints seconds, seconds of processors, and MiB.
pub(crate) fn measure_command(arguments: &[String]) -> ExitCode {
    let [_, program, rest @ ..] = arguments else { return ExitCode::from(2) };
    let started = Instant::now();
    let status = Command::new(program).args(rest).stdout(Stdio::null()).status();
    let seconds = started.elapsed().as_secs_f64();
    let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else { return ExitCode::FAILURE };
    let used = usage.user_time() + usage.system_time();
    let cpu = used.num_microseconds() as f64 / 1e6;
    println!("{seconds:.3} {cpu:.3} {:.1}", usage.max_rss() as f64 / 1024.0);
    if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
