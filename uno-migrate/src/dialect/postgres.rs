//! The SQL of PostgreSQL.

use super::{NulError, Qualified, SqlText, enclosed, without_nul};

pub(super) struct Postgres;

impl SqlText for Postgres {
    fn quote_ident(&self, name: &str) -> String {
        enclosed('"', name)
    }

    /// `E'…'` where there is a backslash: what a plain string makes of it depends on `standard_conforming_strings`.
    fn literal(&self, text: &str) -> Result<String, NulError> {
        let text = without_nul(text)?;
        Ok(if text.contains('\\') {
            format!("E{}", enclosed('\'', &text.replace('\\', "\\\\")))
        } else {
            enclosed('\'', text)
        })
    }

    fn begin(&self) -> &'static str {
        "BEGIN"
    }

    fn count_tables(&self, table: Qualified<'_>) -> Result<String, NulError> {
        Ok(format!(
            "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = {} AND relkind IN ('r', 'p', 'f')",
            self.relation(table)?
        ))
    }

    fn count_columns(&self, table: Qualified<'_>, column: &str) -> Result<String, NulError> {
        Ok(format!(
            "SELECT count(*) FROM pg_catalog.pg_attribute \
             WHERE attrelid = {} AND attname = {} AND attnum > 0 AND NOT attisdropped",
            self.relation(table)?,
            self.literal(column)?
        ))
    }

    /// An index that a failed concurrent build left behind is not usable.
    fn count_indexes(&self, table: Qualified<'_>, index: &str) -> Result<String, NulError> {
        Ok(format!(
            "SELECT count(*) FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid \
             WHERE x.indrelid = {} AND c.relname = {} AND x.indisvalid",
            self.relation(table)?,
            self.literal(index)?
        ))
    }
}

impl Postgres {
    /// What the name leads to, by the search path unless it names a schema; NULL if nothing.
    fn relation(&self, table: Qualified<'_>) -> Result<String, NulError> {
        let schema = table.schema.map(|schema| self.quote_ident(schema) + ".").unwrap_or_default();
        let name = self.literal(&(schema + &self.quote_ident(table.name)))?;
        Ok(format!("pg_catalog.to_regclass({name})"))
    }
}
