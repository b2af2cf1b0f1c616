//! In PostgreSQL's catalogue.
//!
//! A name without a schema is created in the first schema of the search path, and found in the first that has it. So
//! what is dropped may uncover another one of that name: then looking tells nothing.

use uno_migrate_core::{ConstraintState, Effect, QualifiedName};

use super::{part, present, renamed, there};
use crate::dialect::Quote;
use crate::dialect::quote::Postgres;

pub(in crate::dialect) fn settle(effect: &Effect, default_schema: &str) -> Option<String> {
    let object = |kind: Kind, name: &QualifiedName, exists: bool| {
        let created = QualifiedName {
            schema: Some(name.schema.clone().unwrap_or_else(|| default_schema.to_owned())),
            name: name.name.clone(),
        };
        let (is_here, is_found) = (kind.exists(&created)?, kind.exists(name)?);
        Some(if exists || name.schema.is_some() {
            present(&is_here, exists)
        } else {
            format!("SELECT CASE WHEN {is_here} THEN 0 WHEN {is_found} THEN 3 ELSE 1 END")
        })
    };
    match effect {
        Effect::Table { name, exists } => object(Kind::Table, name, *exists),
        Effect::View { name, exists, materialized: false } => object(Kind::View, name, *exists),
        Effect::View { name, exists, materialized: true } => object(Kind::MaterializedView, name, *exists),
        Effect::Type { name, exists } => object(Kind::Type, name, *exists),
        Effect::Index { table: None, name, exists: false, .. } => object(Kind::Index, name, false),
        Effect::TableRenamed { from, to } => Some(renamed(&Kind::Relation.exists(from)?, &Kind::Relation.exists(to)?)),
        Effect::Schema { name, exists } => {
            let name = literal(name)?;
            Some(present(&format!("EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = {name})"), *exists))
        }
        Effect::Database { name, exists } => {
            let name = literal(name)?;
            Some(present(&format!("EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = {name})"), *exists))
        }
        Effect::Column { table, name, exists } => {
            Some(part(&Kind::Relation.exists(table)?, &column(table, name)?, *exists))
        }
        Effect::ColumnRenamed { table, from, to } => Some(renamed(&column(table, from)?, &column(table, to)?)),
        Effect::Index { table: Some(table), name, exists: true, .. } => index(table, &name.name),
        Effect::Index { .. } => None,
        Effect::Constraint { table, name, state, .. } => constraint(table, name, *state),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Table,
    View,
    MaterializedView,
    Index,
    /// Any of these, and sequences: they share their names.
    Relation,
    Type,
}

impl Kind {
    /// Whether the name leads to one, by the search path unless it names a schema.
    fn exists(self, name: &QualifiedName) -> Option<String> {
        let kinds = match self {
            Self::Table => " AND relkind IN ('r', 'p', 'f')",
            Self::View => " AND relkind = 'v'",
            Self::MaterializedView => " AND relkind = 'm'",
            Self::Index => " AND relkind IN ('i', 'I')",
            Self::Relation => "",
            // Not the type of a table's rows, nor one that is only announced.
            Self::Type => {
                let r#type = resolved("to_regtype", name)?;
                return Some(format!(
                    "EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.oid = {type} AND t.typisdefined AND NOT EXISTS \
                     (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c'))"
                ));
            }
        };
        let relation = relation(name)?;
        Some(format!("EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = {relation}{kinds})"))
    }
}

fn column(table: &QualifiedName, column: &str) -> Option<String> {
    let (table, column) = (relation(table)?, literal(column)?);
    Some(format!(
        "EXISTS (SELECT FROM pg_catalog.pg_attribute \
         WHERE attrelid = {table} AND attname = {column} AND attnum > 0 AND NOT attisdropped)"
    ))
}

fn index(table: &QualifiedName, index: &str) -> Option<String> {
    let (table, index) = (relation(table)?, literal(index)?);
    Some(format!(
        "SELECT COALESCE((SELECT CASE WHEN x.indisvalid THEN 1 ELSE 2 END FROM pg_catalog.pg_index x \
         JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid WHERE x.indrelid = {table} AND c.relname = {index}), 0)"
    ))
}

/// The name of the index that a statement builds, with its schema, where an earlier build left it unusable.
pub(in crate::dialect) fn invalid_index(effect: &Effect) -> Option<String> {
    let Effect::Index { table: Some(table), name, exists: true, concurrent: true } = effect else { return None };
    let (table, index) = (relation(table)?, literal(&name.name)?);
    Some(format!(
        "SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_index x \
         JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
         WHERE x.indrelid = {table} AND c.relname = {index} AND NOT x.indisvalid"
    ))
}

fn constraint(table: &QualifiedName, name: &str, state: ConstraintState) -> Option<String> {
    let (oid, name) = (relation(table)?, literal(name)?);
    let from = format!("FROM pg_catalog.pg_constraint WHERE conrelid = {oid} AND conname = {name}");
    let exists = format!("EXISTS (SELECT {from})");
    Some(match state {
        ConstraintState::Exists => there(&exists),
        ConstraintState::Valid => {
            format!("SELECT COALESCE((SELECT CASE WHEN convalidated THEN 1 ELSE 2 END {from}), 0)")
        }
        ConstraintState::Validated => there(&format!("EXISTS (SELECT {from} AND convalidated)")),
        ConstraintState::Absent => part(&Kind::Relation.exists(table)?, &exists, false),
    })
}

fn relation(name: &QualifiedName) -> Option<String> {
    resolved("to_regclass", name)
}

/// What a name leads to; NULL if nothing.
fn resolved(function: &str, name: &QualifiedName) -> Option<String> {
    let schema = name.schema.as_deref().map(|schema| Postgres.quote_ident(schema) + ".").unwrap_or_default();
    let name = literal(&(schema + &Postgres.quote_ident(&name.name)))?;
    Some(format!("pg_catalog.{function}({name})"))
}

fn literal(text: &str) -> Option<String> {
    Postgres.literal(text).ok()
}
