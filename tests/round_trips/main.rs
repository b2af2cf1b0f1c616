//! What a run costs on the wire, counted exactly: how often it waits for the server, and how much is sent.

#[path = "../support/mod.rs"]
mod support;

#[allow(dead_code, unused_imports, reason = "shared with the conformance suite, which uses all of it")]
#[path = "../conformance/kit.rs"]
mod kit;

mod agreed;
mod differences;
mod embedded;
mod farewell;
mod nothing_pending;
mod read_once;
mod sessions;
mod something_pending;
mod wire;
