//! The rule `grammar` beside the servers' own parsers: what they read, it lets pass.

mod judge;
mod mutants;
mod mysql;
mod postgres;
mod sqlite;
#[path = "../support/mod.rs"]
mod support;
