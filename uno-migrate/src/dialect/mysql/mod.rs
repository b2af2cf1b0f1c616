//! The SQL of MySQL and MariaDB.

use chrono::{DateTime, Utc};
use uno_migrate_core::{Effect, QualifiedName};

use super::quote::MySql;
use super::{NulError, Place, Qualified, Quote, SqlText, Type, place, settle};

/// Keeps the limits for locks with which the session began, unless it has done so before.
macro_rules! own_limits {
    () => {
        "SET @uno_migrate_tables = CAST(IFNULL(@uno_migrate_tables, @@lock_wait_timeout) AS UNSIGNED), \
         @uno_migrate_rows = CAST(IFNULL(@uno_migrate_rows, @@innodb_lock_wait_timeout) AS UNSIGNED)"
    };
}

mod chapter;
mod journal;
mod session;

pub(crate) use journal::{Beginning, Journal, Word};

/// Bytewise to the end: to `utf8mb4_bin`, blanks at the end do not count. MariaDB and MySQL have a name each, and each
/// reads the other's as a comment.
const NO_PAD: &str = "/*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */";

impl SqlText for MySql {
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

    fn settle(&self, effect: &Effect, default_schema: &str) -> Option<String> {
        settle::mysql(effect, default_schema)
    }

    fn row_keepers(&self, table: &QualifiedName) -> Option<Result<String, NulError>> {
        Some(settle::mysql_row_keepers(table))
    }

    fn untransacted(&self, statement: &str) -> Option<Result<String, NulError>> {
        Some(settle::untransacted_mysql(statement))
    }

    fn current_schema(&self) -> &'static str {
        "SELECT DATABASE()"
    }

    fn place(&self, place: Place<'_>) -> Result<String, NulError> {
        place::place(self, place, place.schema)
    }

    fn new_schema(&self, name: &str) -> String {
        format!("create it with `CREATE DATABASE {}`", self.quote_ident(name))
    }

    fn now(&self) -> &'static str {
        "UTC_TIMESTAMP(6)"
    }

    fn time(&self, at: DateTime<Utc>) -> String {
        at.format("'%Y-%m-%d %H:%M:%S%.6f'").to_string()
    }

    fn rfc3339(&self, column: &str) -> String {
        format!("DATE_FORMAT({column}, '%Y-%m-%dT%H:%i:%s.%fZ')")
    }

    fn column_type(&self, of: Type) -> String {
        match of {
            Type::Key(bytes) => format!("VARCHAR({bytes}) CHARACTER SET utf8mb4 COLLATE {NO_PAD}"),
            Type::Text => "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin".to_owned(),
            Type::Integer => "BIGINT".to_owned(),
            Type::Time => "DATETIME(6)".to_owned(),
        }
    }

    /// Transactions are needed whatever the server's default engine is.
    fn table_options(&self) -> &'static str {
        " ENGINE = InnoDB"
    }

    /// For this one statement: in the session, the setting would hold up every read of a migration as well, and fail it
    /// where another node's long statement is waited for.
    fn catch_up(&self) -> &'static str {
        "/*M! SET STATEMENT wsrep_sync_wait = 1 FOR */ SELECT 1"
    }

    fn session_user(&self) -> &'static str {
        "CURRENT_USER()"
    }

    /// `||` means "or" unless the SQL mode says otherwise.
    fn concatenated(&self, expressions: &[&str]) -> String {
        format!("CONCAT({})", expressions.join(", "))
    }
}

impl MySql {
    fn schema(&self, table: Qualified<'_>) -> Result<String, NulError> {
        table.schema.map_or_else(|| Ok("DATABASE()".to_owned()), |schema| self.literal(schema))
    }
}
