//! In the catalogue of SQLite.
//!
//! A name without a schema is created in the default one, and looked up in every attached one.

use uno_migrate_core::{Effect, QualifiedName};

use super::{part, present, renamed};
use crate::dialect::Quote;
use crate::dialect::quote::Sqlite;

pub(in crate::dialect) fn settle(effect: &Effect, default_schema: &str) -> Option<String> {
    let object = |types: &str, name: &QualifiedName, exists: bool| {
        let schema = name.schema.as_deref().or_else(|| exists.then_some(default_schema));
        Some(present(&listed(schema, &name.name, types)?, exists))
    };
    match effect {
        Effect::Table { name, exists } => object(TABLES, name, *exists),
        Effect::View { name, exists, materialized: false } => object("'view'", name, *exists),
        Effect::TableRenamed { from, to } => Some(renamed(&table(from)?, &table(to)?)),
        Effect::Column { table: of, name, exists } => Some(part(&table(of)?, &column(of, name)?, *exists)),
        Effect::ColumnRenamed { table, from, to } => Some(renamed(&column(table, from)?, &column(table, to)?)),
        Effect::Index { table, name, exists, .. } => {
            let schema = name.schema.as_deref().or_else(|| exists.then_some(default_schema));
            Some(present(&index(schema, table.as_ref(), &name.name)?, *exists))
        }
        Effect::View { .. }
        | Effect::Schema { .. }
        | Effect::Database { .. }
        | Effect::Type { .. }
        | Effect::Constraint { .. } => None,
    }
}

const TABLES: &str = "'table', 'virtual'";

fn table(name: &QualifiedName) -> Option<String> {
    listed(name.schema.as_deref(), &name.name, TABLES)
}

fn listed(schema: Option<&str>, name: &str, types: &str) -> Option<String> {
    let name = is("t.name", name)?;
    let schema = in_schema(schema)?;
    Some(format!("EXISTS (SELECT 1 FROM pragma_table_list AS t WHERE {name}{schema} AND t.type IN ({types}))"))
}

fn column(table: &QualifiedName, column: &str) -> Option<String> {
    let (name, schema) = (is("t.name", &table.name)?, in_schema(table.schema.as_deref())?);
    let column = is("c.name", column)?;
    Some(format!(
        "EXISTS (SELECT 1 FROM pragma_table_list AS t, pragma_table_xinfo(t.name, t.schema) AS c \
         WHERE {name}{schema} AND {column})"
    ))
}

fn index(schema: Option<&str>, table: Option<&QualifiedName>, index: &str) -> Option<String> {
    let table = match table {
        Some(table) => is("t.name", &table.name)? + " AND ",
        None => String::new(),
    };
    let (schema, index) = (in_schema(schema)?, is("i.name", index)?);
    Some(format!(
        "EXISTS (SELECT 1 FROM pragma_table_list AS t, pragma_index_list(t.name, t.schema) AS i \
         WHERE {table}{index}{schema})"
    ))
}

fn in_schema(schema: Option<&str>) -> Option<String> {
    Some(match schema {
        Some(schema) => format!(" AND {}", is("t.schema", schema)?),
        None => String::new(),
    })
}

/// SQLite tells names apart without regard to the case of ASCII letters.
fn is(column: &str, name: &str) -> Option<String> {
    Some(format!("{column} = {} COLLATE NOCASE", Sqlite.literal(name).ok()?))
}
