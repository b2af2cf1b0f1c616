//! A history row in a message that several migrations share.

use crate::applied::HistoryStatus;
use crate::dialect::{HistoryTable, NulError, Write};

/// What PostgreSQL cannot read as a number, and so fails with.
const SUPERSEDED: &str = "'the history is not as it was read'";

/// One statement, so that the fence, the row and the verdict on both cannot be told apart by an error. `clock_timestamp()`
/// is the only clock that moves within a message, and the row before says when its migration had ended.
pub(super) fn record(table: &HistoryTable, write: &Write<'_>, lease: i64) -> Result<String, NulError> {
    let Write { row, before, previous, .. } = *write;
    let time = if row.status == HistoryStatus::Reverted { "reverted_at" } else { "applied_at" };
    let since = match previous {
        Some(previous) => format!("(SELECT {time} FROM {} WHERE {})", table.qualified(), table.named(previous)?),
        None => "statement_timestamp()".to_owned(),
    };
    let took = format!("(extract(epoch FROM clock_timestamp() - {since}) * 1000)::bigint");
    let values = table.values_in_message(write, &took)?;
    let written = match before {
        None => {
            let (names, values): (Vec<_>, Vec<_>) = values.iter().map(|(name, value)| (*name, value.as_str())).unzip();
            format!("INSERT INTO {} ({}) SELECT {} FROM fence", table.qualified(), names.join(", "), values.join(", "))
        }
        Some(before) => format!("{} AND EXISTS (SELECT FROM fence)", table.updated(&values, row, before)?),
    };
    let fence = table.write_fence(lease).unwrap_or_default();
    Ok(format!(
        "WITH fence AS ({fence} RETURNING 1), written AS ({written} RETURNING {time}) \
         SELECT (CASE count(*) WHEN 1 THEN (extract(epoch FROM max({time}) - {since}) * 1000000)::bigint::text \
         ELSE {SUPERSEDED} END)::bigint FROM written"
    ))
}
