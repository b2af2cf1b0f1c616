//! `CREATE TABLE`, `DROP TABLE`, `RENAME TABLE`.

use super::{Effect, QualifiedName};
use crate::Dialect;
use crate::cursor::{Cursor, Nested};
use crate::lex::TokenKind;

pub(super) fn create(c: &mut Cursor<'_>) -> Option<Effect> {
    c.if_not_exists();
    let name = c.qualified()?;
    let is_partition = c.dialect() == Dialect::Postgres && c.words(&["PARTITION", "OF"]);
    let is_defined = is_partition || (c.is_at_punctuation(b'(') && !is_query(c));
    (is_defined && !c.rest().any(|token| copies(c.dialect(), token))).then_some(Effect::Table { name, exists: true })
}

/// Whether what is in parentheses is where the rows come from. `SELECT` is found wherever it stands.
fn is_query(c: &Cursor<'_>) -> bool {
    let first = c.rest().nth(1);
    first.is_some_and(|first| first.kind == TokenKind::Punctuation(b'(') || first.is_one(&["TABLE", "VALUES", "WITH"]))
}

/// Whether a token of a table's definition may bring in rows, or another table's definition. Literals, and the
/// expressions of checks and defaults, stand deeper.
fn copies(dialect: Dialect, token: Nested<'_>) -> bool {
    let by_depth: &[&str] = match token.depth {
        0 if dialect == Dialect::MySql => &["AS", "IGNORE", "LIKE", "REPLACE", "START", "TABLE", "VALUES", "WITH"],
        0 => &["AS", "LIKE"],
        1 => &["LIKE"],
        _ => &[],
    };
    token.is("SELECT") || token.is_one(by_depth)
}

pub(super) fn drop(c: &mut Cursor<'_>) -> Option<Effect> {
    c.if_exists();
    let name = c.qualified()?;
    c.ends_drop().then_some(Effect::Table { name, exists: false })
}

/// `RENAME TABLE a TO b`, which may move the table to another database.
pub(crate) fn rename(c: &mut Cursor<'_>) -> Option<Effect> {
    c.if_exists();
    let from = c.qualified()?;
    if !c.word("TO") || !c.is_one_action() {
        return None;
    }
    renamed(c, from)
}

/// The new name, behind the old one.
pub(super) fn renamed(c: &mut Cursor<'_>, from: QualifiedName) -> Option<Effect> {
    let to = match c.dialect() {
        Dialect::MySql => c.qualified()?,
        // It stays where it is.
        Dialect::Postgres | Dialect::Sqlite => QualifiedName { schema: from.schema.clone(), name: c.name()? },
    };
    // Where a table goes that is named with its database, to a name without one, is the session's to say.
    let is_plain = from.schema.is_some() == to.schema.is_some();
    let is_same_schema = match (&from.schema, &to.schema) {
        (Some(from), Some(to)) => c.is_same(from, to),
        _ => true,
    };
    let is_same = is_same_schema && c.is_same(&from.name, &to.name);
    (is_plain && !is_same && c.ends_action()).then_some(Effect::TableRenamed { from, to })
}
