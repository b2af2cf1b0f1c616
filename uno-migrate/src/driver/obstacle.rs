//! What stands in the way of a statement and is no mistake of its own, told by the database's code.

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

impl Obstacle {
    pub(crate) fn of(error: &sqlx::Error) -> Option<Self> {
        let error = error.as_database_error()?;
        #[cfg(feature = "postgres")]
        if let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
            return Self::of_sqlstate(error.code());
        }
        #[cfg(feature = "mysql")]
        if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
            return Self::of_number(error.number());
        }
        #[cfg(feature = "_sqlite")]
        if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
            return Self::of_result(error.code()?.parse().ok()?);
        }
        let _ = error;
        None
    }

    #[cfg(feature = "postgres")]
    fn of_sqlstate(code: &str) -> Option<Self> {
        match code {
            "42501" => Some(Self::Permission),
            "25006" => Some(Self::ReadOnly),
            "53100" | "53400" => Some(Self::Full),
            "53300" => Some(Self::Connections),
            _ => None,
        }
    }

    /// MySQL has one SQLSTATE for many of these.
    #[cfg(feature = "mysql")]
    fn of_number(number: u16) -> Option<Self> {
        match number {
            1044 | 1142 | 1143 | 1227 | 1370 => Some(Self::Permission),
            1290 | 1792 | 1836 => Some(Self::ReadOnly),
            1021 | 1114 => Some(Self::Full),
            1040 | 1203 | 1226 => Some(Self::Connections),
            _ => None,
        }
    }

    /// SQLite says more in the bytes above the lowest.
    #[cfg(feature = "_sqlite")]
    fn of_result(code: u32) -> Option<Self> {
        match code & 0xff {
            3 | 23 => Some(Self::Permission),
            8 => Some(Self::ReadOnly),
            13 => Some(Self::Full),
            _ => None,
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
