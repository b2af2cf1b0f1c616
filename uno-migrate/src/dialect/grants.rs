//! What a user has to be granted to read, keep or make a history: text for a person.

use uno_migrate_core::Dialect;

use super::{HistoryTable, sql};

impl HistoryTable {
    /// For whoever boots with nothing pending.
    pub(crate) fn grant_to_read(&self) -> String {
        format!("GRANT SELECT ON {} TO <user>", self.qualified())
    }

    /// For whoever migrates.
    pub(crate) fn grant_to_write(&self) -> String {
        let grant = |table: String| format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO <user>");
        format!("{}; {}", grant(self.qualified()), grant(self.lease()))
    }

    /// For whoever migrates first.
    pub(crate) fn grant_to_create(&self) -> String {
        let schema = sql(self.dialect).quote_ident(&self.schema);
        match self.dialect {
            Dialect::MySql => format!("GRANT CREATE ON {schema}.* TO <user>"),
            Dialect::Postgres | Dialect::Sqlite => format!("GRANT CREATE ON SCHEMA {schema} TO <user>"),
        }
    }
}
