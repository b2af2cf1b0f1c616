//! Any number of instances may boot at once, stop anywhere, or sleep: each migration takes effect once.

#[path = "../support/mod.rs"]
mod support;

#[allow(dead_code, reason = "shared with the conformance tests, which use all of it")]
#[path = "../conformance/kit.rs"]
mod ask;
mod kit;
mod lost;
mod order;
mod settings;
mod taking_over;
mod together;
mod waiting;
