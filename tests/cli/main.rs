//! The command line as somebody meets it: what it prints for each command, as text and as JSON, on every database; how it
//! ends; and what it does on a terminal.
//!
//! Answers are the same on every database but for what [`kit`] hides, so all three are compared with one snapshot.

#![cfg(unix)]

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod created;
mod dangerous;
mod documents;
mod files;
mod help;
mod import;
mod kit;
mod mistakes;
mod own_binary;
mod proven;
mod terminal;
