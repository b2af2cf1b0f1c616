use crate::outcome::Outcome;
use crate::shell::Shell;

/// One thing that must be green.
pub(crate) struct Step {
    /// What `cargo xtask test <name>` says.
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Part of `cargo xtask tidy`: needs no running code.
    pub(crate) tidy: bool,
    /// What mends a failure, or helps to look into it.
    pub(crate) fix: &'static str,
    pub(crate) run: fn(&Shell) -> Outcome,
}
