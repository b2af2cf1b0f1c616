//! The rule `grammar` beside the servers' own parsers: what they read, it lets pass.

mod judge;
mod mutants;
mod postgres;
#[path = "../support/mod.rs"]
mod support;
