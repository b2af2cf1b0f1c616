//! Indexes.

use super::{Effect, QualifiedName};
use crate::Dialect;
use crate::cursor::Cursor;

/// From behind `CREATE`.
pub(super) fn create(c: &mut Cursor<'_>) -> Option<Effect> {
    let mysql = c.dialect() == Dialect::MySql;
    let _kind = c.word("UNIQUE") || (mysql && c.one_of(&["FULLTEXT", "SPATIAL"]));
    if !c.word("INDEX") {
        return None;
    }
    let concurrent = c.dialect() == Dialect::Postgres && c.word("CONCURRENTLY");
    c.if_not_exists();
    // PostgreSQL makes up a name where there is none.
    if c.is_at(&["ON"]) {
        return None;
    }
    let name = match c.dialect() {
        Dialect::Sqlite => c.qualified()?,
        Dialect::Postgres | Dialect::MySql => QualifiedName { schema: None, name: c.name()? },
    };
    if mysql && c.word("USING") {
        c.name()?;
    }
    // With `ONLY`, a partitioned table's index is unusable until every partition has its own.
    if !c.word("ON") || (c.dialect() == Dialect::Postgres && c.is_at(&["ONLY"])) {
        return None;
    }
    let table = c.qualified()?;
    let (table, name) = match c.dialect() {
        Dialect::Postgres => (table.clone(), QualifiedName { schema: table.schema, ..name }),
        Dialect::MySql => (table, name),
        Dialect::Sqlite => (QualifiedName { schema: name.schema.clone(), ..table }, name),
    };
    Some(Effect::Index { table: Some(table), name, exists: true, concurrent })
}

/// From behind `DROP INDEX`.
pub(super) fn drop(c: &mut Cursor<'_>) -> Option<Effect> {
    let concurrent = c.dialect() == Dialect::Postgres && c.word("CONCURRENTLY");
    c.if_exists();
    let (table, name) = if c.dialect() == Dialect::MySql {
        let name = QualifiedName { schema: None, name: c.name()? };
        if !c.word("ON") {
            return None;
        }
        (Some(c.qualified()?), name)
    } else {
        (None, c.qualified()?)
    };
    c.ends_action().then_some(Effect::Index { table, name, exists: false, concurrent })
}

/// From behind `ALTER TABLE … ADD` on MySQL, which makes up a name where there is none.
pub(super) fn add(c: &mut Cursor<'_>, table: QualifiedName) -> Option<Effect> {
    let _kind = c.one_of(&["FULLTEXT", "SPATIAL", "UNIQUE"]);
    let _index = c.one_of(&["INDEX", "KEY"]);
    c.if_not_exists();
    let name = QualifiedName { schema: None, name: c.name()? };
    let is_named = c.is_at_punctuation(b'(') || c.is_at(&["USING"]);
    is_named.then_some(Effect::Index { table: Some(table), name, exists: true, concurrent: false })
}

/// From behind `ALTER TABLE … DROP INDEX` on MySQL.
pub(super) fn drop_from(c: &mut Cursor<'_>, table: QualifiedName) -> Option<Effect> {
    c.if_exists();
    let name = QualifiedName { schema: None, name: c.name()? };
    c.ends_action().then_some(Effect::Index { table: Some(table), name, exists: false, concurrent: false })
}
