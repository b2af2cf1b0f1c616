//! Migrations whose effects show when they happen twice or not at all, and what is left of them.

mod set;
mod snapshot;

pub(crate) use set::{GROUND, Set};
pub(crate) use snapshot::{difference, snapshot};
