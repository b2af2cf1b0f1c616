//! The embedded set: what `embed_migrations!` makes.

use std::sync::OnceLock;

use crate::migration::{Definition, Migration};
use crate::private::Function;

/// The migrations of an application, embedded by [`embed_migrations!`](crate::embed_migrations).
#[derive(Clone, Copy)]
pub struct Migrations {
    embedded: Embedded,
}

/// What the macro writes.
#[derive(Clone, Copy)]
pub struct Embedded {
    /// [`uno_migrate_core::Index`], encoded.
    pub index: &'static [u8],
    /// The texts of its SQL files, in order.
    pub texts: &'static [&'static str],
    /// The `.rs` files of the directory, in the order of the index.
    pub coded: &'static [&'static Definition],
    /// `rust = […]`
    pub listed: &'static [&'static Definition],
    /// `include = […]`
    pub include: &'static [&'static Migrations],
    /// `hooks = { name = path }`
    pub hooks: &'static [(&'static str, Function)],
    /// `namespace = "…"`
    pub namespace: Option<&'static str>,
    /// For the checks of sets that include this one, at compile time: see the macro.
    pub ids: &'static str,
    /// Where the set stays once it is read. A function, since a constant may not refer to a static that changes.
    pub cell: fn() -> &'static Cell,
}

/// A set that is read at first use.
pub type Cell = OnceLock<Vec<Migration>>;

impl Migrations {
    /// For the macro.
    #[doc(hidden)]
    pub const fn embedded(embedded: Embedded) -> Self {
        Self { embedded }
    }
}
