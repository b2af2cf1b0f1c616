//! Proof that the checks are right.
//!
//! - No false alarm: thousands of migration files, generated from a seed and written by hand, are applied, reverted and
//!   applied again on the real servers, and the checks find no error in any of them.
//! - What is broken is found: the same files are broken in many ways, and what the checks say is counted beside what the
//!   server says. `docs/proven.md` is that table.
//!
//! `cargo xtask prove` does all of it at large, and takes directories of other projects.

#[path = "../support/mod.rs"]
mod support;

mod apply;
mod broken;
mod checked;
mod corpus;
mod directory;
mod generate;
mod generated;
mod mutate;
mod oracle;
mod set;
mod tokens;
