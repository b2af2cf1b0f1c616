use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::{
    features,
    house::{self, CRATES},
    outcome::{Failure, Outcome, note},
    shell::{Shell, in_more_threads},
    step::Step,
};

/// Every step, fast to slow, so that a mistake shows early.
pub(crate) const STEPS: &[Step] = &[
    Step { name: "fmt", about: "formatting", tidy: true, fix: "cargo fmt --all", run: fmt },
    Step {
        name: "house",
        about: "no library file of more than 400 lines",
        tidy: true,
        fix: "split the file: one idea each",
        run: house::lengths,
    },
    Step { name: "deny", about: "licences and bans", tidy: true, fix: "cargo deny check (and deny.toml)", run: deny },
    Step {
        name: "clippy",
        about: "lints of everything",
        tidy: true,
        fix: "cargo clippy --fix --workspace --all-targets",
        run: clippy,
    },
    Step {
        name: "unit",
        about: "unit tests of all crates",
        tidy: false,
        fix: "cargo test --workspace --lib --bins <test name>",
        run: unit,
    },
    Step {
        name: "integration",
        about: "integration tests, on private database servers",
        tidy: false,
        fix: "cargo xtask servers cargo test --test <binary> <test name>",
        run: integration,
    },
    Step {
        name: "ui",
        about: "what the compiler says to users' mistakes",
        tidy: false,
        fix: "cargo xtask bless, then read the difference",
        run: ui,
    },
    Step {
        name: "doc-tests",
        about: "the examples in the documentation",
        tidy: false,
        fix: "cargo test --doc --workspace <path of the item>",
        run: doc_tests,
    },
    Step {
        name: "docs",
        about: "the documentation builds without a warning",
        tidy: true,
        fix: "cargo doc --workspace --no-deps",
        run: docs,
    },
    Step {
        name: "features",
        about: "features as users choose them",
        tidy: true,
        fix: "run the last command above",
        run: features::lint_each,
    },
    Step {
        name: "package",
        about: "the three crates build from their packages",
        tidy: false,
        fix: "the crate's `include`, README, or the versions in the root Cargo.toml",
        run: package,
    },
];

fn fmt(shell: &Shell) -> Outcome {
    shell.cargo(["fmt", "--all", "--check"])
}

fn deny(shell: &Shell) -> Outcome {
    if shell.has("deny") {
        return shell.cargo(["deny", "check", "bans", "licenses", "sources"]);
    }
    // It takes three minutes to build, and says nothing about a change that leaves the dependencies alone.
    note("not checked: `cargo deny` is not installed; help: `cargo install --locked cargo-deny`");
    Ok(())
}

fn clippy(shell: &Shell) -> Outcome {
    shell.cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

/// Every judge, in the tests: what they cost matters to those who build applications.
const JUDGES: [&str; 2] = ["--features", "uno-migrate-core/check,uno-migrate-core/lint,uno-migrate-core/check-sqlite"];

fn unit(shell: &Shell) -> Outcome {
    let mut command = shell.test_command();
    command.extend(["--workspace", "--lib", "--bins"].map(String::from));
    command.extend(JUDGES.map(String::from));
    shell.cargo(command)
}

fn integration(shell: &Shell) -> Outcome {
    let mut command = shell.test_command();
    command.push("--workspace".to_owned());
    command.extend(JUDGES.map(String::from));
    for target in test_targets(shell)?.into_iter().filter(|target| target != "ui") {
        command.extend(["--test".to_owned(), target]);
    }
    in_more_threads(&mut command);
    let servers = shell.servers().variables()?;
    let variables: Vec<_> = servers.iter().map(|(name, url)| (*name, url.as_str())).collect();
    shell.cargo_with(&variables, command)
}

/// As in the root's `profile.dev`, of which the projects that trybuild makes know nothing: with more, they take longer.
const DEBUG: (&str, &str) = ("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");

fn ui(shell: &Shell) -> Outcome {
    let mut command = shell.test_command();
    command.extend(["--test", "ui"].map(String::from));
    shell.cargo_with(&[DEBUG], command)?;
    let target = shell.root().join("target").to_string_lossy().into_owned();
    let variables = [("CARGO_TARGET_DIR", &*target), DEBUG];
    shell.cargo_with(&variables, ["test", "--manifest-path", "tests/judged/Cargo.toml"])
}

fn doc_tests(shell: &Shell) -> Outcome {
    shell.cargo(["test", "--doc", "--workspace"])
}

fn docs(shell: &Shell) -> Outcome {
    let mut command: Vec<String> = ["doc", "--workspace", "--no-deps", "--features"].map(String::from).into();
    let all = features::every(shell)?;
    command.push(all.iter().map(|feature| format!("uno-migrate/{feature}")).collect::<Vec<_>>().join(","));
    shell.cargo_with(&[("RUSTDOCFLAGS", "-D warnings")], command)
}

fn package(shell: &Shell) -> Outcome {
    // In a place of its own each time: cargo remembers what a crate of this version looked like when it was last packaged
    // in the same place, and would build the others against that.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let place = shell.root().join("target").join(format!("package-{}", now.as_nanos()));
    let shown = place.to_string_lossy().into_owned();
    // Together, so that cargo lets each find the others before they are published.
    let mut command = vec!["package", "--allow-dirty", "--target-dir", &shown];
    command.extend(CRATES.iter().flat_map(|name| ["-p", name]));
    // Nobody runs what is built there, or builds it again.
    let packaged = shell.cargo_with(&[("CARGO_PROFILE_DEV_DEBUG", "0"), ("CARGO_INCREMENTAL", "0")], command);
    let _ = fs::remove_dir_all(&place);
    packaged
}

/// The test binaries of the root package and the library crates, as cargo finds them.
fn test_targets(shell: &Shell) -> Outcome<Vec<String>> {
    let mut targets = Vec::new();
    for package in CRATES.iter().copied().chain(["."]) {
        let directory = shell.root().join(package).join("tests");
        let Ok(entries) = fs::read_dir(&directory) else { continue };
        for entry in entries {
            let path =
                entry.map_err(|error| Failure(format!("cannot read `{}`: {error}", directory.display())))?.path();
            if path.extension().is_some_and(|extension| extension == "rs") || path.join("main.rs").is_file() {
                targets.extend(path.file_stem().and_then(|stem| stem.to_str()).map(String::from));
            }
        }
    }
    targets.sort();
    targets.dedup();
    Ok(targets)
}
