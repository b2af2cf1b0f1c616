//! SQL without values, which the [dialect](crate::dialect) has spelled.

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::Connection;
use crate::value::Row;

/// Runs one statement or several.
pub(crate) async fn send(connection: &mut dyn Connection, text: impl Into<String>) -> Result<(), sqlx::Error> {
    execute(connection, text).await.map(drop)
}

/// The same, and the sum of the rows that they affected.
pub(crate) async fn execute(connection: &mut dyn Connection, text: impl Into<String>) -> Result<u64, sqlx::Error> {
    connection.execute(AssertSqlSafe(text.into()).into_sql_str()).await
}

/// The rows of one statement or several, one after the other.
pub(crate) async fn rows(connection: &mut dyn Connection, text: impl Into<String>) -> Result<Vec<Row>, sqlx::Error> {
    connection.fetch(AssertSqlSafe(text.into()).into_sql_str()).try_collect().await
}
