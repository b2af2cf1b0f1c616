//! The SQL of SQLite.

use super::{NulError, Qualified, SqlText, enclosed, without_nul};

pub(super) struct Sqlite;

impl SqlText for Sqlite {
    fn quote_ident(&self, name: &str) -> String {
        enclosed('"', name)
    }

    fn literal(&self, text: &str) -> Result<String, NulError> {
        Ok(enclosed('\'', without_nul(text)?))
    }

    /// Takes the write lock at once: a transaction that starts by reading cannot wait for it later.
    fn begin(&self) -> &'static str {
        "BEGIN IMMEDIATE"
    }

    fn count_tables(&self, table: Qualified<'_>) -> Result<String, NulError> {
        Ok(format!(
            "SELECT count(*) FROM pragma_table_list AS t WHERE {} AND t.type IN ('table', 'virtual')",
            self.is(table)?
        ))
    }

    fn count_columns(&self, table: Qualified<'_>, column: &str) -> Result<String, NulError> {
        Ok(format!(
            "SELECT count(*) FROM pragma_table_list AS t, pragma_table_xinfo(t.name, t.schema) AS c \
             WHERE {} AND c.name = {} COLLATE NOCASE",
            self.is(table)?,
            self.literal(column)?
        ))
    }

    fn count_indexes(&self, table: Qualified<'_>, index: &str) -> Result<String, NulError> {
        Ok(format!(
            "SELECT count(*) FROM pragma_table_list AS t, pragma_index_list(t.name, t.schema) AS i \
             WHERE {} AND i.name = {} COLLATE NOCASE",
            self.is(table)?,
            self.literal(index)?
        ))
    }
}

impl Sqlite {
    /// Names are compared as SQLite compares them; without a schema, every attached one counts.
    fn is(&self, table: Qualified<'_>) -> Result<String, NulError> {
        let name = format!("t.name = {} COLLATE NOCASE", self.literal(table.name)?);
        table.schema.map_or_else(
            || Ok(name.clone()),
            |schema| Ok(format!("{name} AND t.schema = {} COLLATE NOCASE", self.literal(schema)?)),
        )
    }
}
