//! What all tools are given to do, and how a program says to the harness when it does it.

mod migration;
mod turn;

pub use migration::{Form, Migration};
pub use turn::{Arguments, Database, Turn};
