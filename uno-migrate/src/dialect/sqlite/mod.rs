//! The SQL of SQLite.

use chrono::{DateTime, Utc};
use uno_migrate_core::{Effect, Timeout};

use super::quote::Sqlite;
use super::{
    ForeignKeys, HistoryTable, NulError, Place, Qualified, Quote, Recorded, SessionText, SqlText, Type, Write, place,
    settle,
};
use crate::driver::Checkpoint;
use crate::value::Row;

mod checkpoint;
mod packed;
mod record;

impl SqlText for Sqlite {
    fn count_tables(&self, table: Qualified<'_>) -> Result<String, NulError> {
        // With the name, the list has that one alone, and not thousands to choose from.
        Ok(format!(
            "SELECT count(*) FROM pragma_table_list({}) AS t WHERE {} AND t.type IN ('table', 'virtual')",
            self.literal(table.name)?,
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

    fn settle(&self, effect: &Effect, default_schema: &str) -> Option<String> {
        settle::sqlite(effect, default_schema)
    }

    fn current_schema(&self) -> &'static str {
        "SELECT 'main'"
    }

    fn place(&self, place: Place<'_>) -> Result<String, NulError> {
        place::place(self, place, Some(place.schema.unwrap_or("main")))
    }

    fn new_schema(&self, name: &str) -> String {
        format!("attach a database as {} in `on_connect`", self.quote_ident(name))
    }

    fn now(&self) -> &'static str {
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
    }

    fn time(&self, at: DateTime<Utc>) -> String {
        at.format("'%Y-%m-%dT%H:%M:%S%.3fZ'").to_string()
    }

    fn rfc3339(&self, column: &str) -> String {
        column.to_owned()
    }

    fn column_type(&self, of: Type) -> String {
        match of {
            Type::Key(_) | Type::Text | Type::Time => "TEXT".to_owned(),
            Type::Integer => "INTEGER".to_owned(),
        }
    }

    fn stands(&self, table: &HistoryTable, write: &Write<'_>) -> Option<Result<String, NulError>> {
        Some(record::stands(self, table, write))
    }

    fn record(&self, table: &HistoryTable, write: &Write<'_>) -> Option<Result<Recorded, NulError>> {
        Some(record::record(self, table, write))
    }

    fn checkpoint(&self, at: Checkpoint) -> Option<String> {
        Some(checkpoint::statement(at))
    }

    fn select(&self, columns: &[(&str, String)], number: &str, from: &str) -> String {
        packed::packed(columns, number, from)
    }

    fn selected(&self, columns: &[(&str, Type)], rows: Vec<Row>) -> crate::Result<Vec<Row>> {
        packed::unpacked(columns, &rows)
    }

    fn session_user(&self) -> &'static str {
        "'sqlite'"
    }
}

impl SessionText for Sqlite {
    /// Takes the write lock at once: a transaction that starts by reading cannot wait for it later.
    fn begin(&self) -> &'static str {
        "BEGIN IMMEDIATE"
    }

    /// Nothing is locked before the first statement.
    fn open_transaction(&self) -> &'static str {
        "BEGIN; ROLLBACK"
    }

    fn foreign_keys(&self) -> Option<ForeignKeys> {
        Some(ForeignKeys {
            read: "PRAGMA foreign_keys",
            off: "PRAGMA foreign_keys = OFF",
            on: "PRAGMA foreign_keys = ON",
            check: "PRAGMA foreign_key_check",
        })
    }

    /// SQLite locks the file, not tables; how long it waits for that is its busy timeout, which the connection's
    /// options set.
    fn limits(&self, _lock: Option<Timeout>, _statement: Option<Timeout>, _in_transaction: bool) -> Vec<String> {
        Vec::new()
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
