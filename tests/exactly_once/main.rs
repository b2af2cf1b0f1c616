//! Any number of instances may boot at once, stop anywhere, or sleep: each migration takes effect once.

#[path = "../support/mod.rs"]
mod support;

mod kit;
mod lost;
mod order;
mod settings;
mod taking_over;
mod together;
mod waiting;
