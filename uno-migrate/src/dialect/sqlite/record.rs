//! A history row in a message that several migrations share.

use chrono::Utc;

use crate::applied::HistoryStatus;
use crate::dialect::{HistoryTable, NulError, SqlText, Write};

/// There is hardly another function that fails.
const FAIL: &str = "abs(-9223372036854775808)";

/// Whoever writes has the file for itself, so that what is seen now stays so.
pub(super) fn stands(text: &dyn SqlText, table: &HistoryTable, write: &Write<'_>) -> Result<String, NulError> {
    let status = write.before.map_or(Ok("NULL".to_owned()), |before| text.literal(before.name()))?;
    let is_quiet = write.quiet.map_or(Ok("1".to_owned()), |epoch| table.is_quiet(epoch))?;
    let stands = format!("({}) IS {status} AND {is_quiet}", table.status(write.row)?);
    Ok(format!("SELECT CASE WHEN {stands} THEN 1 ELSE {FAIL} END"))
}

/// The clock is that of this process.
pub(super) fn record(text: &dyn SqlText, table: &HistoryTable, write: &Write<'_>) -> Result<String, NulError> {
    let Write { row, before, lease, previous, .. } = *write;
    let time = if row.status == HistoryStatus::Reverted { "reverted_at" } else { "applied_at" };
    let since = match previous {
        Some(previous) => format!("(SELECT {time} FROM {} WHERE {})", table.qualified(), table.named(previous)?),
        None => text.time(Utc::now()),
    };
    let took = |unit: u32| format!("CAST(round((julianday('now') - julianday({since})) * 86400 * {unit}) AS INTEGER)");
    let values = table.values_in_message(write, &took(1_000))?;
    let written = match before {
        None => table.inserted(&values, lease.map(|epoch| table.is_at(epoch))),
        Some(before) => format!("{}{}", table.updated(&values, row, before)?, table.under(lease)),
    };
    let took = took(1_000_000);
    Ok(format!("{written}; SELECT CASE changes() WHEN 1 THEN {took} ELSE {FAIL} END"))
}
