//! What a run survives: being dropped, refused, cut off, and met by other versions of itself.

#[path = "../support/mod.rs"]
mod support;

#[allow(dead_code, unused_imports, reason = "shared with the conformance suite, which uses all of it")]
#[path = "../conformance/kit.rs"]
mod kit;

mod effects;
mod held;

mod cancelled;
mod connections;
mod dropped;
mod dropped_runtime;
mod first_boots;
mod foreign_keys;
mod full;
mod hygiene;
mod outages;
mod permissions;
mod skew;
