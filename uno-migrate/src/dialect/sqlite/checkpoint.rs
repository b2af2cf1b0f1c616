//! Where SQLite asks whether to go on, while nobody hears of it otherwise: it compares two texts, and how they compare is said by
//! us, who so learn how far it is.

use super::record::FAIL;
use crate::driver::Checkpoint;

/// A statement that fails where nothing is to follow.
pub(super) fn statement(checkpoint: Checkpoint) -> String {
    format!("{FAIL} {}", ends(checkpoint))
}

/// An expression: whether nothing is to follow.
pub(super) fn ends(checkpoint: Checkpoint) -> String {
    format!("'{}' = 'end' COLLATE {}", checkpoint.name(), Checkpoint::COLLATION)
}
