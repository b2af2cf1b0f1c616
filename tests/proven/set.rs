//! A set of migrations for one database or several.

use uno_migrate::Dialect;

/// Files that belong together, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MigrationSet {
    /// Where it comes from.
    pub(crate) name: String,
    pub(crate) dialects: Vec<Dialect>,
    pub(crate) files: Vec<(String, String)>,
}
