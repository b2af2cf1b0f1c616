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
    ///
    /// Told by functions: a new session that mentions a catalogue in a query has to read first what that looks like.
    pub(super) fn found(&self, place: Place<'_>) -> Result<String, NulError> {
        let Place { schema, table } = place;
        let in_home = |table: &str| {
            let table = self.literal(&format!(".{}", self.quote_ident(table)))?;
            Ok(format!("pg_catalog.to_regclass(pg_catalog.quote_ident(home) || {table})"))
        };
        let (history, lease) = (in_home(table)?, in_home(&lease_name(table))?);
        let (home, behind) = match schema {
            Some(schema) => (self.literal(schema)?, "NULL".to_owned()),
            None => {
                let anywhere = self.relation(Qualified { schema: None, name: table })?;
                // Each function sees what is committed when it is called: at home it may have been made in between.
                let behind = format!(
                    "CASE WHEN oid IS NULL AND {} THEN NULLIF({}, pg_catalog.quote_ident(home)) END",
                    is_table(&anywhere),
                    identified(&anywhere, "schema")
                );
                ("pg_catalog.current_schema()".to_owned(), behind)
            }
        };
        Ok(format!(
            "(SELECT home, oid::text AS name, oid::oid AS oid, lease, {behind} AS behind FROM (SELECT home, \
             CASE WHEN {} THEN {history} END AS oid, COALESCE({}, false)::int::bigint AS lease \
             FROM (SELECT {home}::text AS home) AS h) AS o) AS found",
            is_table(&history),
            is_table(&lease),
        ))
    }

    /// What the name leads to, by the search path unless it names a schema; NULL if nothing.
    fn relation(&self, table: Qualified<'_>) -> Result<String, NulError> {
        let schema = table.schema.map(|schema| self.quote_ident(schema) + ".").unwrap_or_default();
        let name = self.literal(&(schema + &self.quote_ident(table.name)))?;
        Ok(format!("pg_catalog.to_regclass({name})"))
    }
}

/// A condition: what is given as an expression is a table, if it is anything.
fn is_table(relation: &str) -> String {
    format!("{} IN ('table', 'foreign table')", identified(relation, "type"))
}

/// What the server says of a relation.
fn identified(relation: &str, what: &str) -> String {
    format!("(pg_catalog.pg_identify_object('pg_catalog.pg_class'::pg_catalog.regclass, {relation}, 0)).{what}")
}
