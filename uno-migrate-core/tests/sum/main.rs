//! `uno.sum`: what it says of a set, and what is said of a set that it does not fit.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cost;
mod damaged;
mod diverged;
mod kit;
mod merged;
mod places;
mod properties;
mod proven;
