//! What a database's error means for a run. Each driver tells it by its own codes: see [`fault`](super::fault()).

/// An error that is no mistake of the statement's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Contention(Contention),
    Obstacle(Obstacle),
}

/// Somebody else was in the way, nothing was done, and it may succeed when it is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(all(feature = "mysql", feature = "_sqlite")),
    allow(dead_code, reason = "each database has some of them")
)]
pub(crate) enum Contention {
    /// Somebody else held a lock for longer than it may wait.
    Timeout,
    /// Two waited for each other, and this one was to give way; or another server of the cluster was first. The whole
    /// transaction is undone.
    Deadlock,
    /// Somebody else held SQLite's file for longer than the busy timeout.
    Busy,
}

/// Something for whoever runs the database to clear away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "_sqlite"), allow(dead_code, reason = "each database has some of them"))]
pub(crate) enum Obstacle {
    /// The user may not do that.
    Permission,
    /// Nobody may write in this session, or on this server.
    ReadOnly,
    /// There is no room left.
    Full,
    /// There is no connection left.
    Connections,
    /// The file is not what it should be.
    Damaged,
}

impl Fault {
    pub(crate) fn contention(self) -> Option<Contention> {
        match self {
            Self::Contention(contention) => Some(contention),
            Self::Obstacle(_) => None,
        }
    }

    pub(crate) fn obstacle(self) -> Option<Obstacle> {
        match self {
            Self::Obstacle(obstacle) => Some(obstacle),
            Self::Contention(_) => None,
        }
    }
}

impl Obstacle {
    /// What to do about it.
    pub(crate) fn help(self) -> &'static str {
        match self {
            Self::Permission => {
                "grant this user what it needs, or migrate as one who may: `direct_url` takes another user than the pool's"
            }
            Self::ReadOnly => {
                "it may only be read here: migrate where the database can be written to, as another user or on another \
                 server with `direct_url`"
            }
            Self::Full => "make room where the database keeps its data",
            Self::Damaged => {
                "the file is damaged, or encrypted, or no database of SQLite's: see whether the URL names the right one"
            }
            Self::Connections => {
                "a run takes up to three connections beside the pool's: allow this user and server more, or close some"
            }
        }
    }
}
