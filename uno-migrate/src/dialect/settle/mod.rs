//! Looking whether a statement in doubt was done: what each `Effect` is in each catalogue.
//!
//! The queries look at a session like the migration's, on PostgreSQL with its search path, and see what is committed.

mod mysql;
mod postgres;
mod sqlite;
#[cfg(test)]
#[cfg(all(feature = "postgres", feature = "mysql", feature = "sqlite"))]
mod tests;

pub(super) use mysql::{row_keepers as mysql_row_keepers, settle as mysql, untransacted as untransacted_mysql};
pub(super) use postgres::{invalid_index as invalid_postgres_index, settle as postgres};
pub(super) use sqlite::settle as sqlite;

/// What the catalogue says about a statement in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Its effect is not there: 0.
    NotDone,
    /// Its effect is there: 1.
    Done,
    /// Its effect is there and cannot be used, as an invalid index or a constraint that was never validated: 2.
    Unusable,
    /// Both could be, as when a table of that name is there in another schema of the search path: any other number.
    Unclear,
}

impl From<i64> for Settled {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::NotDone,
            1 => Self::Done,
            2 => Self::Unusable,
            _ => Self::Unclear,
        }
    }
}

/// Done if it is there.
fn there(is_there: &str) -> String {
    format!("SELECT CASE WHEN {is_there} THEN 1 ELSE 0 END")
}

/// Done if it is there or is not, as wanted.
fn present(is_there: &str, wanted: bool) -> String {
    if wanted { there(is_there) } else { there(&format!("NOT {is_there}")) }
}

/// The same for a part of a table: nothing is dropped from a table that is not there.
fn part(is_table_there: &str, is_there: &str, wanted: bool) -> String {
    if wanted { there(is_there) } else { there(&format!("{is_table_there} AND NOT {is_there}")) }
}

/// Done if only the new name is there.
fn renamed(is_old_there: &str, is_new_there: &str) -> String {
    format!(
        "SELECT CASE WHEN NOT {is_old_there} AND {is_new_there} THEN 1 \
         WHEN {is_old_there} AND NOT {is_new_there} THEN 0 ELSE 3 END"
    )
}
