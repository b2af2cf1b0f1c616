//! A row of the history table, as it is read.

use chrono::{DateTime, Utc};

use crate::applied::{AppliedMigration, Dependent, HistoryStatus};
use crate::error::Result;
use crate::value::Row;

pub(super) fn read(row: &Row) -> Result<AppliedMigration> {
    let status: String = row.get("status")?;
    Ok(AppliedMigration {
        namespace: row.get("namespace")?,
        id: row.get("id")?,
        seq: row.get("seq")?,
        name: row.get("name")?,
        version: row.get("version")?,
        description: row.get("description")?,
        tags: list(row, "tags")?,
        depends: list(row, "depends")?,
        dialect: row.get("dialect")?,
        checksum: row.get("checksum")?,
        status: HistoryStatus::from_name(&status).ok_or_else(|| format!("unknown status `{status}`"))?,
        applied_at: time(row, "applied_at")?,
        reverted_at: time(row, "reverted_at")?,
        execution_ms: row.get("execution_ms")?,
        applied_by: row.get("applied_by")?,
        epoch: row.get("epoch")?,
        statements_done: row.get("statements_done")?,
        error: row.get("error")?,
        down_sql: row.get("down_sql")?,
        breaking: row.get("breaking")?,
        metadata: row.get("metadata")?,
        format: row.get("format")?,
    })
}

pub(super) fn read_outside(row: &Row) -> Result<Dependent> {
    Ok(Dependent::new(row.get("namespace")?, row.get("id")?, &list(row, "depends")?))
}

fn list(row: &Row, column: &str) -> Result<Vec<String>> {
    Ok(serde_json::from_str(&row.get::<String>(column)?)?)
}

fn time(row: &Row, column: &str) -> Result<Option<DateTime<Utc>>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.map(|text| DateTime::parse_from_rfc3339(&text)).transpose()?.map(|time| time.to_utc()))
}
