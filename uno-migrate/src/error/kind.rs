//! What sort of failure it was, for programs.

use serde::Serialize;

/// What sort of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The options contradict one another, or a name that they give does not exist.
    Usage,
    /// The migrations cannot be read, or are no valid set.
    Invalid,
    /// The binary was built before its directory of migrations changed.
    Stale,
    /// No connection to the database, or it was lost.
    Connection,
    /// The history could not be read or written.
    History,
    /// A statement or the Rust code of a migration failed.
    Migration,
    /// A hook failed, or is named and not given.
    Hook,
    /// A migration was started and not finished.
    Interrupted,
    /// An applied migration is not what it was.
    Modified,
    /// The database has migrations that this set does not know.
    Ahead,
    /// A migration that this set does not know says that older binaries must not run.
    Breaking,
    /// A pending migration belongs before one that is applied.
    OutOfOrder,
    /// A migration cannot be reverted: it says so, or it has no way down.
    Irreversible,
    /// Only the down SQL stored in the database could revert it, and that is not allowed.
    StoredDown,
    /// Another instance held the lease for longer than this one may wait.
    LockTimeout,
    /// Another instance took over.
    LeaseLost,
    /// It was asked to stop.
    Cancelled,
}
