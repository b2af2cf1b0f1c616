//! The SQL of PostgreSQL.

use chrono::{DateTime, Utc};
use uno_migrate_core::Effect;

use super::lease::lease_name;
use super::quote::Postgres;
use super::{HistoryTable, NulError, Place, Qualified, Quote, Recorded, SqlText, Type, Write, settle};

mod record;
mod session;

impl SqlText for Postgres {
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

    fn settle(&self, effect: &Effect, default_schema: &str) -> Option<String> {
        settle::postgres(effect, default_schema)
    }

    fn invalid_index(&self, effect: &Effect) -> Option<String> {
        settle::invalid_postgres_index(effect)
    }

    fn drop_index(&self, index: &str) -> String {
        format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")
    }

    fn current_schema(&self) -> &'static str {
        "SELECT current_schema()::text"
    }

    fn place(&self, place: Place<'_>) -> Result<String, NulError> {
        Ok(format!("SELECT {PLACE} FROM {}", self.found(place)?))
    }

    fn new_schema(&self, name: &str) -> String {
        format!("create it with `CREATE SCHEMA {}`", self.quote_ident(name))
    }

    /// Not `now()`, which is the same for all statements of a message.
    fn now(&self) -> &'static str {
        "clock_timestamp()"
    }

    fn time(&self, at: DateTime<Utc>) -> String {
        at.format("'%Y-%m-%d %H:%M:%S%.6f+00'::timestamptz").to_string()
    }

    fn rfc3339(&self, column: &str) -> String {
        format!(r#"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"#)
    }

    fn column_type(&self, of: Type) -> String {
        match of {
            Type::Key(bytes) => format!(r#"varchar({bytes}) COLLATE "C""#),
            Type::Text => "text".to_owned(),
            Type::Integer => "bigint".to_owned(),
            Type::Time => "timestamptz".to_owned(),
        }
    }

    fn record(&self, table: &HistoryTable, write: &Write<'_>) -> Option<Result<Recorded, NulError>> {
        Some(record::record(table, write, write.lease?).map(Recorded::Prepared))
    }

    fn session_user(&self) -> &'static str {
        "session_user::text"
    }
}

/// What [`SqlText::place`] tells, of what [`Postgres::found`] finds.
pub(super) const PLACE: &str = "home, (oid IS NOT NULL)::int::bigint AS history, lease, behind";

impl Postgres {
    /// A table expression of one row: `home`, the schema; `name`, that of the history, as it is written in SQL; its `oid`,
    /// NULL where there is none; `lease`; and `behind`.
    pub(super) fn found(&self, place: Place<'_>) -> Result<String, NulError> {
        let Place { schema, table } = place;
        let in_home = |table: &str| {
            let table = self.literal(&format!(".{}", self.quote_ident(table)))?;
            Ok(format!("pg_catalog.quote_ident(home) || {table}"))
        };
        let (name, lease) = (in_home(table)?, in_home(&lease_name(table))?);
        let (home, behind) = match schema {
            Some(schema) => (self.literal(schema)?, "NULL".to_owned()),
            None => {
                let table = self.literal(table)?;
                let behind = format!(
                    "CASE WHEN oid IS NULL THEN (SELECT n.nspname::text FROM pg_catalog.pg_class c \
                     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                     WHERE c.relname = {table} AND c.relkind IN ('r', 'p', 'f') \
                     AND n.nspname = ANY (pg_catalog.current_schemas(false)) AND n.nspname <> home \
                     ORDER BY pg_catalog.array_position(pg_catalog.current_schemas(false), n.nspname) LIMIT 1) END"
                );
                ("pg_catalog.current_schema()".to_owned(), behind)
            }
        };
        let is_table = "relkind IN ('r', 'p', 'f')";
        Ok(format!(
            "(SELECT home, name, oid, lease, {behind} AS behind FROM (SELECT home, name, \
             (SELECT oid FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass(name) AND {is_table}) AS oid, \
             (SELECT count(*) FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass({lease}) AND {is_table}) AS lease \
             FROM (SELECT home, {name} AS name FROM (SELECT {home}::text AS home) AS h) AS n) AS o) AS found"
        ))
    }

    /// What the name leads to, by the search path unless it names a schema; NULL if nothing.
    fn relation(&self, table: Qualified<'_>) -> Result<String, NulError> {
        let schema = table.schema.map(|schema| self.quote_ident(schema) + ".").unwrap_or_default();
        let name = self.literal(&(schema + &self.quote_ident(table.name)))?;
        Ok(format!("pg_catalog.to_regclass({name})"))
    }
}
