//! What a database's error means, told by its code, once for everybody who asks: each driver knows its own codes.

/// An error that is no mistake of the statement's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Contention(Contention),
    Obstacle(Obstacle),
}

/// Somebody else was in the way, nothing was done, and it may succeed when it is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
pub(crate) enum Obstacle {
    /// The user may not do that.
    Permission,
    /// Nobody may write in this session, or on this server.
    ReadOnly,
    /// There is no room left.
    Full,
    /// There is no connection left.
    Connections,
}

impl Fault {
    pub(crate) fn of(error: &sqlx::Error) -> Option<Self> {
        let error = error.as_database_error()?;
        #[cfg(feature = "postgres")]
        if let Some(fault) = super::postgres::fault(error) {
            return Some(fault);
        }
        #[cfg(feature = "mysql")]
        if let Some(fault) = super::mysql::fault(error) {
            return Some(fault);
        }
        #[cfg(feature = "_sqlite")]
        if let Some(fault) = super::sqlite::fault(error) {
            return Some(fault);
        }
        let _ = error;
        None
    }
}

impl Contention {
    pub(crate) fn of(error: &sqlx::Error) -> Option<Self> {
        match Fault::of(error)? {
            Fault::Contention(contention) => Some(contention),
            Fault::Obstacle(_) => None,
        }
    }
}

impl Obstacle {
    pub(crate) fn of(error: &sqlx::Error) -> Option<Self> {
        match Fault::of(error)? {
            Fault::Obstacle(obstacle) => Some(obstacle),
            Fault::Contention(_) => None,
        }
    }

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
            Self::Connections => {
                "a run takes up to three connections beside the pool's: allow this user and server more, or close some"
            }
        }
    }
}
