use std::fs;

use crate::outcome::{Failure, Outcome};
use crate::shell::Shell;

/// Needs a system library and libclang, which a fresh machine lacks.
const SYSTEM: &str = "sqlite-unbundled";

/// What users choose: one database with some of what may come with it, a judge, or a program. Each takes half a minute, so that
/// there are no more than it takes for each feature to stand without most of the others.
const CHOICES: [&str; 8] =
    ["", "check,postgres,chrono", "mysql", "sqlite,json", "check-sqlite,sqlite", "lint,postgres,uuid", "cli", "bin"];

/// Lints uno-migrate with each of these choices, and with all features together.
pub(crate) fn lint_each(shell: &Shell) -> Outcome {
    let every = every(shell)?;
    let chosen: Vec<_> = CHOICES.iter().flat_map(|choice| choice.split(',')).collect();
    if let Some(feature) = every.iter().find(|feature| !chosen.contains(&feature.as_str())) {
        return Err(Failure(format!(
            "no choice has the feature `{feature}`: add it to `CHOICES` in `xtask/src/features.rs`"
        )));
    }
    for choice in CHOICES {
        lint(shell, choice)?;
    }
    lint(shell, &every.join(","))
}

fn lint(shell: &Shell, features: &str) -> Outcome {
    let mut command = vec!["clippy", "-p", "uno-migrate", "--lib", "--bins", "--no-default-features"];
    if !features.is_empty() {
        command.extend(["--features", features]);
    }
    command.extend(["--", "-D", "warnings"]);
    shell.cargo(command)
}

/// The features that users may name, in the order of the manifest.
pub(crate) fn every(shell: &Shell) -> Outcome<Vec<String>> {
    let manifest = shell.root().join("uno-migrate/Cargo.toml");
    let manifest = fs::read_to_string(&manifest)
        .map_err(|error| Failure(format!("cannot read `{}`: {error}", manifest.display())))?;
    let section = manifest.lines().skip_while(|line| *line != "[features]").skip(1);
    Ok(section
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| Some(line.split_once(" = ")?.0))
        .filter(|name| !name.starts_with(['_', '#', ' ']) && !["default", SYSTEM].contains(name))
        .map(String::from)
        .collect())
}
