//! SQL text, a file or folder per database. Nothing else in the crate spells SQL, and nothing here talks to a server.
//!
//! * [`quote`]: the databases, and how each writes names and texts
//! * [`session`]: what is said to a session and about sessions; this file: to the catalogue
//! * [`postgres`], [`mysql`], [`sqlite`]: both as each of them has it
//! * [`history`], [`lease`], [`grants`]: our own tables, in every database; [`record`]: a row in a message with others;
//!   [`mod@digest`]: whether a history is as it should be
//! * `live`, `foreign`: what the command line asks servers, and tables of other tools
//! * [`settle`]: whether a statement in doubt was done; [`blockers`]: who holds a lock

use chrono::{DateTime, Utc};
use uno_migrate_core::{Dialect, Effect, QualifiedName};

use crate::driver::Checkpoint;
use crate::value::Row;

mod blockers;
mod digest;
#[cfg(all(feature = "cli", any(feature = "postgres", feature = "mysql", feature = "_sqlite")))]
pub(crate) mod foreign;
mod grants;
mod history;
mod lease;
#[cfg(all(feature = "cli", any(feature = "postgres", feature = "mysql", feature = "_sqlite")))]
pub(crate) mod live;
mod mysql;
mod place;
mod postgres;
mod quote;
mod record;
mod session;
mod settle;
mod sqlite;

pub(crate) use digest::{Wanted, digest};
pub(crate) use history::{AS_READ, Extent, FORMAT, HistoryTable, Type};
pub(crate) use lease::{LEFT_AT, NOBODY, SEATED};
pub(crate) use mysql::{Beginning, Journal, Word};
pub(crate) use place::Place;
pub(crate) use quote::{NulError, Quote};
pub(crate) use record::{Prepared, Recorded, Write};
pub(crate) use session::{ForeignKeys, Presence, SessionText};
pub(crate) use settle::Settled;

/// The SQL of one database: here what stands in its catalogue and in the history.
pub(crate) trait SqlText: SessionText {
    /// Counts the tables of that name; one row, one number.
    fn count_tables(&self, table: Qualified<'_>) -> Result<String, NulError>;

    /// Counts the columns of that name in a table or view; one row, one number.
    fn count_columns(&self, table: Qualified<'_>, column: &str) -> Result<String, NulError>;

    /// Counts the usable indexes of that name on a table; one row, one number.
    fn count_indexes(&self, table: Qualified<'_>, index: &str) -> Result<String, NulError>;

    /// Looks whether a statement was done, by what it leaves in the catalogue; one row, one number, which is a
    /// [`Settled`]. `default_schema` is where the statement creates what it names without a schema.
    /// None where there is nothing of that kind.
    fn settle(&self, effect: &Effect, default_schema: &str) -> Option<String>;

    /// One row, one text, if the index that a statement builds concurrently is there and was left unusable by an earlier
    /// build: its name as it is written in SQL. None where no index can be.
    fn invalid_index(&self, _effect: &Effect) -> Option<String> {
        None
    }

    /// Drops an index without holding up writers, by its name as it is written in SQL.
    fn drop_index(&self, index: &str) -> String {
        format!("DROP INDEX {index}")
    }

    /// Counts by what rows might stay that are added to a table in a transaction that is taken back; None where nothing does.
    fn row_keepers(&self, _table: &QualifiedName) -> Option<Result<String, NulError>> {
        None
    }

    /// Counts what a statement may have changed and a transaction does not take back; None where there is no such thing.
    fn untransacted(&self, _statement: &str) -> Option<Result<String, NulError>> {
        None
    }

    /// One row, one text: the schema in which unqualified names are created; NULL where there is none.
    fn current_schema(&self) -> &'static str;

    /// One row: `home`, the schema of a history, NULL where the session has none; `history` and `lease`, not 0 if those
    /// tables are there; `behind`, where it is not and nobody has named its schema: another one in which its bare name is
    /// looked for, and that has such a table.
    fn place(&self, place: Place<'_>) -> Result<String, NulError>;

    /// What makes a schema, for a person to do.
    fn new_schema(&self, name: &str) -> String;

    /// The time by the database's clock at this very moment, UTC.
    fn now(&self) -> &'static str;

    /// A time for a column of the history table, to the microsecond where the database can.
    fn time(&self, at: DateTime<Utc>) -> String;

    /// A time of the history table as text, RFC 3339 in UTC.
    fn rfc3339(&self, column: &str) -> String;

    /// The type of a column of the history table.
    fn column_type(&self, of: Type) -> String;

    /// What follows the columns of the history table.
    fn table_options(&self) -> &'static str {
        ""
    }

    /// Waits until what the other nodes of a cluster have committed is there; nothing where there are no such clusters.
    fn catch_up(&self) -> &'static str {
        ""
    }

    /// The user that the database knows this session as; one expression.
    fn session_user(&self) -> &'static str;

    /// Fails, at the beginning of a message, where the first history row is not as it was read, or somebody was at work since,
    /// before anything is done in vain. None where a lease always keeps others out.
    fn stands(&self, _table: &HistoryTable, _write: &Write<'_>) -> Option<Result<String, NulError>> {
        None
    }

    /// Writes a history row at the end of a migration that shares its message with others. It fails, so that the message ends
    /// there, where it does not write one row, and the fence's where there are several writers, and where somebody was at work
    /// since. None where migrations do not share messages.
    fn record(&self, _table: &HistoryTable, _write: &Write<'_>) -> Option<Result<Recorded, NulError>> {
        None
    }

    /// What a message says of itself at that place, where the database answers nothing before its end; such a message ends in
    /// the beginning of a transaction.
    fn checkpoint(&self, _at: Checkpoint) -> Option<String> {
        None
    }

    /// Reads rows in any order: expressions, by the names that they get. `number` is a column in which neighbours have
    /// numbers that follow each other.
    fn select(&self, columns: &[(&str, String)], _number: &str, from: &str) -> String {
        let named = |(name, expression): &(&str, String)| match expression == name {
            true => expression.clone(),
            false => format!("{expression} AS {name}"),
        };
        format!("SELECT {} FROM {from}", columns.iter().map(named).collect::<Vec<_>>().join(", "))
    }

    /// The rows of what [`select`](Self::select) has read.
    ///
    /// # Errors
    /// It is something else.
    fn selected(&self, _columns: &[(&str, Type)], rows: Vec<Row>) -> crate::Result<Vec<Row>> {
        Ok(rows)
    }

    /// Texts one after the other.
    fn concatenated(&self, expressions: &[&str]) -> String {
        expressions.join(" || ")
    }
}

/// The SQL of a dialect.
pub(crate) fn sql(dialect: Dialect) -> &'static dyn SqlText {
    match dialect {
        Dialect::Postgres => &quote::Postgres,
        Dialect::MySql => &quote::MySql,
        Dialect::Sqlite => &quote::Sqlite,
    }
}

/// A table as a user names it: `table`, or `schema.table`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Qualified<'a> {
    pub(crate) schema: Option<&'a str>,
    pub(crate) name: &'a str,
}

impl<'a> Qualified<'a> {
    pub(crate) fn parse(name: &'a str) -> Self {
        match name.split_once('.') {
            Some((schema, name)) => Self { schema: Some(schema), name },
            None => Self { schema: None, name },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_separates_schema_and_table() {
        assert_eq!(Qualified::parse("a.b").schema, Some("a"));
        assert_eq!(Qualified::parse("b").schema, None);
    }
}
