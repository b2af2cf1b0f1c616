//! How an embedded set was read, so that its directories can be read the same way again.

use uno_migrate_core::{Coded, Options, Root};

/// The directories of an embedded set, and how they were proven. Of what only the compiler sees (`rust = […]`,
/// `include = […]`) it says no more than that there is some.
#[doc(hidden)]
#[derive(Debug, Clone, Default)]
pub struct Embedding {
    /// Where they were while compiling; empty where the application has no debug assertions.
    pub roots: Vec<Root>,
    /// The `.rs` files among them.
    pub coded: Vec<Coded>,
    /// How they were proven.
    pub options: Options,
}
