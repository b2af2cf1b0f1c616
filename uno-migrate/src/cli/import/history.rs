//! The other tool's table as it is read, and whether it says what the files say.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::AssertSqlSafe;

use super::original::Found;
use super::tools::Tool;
pub(super) use crate::dialect::foreign::Kind;
use crate::dialect::foreign::rows;
use crate::{Context, Result};

/// A tool's table, and what of it matters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    /// What the tool calls it.
    pub(super) name: &'static str,
    pub(super) columns: &'static [(&'static str, Kind)],
    pub(super) order: &'static str,
    /// A column that it has.
    pub(super) mark: &'static str,
    /// A column that a table of the same name has if it is somebody else's.
    pub(super) absent: Option<&'static str>,
}

/// The columns of a row, all of them as text.
pub(super) type Cells = Vec<Option<String>>;

/// A migration that the tool has applied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) applied_at: Option<DateTime<Utc>>,
    pub(super) took: Duration,
    pub(super) checksum: Option<String>,
    /// The tool says that it was not finished.
    pub(super) is_dirty: bool,
}

/// Whose tables a database has.
pub(super) async fn tables(ctx: &mut Context<'_>) -> Result<BTreeSet<Tool>> {
    let mut found = BTreeSet::new();
    for tool in Tool::ALL {
        if exists(ctx, tool.table(), None).await? {
            found.insert(tool);
        }
    }
    Ok(found)
}

async fn exists(ctx: &mut Context<'_>, table: Table, name: Option<&str>) -> Result<bool> {
    let name = name.unwrap_or(table.name);
    if !ctx.table_exists(name).await? || !ctx.column_exists(name, table.mark).await? {
        return Ok(false);
    }
    match table.absent {
        Some(column) => Ok(!ctx.column_exists(name, column).await?),
        None => Ok(true),
    }
}

/// The rows of a tool's table; none where there is no such table.
pub(super) async fn read(ctx: &mut Context<'_>, tool: Tool, name: Option<&str>) -> Result<Option<Vec<Cells>>> {
    let table = tool.table();
    if !exists(ctx, table, name).await? {
        return Ok(None);
    }
    let columns: Vec<_> = table.columns.iter().map(|&(name, kind)| (ctx.quote_ident(name), kind)).collect();
    let quoted: Vec<String> = name.unwrap_or(table.name).split('.').map(|part| ctx.quote_ident(part)).collect();
    let (from, order) = (quoted.join("."), ctx.quote_ident(table.order));
    let rows = ctx.fetch_all(AssertSqlSafe(rows(ctx.dialect(), &columns, &from, &order))).await?;
    let cells =
        rows.iter().map(|row| (0..table.columns.len()).map(|column| row.get(column)).collect::<Result<Cells>>());
    cells.collect::<Result<Vec<Cells>>>().map(Some)
}

/// A time as tables of these tools have it; without an offset, it is UTC.
pub(super) fn time(text: Option<&String>) -> Option<DateTime<Utc>> {
    let text = text?.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let with_offset = ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z"];
    let found = with_offset.iter().find_map(|form| DateTime::parse_from_str(text, form).ok());
    found.map(|time| time.to_utc()).or_else(|| {
        let forms = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"];
        forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).map(|time| time.and_utc())
    })
}

/// As the three databases write it.
pub(super) fn is_true(text: Option<&String>) -> bool {
    matches!(text.map(String::as_str), Some("1" | "t" | "true" | "TRUE"))
}

/// What keeps the history from being taken over: it does not say what the files say.
pub(super) fn doubts(tool: Tool, entries: &[Entry], found: &Found) -> Vec<String> {
    let mut doubts = Vec::new();
    for entry in entries {
        let original = found.originals.iter().find(|original| original.key == entry.key);
        let called =
            original.map_or_else(|| format!("version {}", entry.key), |original| format!("`{}`", original.shown));
        if entry.is_dirty {
            doubts.push(format!("{called} was begun by {tool} and not finished"));
        }
        if let (Some(original), Some(checksum)) = (original, &entry.checksum)
            && !original.checksums.is_empty()
            && !original.checksums.iter().any(|known| known.eq_ignore_ascii_case(checksum))
        {
            doubts.push(format!("{called} has changed since {tool} applied it"));
        }
    }
    doubts
}
