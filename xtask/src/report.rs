use std::time::{Duration, Instant};

use crate::outcome::{Failure, Outcome};
use crate::shell::Shell;
use crate::step::Step;

/// Runs the steps in order, stops at the first failure unless told otherwise, and ends with a table.
pub(crate) fn run_steps(shell: &Shell, steps: &[&Step], keep_going: bool) -> Outcome {
    let mut table: Vec<(&Step, Duration, bool)> = Vec::new();
    for step in steps {
        println!("\n── {}: {}", step.name, step.about);
        let started = Instant::now();
        let outcome = (step.run)(shell);
        table.push((step, started.elapsed(), outcome.is_ok()));
        if let Err(Failure(message)) = outcome {
            eprintln!("\nerror: {message}\nhelp: {}", step.fix);
            if !keep_going {
                break;
            }
        }
    }

    println!();
    for (step, took, green) in &table {
        println!("{} {:<12} {:>7.1} s", if *green { "✓" } else { "✗" }, step.name, took.as_secs_f64());
    }
    let total: Duration = table.iter().map(|(_, took, _)| *took).sum();
    let red: Vec<_> = table.iter().filter(|(.., green)| !green).map(|(step, ..)| step.name).collect();
    if red.is_empty() {
        println!("all green in {:.1} s", total.as_secs_f64());
        return Ok(());
    }
    let left = steps.len() - table.len();
    let left = if left == 0 { String::new() } else { format!(", {left} not run (`--keep-going` runs them)") };
    Err(Failure(format!("red: {}{left}; again: `cargo xtask test {}`", red.join(", "), red.join(" "))))
}
