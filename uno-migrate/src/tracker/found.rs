//! What is found where a history is looked for.

use crate::error::Result;
use crate::value::Row;

#[derive(Debug, Clone, Default)]
pub(crate) struct Found {
    /// The schema of the history; none where the connection has none.
    pub(crate) home: Option<String>,
    /// Whether the history is there.
    pub(crate) history: bool,
    /// Whether the table of the lease is.
    pub(crate) lease: bool,
    /// Without a history there: a schema later in the search path that has one.
    pub(crate) behind: Option<String>,
}

impl Found {
    pub(crate) fn read(row: &Row) -> Result<Self> {
        let is_there = |column: &str| -> Result<bool> { Ok(row.get::<i64>(column)? != 0) };
        Ok(Self {
            home: row.get("home")?,
            history: is_there("history")?,
            lease: is_there("lease")?,
            behind: row.get("behind")?,
        })
    }
}
