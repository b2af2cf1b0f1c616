//! A history row in a message that several migrations share.

use crate::applied::{AppliedMigration, HistoryStatus};
use crate::dialect::{HistoryTable, NulError, Write};

/// What PostgreSQL cannot read as a number, and so fails with.
const SUPERSEDED: &str = "'the history is not as it was read'";

/// One statement, so that the fence, the row and the verdict on both cannot be told apart by an error. `clock_timestamp()`
/// is the only clock that moves within a message, and the row before says when its migration had ended.
pub(super) fn record(table: &HistoryTable, write: &Write<'_>) -> Result<String, NulError> {
    let Write { row, before, lease, previous } = *write;
    let time = if row.status == HistoryStatus::Reverted { "reverted_at" } else { "applied_at" };
    let since = match previous {
        Some(previous) => format!("(SELECT {time} FROM {} WHERE {})", table.qualified(), table.named(previous)?),
        None => "statement_timestamp()".to_owned(),
    };
    let values = values(table, row, before, &since, previous)?;
    let history = table.qualified();
    let written = match before {
        None => {
            let (names, values): (Vec<_>, Vec<_>) = values.iter().map(|(name, value)| (*name, value.as_str())).unzip();
            format!("INSERT INTO {history} ({}) SELECT {} FROM fence", names.join(", "), values.join(", "))
        }
        Some(before) => {
            let values = values.iter().filter(|(name, _)| !matches!(*name, "namespace" | "id"));
            let values: Vec<_> = values.map(|(name, value)| format!("{name} = {value}")).collect();
            let one = table.one(row, before)?;
            format!("UPDATE {history} SET {} WHERE {one} AND EXISTS (SELECT FROM fence)", values.join(", "))
        }
    };
    let fence = table.write_fence(lease).unwrap_or_default();
    Ok(format!(
        "WITH fence AS ({fence} RETURNING 1), written AS ({written} RETURNING {time}) \
         SELECT (CASE count(*) WHEN 1 THEN (extract(epoch FROM max({time}) - {since}) * 1000000)::bigint::text \
         ELSE {SUPERSEDED} END)::bigint FROM written"
    ))
}

/// Its time and its place follow from the row before, where there is one: to look for the last place in the whole history
/// takes the longer the more there is.
fn values(
    table: &HistoryTable,
    row: &AppliedMigration,
    before: Option<HistoryStatus>,
    since: &str,
    previous: Option<&AppliedMigration>,
) -> Result<Vec<(&'static str, String)>, NulError> {
    let mut values = table.values(row, before)?;
    for (name, value) in &mut values {
        match (*name, previous) {
            ("execution_ms", _) if row.status == HistoryStatus::Applied => {
                *value = format!("(extract(epoch FROM clock_timestamp() - {since}) * 1000)::bigint");
            }
            ("seq", Some(previous)) => {
                *value = format!("(SELECT seq + 1 FROM {} WHERE {})", table.qualified(), table.named(previous)?);
            }
            _ => {}
        }
    }
    Ok(values)
}
