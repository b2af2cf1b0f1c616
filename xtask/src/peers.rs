//! Projects of other Rust tools, adopted. They are built apart from everything else: four tools with their drivers.

use crate::outcome::Outcome;
use crate::shell::Shell;

const MANIFEST: &str = "tests/peers/Cargo.toml";

/// `cargo xtask peers`
pub(crate) fn peers(shell: &Shell) -> Outcome {
    shell.cargo(["fmt", "--manifest-path", MANIFEST, "--check"])?;
    let servers = shell.servers().variables()?;
    let mut variables: Vec<_> = servers.iter().map(|(name, url)| (*name, url.as_str())).collect();
    variables.push(("CARGO_TARGET_DIR", "target/peers"));
    shell.cargo_with(&variables, ["test", "--locked", "--manifest-path", MANIFEST])
}
