//! Where SQLite asks whether to go on, while nobody hears of it otherwise: it compares two texts, and how they compare is said by
//! us, who so learn how far it is.

use super::record::FAIL;

/// The name of that comparison.
pub(crate) const COLLATION: &str = "uno_migrate_checkpoint";

/// One statement has ended, or several, and another one is to begin.
const STATEMENT: &str = "statement";

/// All have ended, and the migration's row is to be written.
pub(crate) const ROW: &str = "row";

/// Fails where nothing is to follow.
pub(super) fn between_statements() -> String {
    format!("{FAIL} {}", ends(STATEMENT))
}

/// An expression: whether nothing is to follow.
pub(super) fn ends(kind: &str) -> String {
    format!("'{kind}' = 'end' COLLATE {COLLATION}")
}
