//! In the catalogue of MySQL and MariaDB.
//!
//! It compares names without regard to case, and to accents, even where files, and so tables, do regard them.

use uno_migrate_core::{ConstraintKind, ConstraintState, Effect, QualifiedName};

use super::{part, present, renamed};
use crate::dialect::quote::MySql;
use crate::dialect::{NulError, Quote};

pub(in crate::dialect) fn settle(effect: &Effect, default_schema: &str) -> Option<String> {
    let catalogue = Catalogue { default_schema };
    match effect {
        Effect::Table { name, exists } => Some(present(&catalogue.table(name, TABLES)?, *exists)),
        Effect::View { name, exists, materialized: false } => {
            Some(present(&catalogue.table(name, "TABLE_TYPE = 'VIEW'")?, *exists))
        }
        Effect::TableRenamed { from, to } => {
            Some(renamed(&catalogue.table(from, ANYTHING)?, &catalogue.table(to, ANYTHING)?))
        }
        Effect::Schema { name, exists } => {
            let name = object("SCHEMA_NAME", name)?;
            Some(present(&format!("EXISTS (SELECT 1 FROM information_schema.SCHEMATA WHERE {name})"), *exists))
        }
        Effect::Column { table, name, exists } => {
            Some(part(&catalogue.table(table, ANYTHING)?, &catalogue.column(table, name)?, *exists))
        }
        Effect::ColumnRenamed { table, from, to } => {
            Some(renamed(&catalogue.column(table, from)?, &catalogue.column(table, to)?))
        }
        Effect::Index { table: Some(table), name, exists, .. } => {
            let index = catalogue.part_of(table, "STATISTICS", "INDEX_NAME", &name.name, ANYTHING)?;
            Some(part(&catalogue.table(table, ANYTHING)?, &index, *exists))
        }
        Effect::Constraint { state: ConstraintState::Validated, .. } => None,
        Effect::Constraint { table, name, kind, state } => {
            let kind = match kind {
                Some(ConstraintKind::Check) => "CONSTRAINT_TYPE = 'CHECK'",
                Some(ConstraintKind::ForeignKey) => "CONSTRAINT_TYPE = 'FOREIGN KEY'",
                Some(ConstraintKind::Unique) => "CONSTRAINT_TYPE = 'UNIQUE'",
                Some(ConstraintKind::Other) | None => ANYTHING,
            };
            let constraint = catalogue.part_of(table, "TABLE_CONSTRAINTS", "CONSTRAINT_NAME", name, kind)?;
            Some(part(&catalogue.table(table, ANYTHING)?, &constraint, *state != ConstraintState::Absent))
        }
        Effect::View { .. } | Effect::Database { .. } | Effect::Type { .. } | Effect::Index { .. } => None,
    }
}

/// The tables whose engine has no transactions: of the current database, and of those that the statement may name. The server
/// opens no others for it: it would wait for whoever is changing them.
pub(in crate::dialect) fn untransacted(statement: &str) -> Result<String, NulError> {
    let statement = MySql.literal(statement)?;
    Ok(format!(
        "{UNTRANSACTED} AND (TABLE_SCHEMA = DATABASE() OR (LOCATE(TABLE_SCHEMA, {statement}) > 0 AND LOCATE(TABLE_NAME, {statement}) > 0))"
    ))
}

/// By what rows might stay that are added to a table in a transaction that is taken back: tables of its schema, triggers of its
/// own, which may write anywhere, or that it is none. The server would look through all schemas unless one is named.
pub(in crate::dialect) fn row_keepers(table: &QualifiedName) -> Result<String, NulError> {
    let schema = table.schema.as_deref().map_or_else(|| Ok("DATABASE()".to_owned()), |schema| MySql.literal(schema))?;
    let name = MySql.literal(&table.name)?;
    Ok(format!(
        "SELECT ({UNTRANSACTED} AND TABLE_SCHEMA = {schema}) \
         + (SELECT COUNT(*) FROM information_schema.TRIGGERS \
         WHERE EVENT_OBJECT_SCHEMA = {schema} AND EVENT_OBJECT_TABLE = {name}) \
         + (SELECT COUNT(*) = 0 FROM information_schema.TABLES \
         WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {name} AND TABLE_TYPE = 'BASE TABLE')"
    ))
}

const UNTRANSACTED: &str = "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' \
                            AND ENGINE NOT IN (SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES')";

const ANYTHING: &str = "TRUE";

/// With and without versions.
const TABLES: &str = "TABLE_TYPE NOT IN ('VIEW', 'SYSTEM VIEW', 'SEQUENCE')";

struct Catalogue<'a> {
    default_schema: &'a str,
}

impl Catalogue<'_> {
    fn table(&self, table: &QualifiedName, and: &str) -> Option<String> {
        let table = self.is_table(table)?;
        Some(format!("EXISTS (SELECT 1 FROM information_schema.TABLES WHERE {table} AND {and})"))
    }

    fn column(&self, table: &QualifiedName, column: &str) -> Option<String> {
        self.part_of(table, "COLUMNS", "COLUMN_NAME", column, ANYTHING)
    }

    fn part_of(&self, table: &QualifiedName, view: &str, column: &str, name: &str, and: &str) -> Option<String> {
        let (table, name) = (self.is_table(table)?, MySql.literal(name).ok()?);
        Some(format!(
            "EXISTS (SELECT 1 FROM information_schema.{view} \
             WHERE {table} AND LOWER(CONVERT({column} USING utf8mb4)) = LOWER({name}) COLLATE utf8mb4_bin AND {and})"
        ))
    }

    fn is_table(&self, table: &QualifiedName) -> Option<String> {
        let schema = object("TABLE_SCHEMA", table.schema.as_deref().unwrap_or(self.default_schema))?;
        let table = object("TABLE_NAME", &table.name)?;
        Some(format!("{schema} AND {table}"))
    }
}

/// Whether a column has the name of a schema or table. The first condition lets the server look it up, the second is
/// exact.
fn object(column: &str, name: &str) -> Option<String> {
    let name = MySql.literal(name).ok()?;
    Some(format!(
        "{column} = {name} AND (@@lower_case_table_names > 0 \
         OR CONVERT({column} USING utf8mb4) = {name} COLLATE utf8mb4_bin)"
    ))
}
