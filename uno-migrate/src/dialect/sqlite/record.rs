//! A history row in a message that several migrations share. SQLite plans each statement anew, since each migration changes
//! the schema: so there are few, and those are short.

use chrono::Utc;

use super::checkpoint;
use crate::applied::HistoryStatus;
use crate::dialect::lease::lease_name;
use crate::dialect::{HistoryTable, NOBODY, NulError, Recorded, SqlText, Write};
use crate::driver::Checkpoint;

/// There is hardly another function that fails.
pub(super) const FAIL: &str = "SELECT abs(-9223372036854775808) WHERE";

/// Whoever writes has the file for itself, so that what is seen now stays so. Returns nothing: to hear of a row takes longer
/// than to look.
pub(super) fn stands(text: &dyn SqlText, table: &HistoryTable, write: &Write<'_>) -> Result<String, NulError> {
    let status = table.status(write.row)?;
    let is_changed = match write.before {
        None => format!("EXISTS ({status})"),
        Some(before) => format!("({status}) IS NOT {}", text.literal(before.name())?),
    };
    let is_busy = is_busy(text, table, write)?.map(|is_busy| format!(" OR {is_busy}")).unwrap_or_default();
    Ok(format!("{FAIL} {is_changed}{is_busy}"))
}

/// Whether somebody has held the lease since the history was read, where this run does not hold it.
fn is_busy(text: &dyn SqlText, table: &HistoryTable, write: &Write<'_>) -> Result<Option<String>, NulError> {
    Ok(match write.quiet {
        // Nobody ever has held it. The list of all tables takes the longer the more there are.
        Some(NOBODY) => {
            let (lease, schema) = (text.literal(&lease_name(&table.name))?, text.literal(&table.schema)?);
            Some(format!("EXISTS (SELECT 1 FROM pragma_table_info({lease}, {schema}))"))
        }
        Some(epoch) => Some(format!("NOT {}", table.is_quiet(epoch))),
        None => None,
    })
}

/// The clock is that of this process, which is why it is not asked how long the migration took.
pub(super) fn record(text: &dyn SqlText, table: &HistoryTable, write: &Write<'_>) -> Result<Recorded, NulError> {
    let Write { row, before, lease, previous, .. } = *write;
    let time = if row.status == HistoryStatus::Reverted { "reverted_at" } else { "applied_at" };
    let since = match previous {
        Some(previous) => format!("(SELECT {time} FROM {} WHERE {})", table.qualified(), table.named(previous)?),
        None => text.time(Utc::now()),
    };
    // The column makes an integer of it.
    let took = format!("round((julianday('now') - julianday({since})) * 86400000)");
    let is_busy = is_busy(text, table, write)?;
    let is_busy = is_busy.as_deref().unwrap_or("0");
    let ends = checkpoint::ends(Checkpoint::Row);
    let texts = match (before, lease) {
        // What is inserted under no condition is there, or has failed.
        (None, None) => {
            // There is no larger number, so that it fails if that is 1. A statement of its own would take longer.
            let took = format!("min({took}, abs(-9223372036854775807 - ({ends} OR {is_busy})))");
            vec![table.inserted(&table.values_in_message(write, &took)?, None)]
        }
        _ => {
            let values = table.values_in_message(write, &took)?;
            let written = match before {
                None => table.inserted(&values, lease.map(|epoch| table.is_at(epoch))),
                Some(before) => format!("{}{}", table.updated(&values, row, before)?, table.under(lease)),
            };
            vec![format!("{FAIL} {ends} OR {is_busy}"), written, format!("{FAIL} changes() <> 1")]
        }
    };
    Ok(Recorded::Silently(texts))
}
