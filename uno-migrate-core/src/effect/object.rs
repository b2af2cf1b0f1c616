//! Views, types, schemas and databases.

use super::Effect;
use crate::Dialect;
use crate::cursor::Cursor;

pub(super) fn create_view(c: &mut Cursor<'_>, materialized: bool) -> Option<Effect> {
    c.if_not_exists();
    let name = c.qualified()?;
    Some(Effect::View { name, exists: true, materialized })
}

pub(super) fn drop_view(c: &mut Cursor<'_>, materialized: bool) -> Option<Effect> {
    c.if_exists();
    let name = c.qualified()?;
    c.ends_drop().then_some(Effect::View { name, exists: false, materialized })
}

/// Not `CREATE TYPE name`, which only announces one.
pub(super) fn create_type(c: &mut Cursor<'_>) -> Option<Effect> {
    let name = c.qualified()?;
    (c.is_at(&["AS"]) || c.is_at_punctuation(b'(')).then_some(Effect::Type { name, exists: true })
}

pub(super) fn drop_type(c: &mut Cursor<'_>) -> Option<Effect> {
    c.if_exists();
    let name = c.qualified()?;
    c.ends_drop().then_some(Effect::Type { name, exists: false })
}

/// From behind `CREATE SCHEMA` or `CREATE DATABASE`. A schema may be created with what is in it, which is more than one
/// action.
pub(super) fn create_schema(c: &mut Cursor<'_>, is_database: bool) -> Option<Effect> {
    c.if_not_exists();
    if c.is_at(&["AUTHORIZATION"]) {
        return None;
    }
    let name = c.name()?;
    if c.dialect() == Dialect::Postgres && !is_database {
        if c.word("AUTHORIZATION") {
            c.name()?;
        }
        if !c.is_at_end() {
            return None;
        }
    }
    schema(c.dialect(), is_database, name, true)
}

/// From behind `DROP SCHEMA` or `DROP DATABASE`.
pub(super) fn drop_schema(c: &mut Cursor<'_>, is_database: bool) -> Option<Effect> {
    c.if_exists();
    let name = c.name()?;
    let is_forced = c.dialect() == Dialect::Postgres && is_database && !c.is_at_punctuation(b',');
    if is_forced || c.ends_drop() { schema(c.dialect(), is_database, name, false) } else { None }
}

fn schema(dialect: Dialect, is_database: bool, name: String, exists: bool) -> Option<Effect> {
    match dialect {
        Dialect::Postgres if is_database => Some(Effect::Database { name, exists }),
        Dialect::Postgres | Dialect::MySql => Some(Effect::Schema { name, exists }),
        Dialect::Sqlite => None,
    }
}
