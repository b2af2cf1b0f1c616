//! The SQL of MySQL and MariaDB.

use std::fmt::Write;

use super::{NulError, Qualified, SqlText, enclosed, without_nul};

pub(super) struct MySql;

impl SqlText for MySql {
    fn quote_ident(&self, name: &str) -> String {
        enclosed('`', name)
    }

    /// In hexadecimal where the text is not plain: what a backslash means depends on `NO_BACKSLASH_ESCAPES`, and what
    /// other bytes mean on the connection's character set.
    fn literal(&self, text: &str) -> Result<String, NulError> {
        let text = without_nul(text)?;
        if text.is_ascii() && !text.contains('\\') {
            return Ok(enclosed('\'', text));
        }
        let mut literal = String::with_capacity(text.len() * 2 + 12);
        literal.push_str("_utf8mb4 X'");
        for byte in text.bytes() {
            // Writing to a String cannot fail.
            let _ = write!(literal, "{byte:02X}");
        }
        literal.push('\'');
        Ok(literal)
    }

    fn begin(&self) -> &'static str {
        "START TRANSACTION"
    }

    fn count_tables(&self, table: Qualified<'_>) -> Result<String, NulError> {
        Ok(format!(
            "SELECT count(*) FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {} AND TABLE_TYPE NOT IN ('VIEW', 'SYSTEM VIEW', 'SEQUENCE')",
            self.schema(table)?,
            self.literal(table.name)?
        ))
    }

    fn count_columns(&self, table: Qualified<'_>, column: &str) -> Result<String, NulError> {
        Ok(format!(
            "SELECT count(*) FROM information_schema.COLUMNS \
             WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {} AND COLUMN_NAME = {}",
            self.schema(table)?,
            self.literal(table.name)?,
            self.literal(column)?
        ))
    }

    fn count_indexes(&self, table: Qualified<'_>, index: &str) -> Result<String, NulError> {
        Ok(format!(
            "SELECT count(DISTINCT INDEX_NAME) FROM information_schema.STATISTICS \
             WHERE TABLE_SCHEMA = {} AND TABLE_NAME = {} AND INDEX_NAME = {}",
            self.schema(table)?,
            self.literal(table.name)?,
            self.literal(index)?
        ))
    }
}

impl MySql {
    fn schema(&self, table: Qualified<'_>) -> Result<String, NulError> {
        table.schema.map_or_else(|| Ok("DATABASE()".to_owned()), |schema| self.literal(schema))
    }
}
