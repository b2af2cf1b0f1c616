//! `$1, $2, …` on every database.

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use uno_migrate_core::{Dialect, Placeholder, placeholders};

use crate::value::Value;

/// The statement and its values as the driver wants them: MySQL knows only `?`, each with a value of its own.
pub(super) fn bind(dialect: Dialect, sql: SqlStr, values: Vec<Value>) -> Result<(SqlStr, Vec<Value>), String> {
    let placeholders = placeholders(dialect, sql.as_str());
    let numbers =
        placeholders.iter().map(|placeholder| number(sql.as_str(), placeholder)).collect::<Result<Vec<_>, _>>()?;
    let wanted = numbers.iter().copied().max().unwrap_or(0);
    if wanted != values.len() {
        let plural = if wanted == 1 { "" } else { "s" };
        return Err(format!("the statement has {wanted} placeholder{plural}, and {} were given values", values.len()));
    }
    if dialect != Dialect::MySql {
        return Ok((sql, values));
    }
    let mut rewritten = String::with_capacity(sql.as_str().len());
    let mut copied = 0;
    for placeholder in &placeholders {
        let range = placeholder.span.range();
        rewritten.push_str(&sql.as_str()[copied..range.start]);
        rewritten.push('?');
        copied = range.end;
    }
    rewritten.push_str(&sql.as_str()[copied..]);
    let values = numbers.iter().map(|&number| values[number - 1].clone()).collect();
    Ok((AssertSqlSafe(rewritten).into_sql_str(), values))
}

/// From 1.
fn number(sql: &str, placeholder: &Placeholder) -> Result<usize, String> {
    placeholder.number.map(usize::from).ok_or_else(|| {
        format!("`{}` is not a placeholder: write `$1`, `$2` … on every database", placeholder.span.of(sql))
    })
}
