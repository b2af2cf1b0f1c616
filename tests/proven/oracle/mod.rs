//! What the real servers say of a text.

mod mysql;
mod postgres;
mod sqlite;

use uno_migrate::Dialect;

pub(crate) use mysql::MySqlOracle;
pub(crate) use postgres::PostgresOracle;
pub(crate) use sqlite::SqliteOracle;

use crate::mutate::Sections;

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// It runs, whatever it does.
    Accepts,
    /// The grammar does not have it.
    Grammar,
    /// It fails when it is run.
    Refuses,
}

/// What a runner is asked to do.
pub(crate) struct Question {
    /// What was applied and committed before.
    pub(crate) before: Vec<Sections>,
    pub(crate) sections: Sections,
}

/// The server of one database, with a database of its own.
pub(crate) enum Oracle {
    Postgres(PostgresOracle),
    MySql(MySqlOracle),
    Sqlite(SqliteOracle),
}

impl Oracle {
    pub(crate) async fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => Self::Postgres(PostgresOracle::new().await),
            Dialect::MySql => Self::MySql(MySqlOracle::new().await),
            Dialect::Sqlite => Self::Sqlite(SqliteOracle::default()),
        }
    }

    /// Runs the way up, and then the way down, in a state that nobody else sees.
    pub(crate) async fn ask(&mut self, question: &Question) -> Verdict {
        match self {
            Self::Postgres(oracle) => oracle.ask(question).await,
            Self::MySql(oracle) => oracle.ask(question).await,
            Self::Sqlite(oracle) => oracle.ask(question),
        }
    }

    /// Asks for the grammar alone; what the server says against it.
    pub(crate) async fn grammar(&mut self, text: &str) -> Result<(), String> {
        match self {
            Self::Postgres(oracle) => oracle.grammar(text).await,
            Self::MySql(oracle) => oracle.grammar(text).await,
            Self::Sqlite(oracle) => oracle.grammar(text),
        }
    }
}
