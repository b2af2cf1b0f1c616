//! uno-migrate beside other tools. They are built apart from everything else: four tools with their drivers.

use std::path::Path;

use crate::outcome::Outcome;
use crate::shell::Shell;

const MANIFEST: &str = "benches/Cargo.toml";
const TARGET: &str = "target/benches";

/// `cargo xtask bench [--quick] [wire|scale|instructions|compile|report]…`
pub(crate) fn bench(shell: &Shell, arguments: &[String]) -> Outcome {
    shell.cargo(["fmt", "--manifest-path", MANIFEST, "--all", "--check"])?;
    let target = shell.root().join(TARGET).to_string_lossy().into_owned();
    let mut variables = vec![("CARGO_TARGET_DIR", target.as_str())];
    shell.cargo_with(&variables, ["build", "--release", "--locked", "--manifest-path", MANIFEST, "--workspace"])?;
    // Memory, where the system has it as a directory: what a disk does at the time says nothing of the tools.
    if Path::new("/dev/shm").is_dir() {
        variables.push(("TMPDIR", "/dev/shm"));
    }
    let program = format!("{TARGET}/release/uno-migrate-bench");
    shell.run(&program, &program, &variables[1..], arguments)
}
