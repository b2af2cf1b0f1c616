//! A history row in a message that several migrations share.

use std::mem;

use crate::applied::HistoryStatus;
use crate::dialect::{HistoryTable, NulError, Prepared, Write};

/// What PostgreSQL cannot read as a number, and so fails with.
const SUPERSEDED: &str = "'the history is not as it was read'";

/// What rows may differ in, with their types; namespace and id go first.
const VALUES: [(&str, &str); 14] = [
    ("namespace", "text"),
    ("id", "text"),
    ("name", "text"),
    ("version", "text"),
    ("description", "text"),
    ("tags", "text"),
    ("depends", "text"),
    ("dialect", "text"),
    ("checksum", "text"),
    ("execution_ms", "bigint"),
    ("error", "text"),
    ("down_sql", "text"),
    ("breaking", "text"),
    ("metadata", "text"),
];

/// One statement, so that the fence, the row and the verdict on both cannot be told apart by an error. `clock_timestamp()`
/// is the only clock that moves within a message, and the row before says when its migration had ended. A new row looks at
/// that one once for all that is to be known of it.
pub(super) fn record(table: &HistoryTable, write: &Write<'_>, lease: i64) -> Result<Prepared, NulError> {
    let Write { row, before, previous, .. } = *write;
    let mut values = table.values(row, before)?;
    let (mut types, mut given) = (Vec::new(), Vec::new());
    for (name, value) in &mut values {
        if let Some((_, r#type)) = VALUES.iter().find(|(own, _)| own == name) {
            types.push(*r#type);
            given.push(mem::replace(value, format!("${}", types.len())));
        }
    }
    let (namespace, id) = (types.len() + 1, types.len() + 2);
    types.extend(["text", "text"]);
    given.extend(match previous {
        Some(previous) => [table.text().literal(&previous.namespace)?, table.text().literal(&previous.id)?],
        None => ["NULL".to_owned(), "NULL".to_owned()],
    });
    let is_it = format!("previous.namespace = ${namespace} AND previous.id = ${id}");
    let before_it = |column: &str| match before {
        None => format!("previous.{column}"),
        Some(_) => format!("(SELECT {column} FROM {} AS previous WHERE {is_it})", table.qualified()),
    };
    let time = if row.status == HistoryStatus::Reverted { "reverted_at" } else { "applied_at" };
    let since = format!("GREATEST({}, statement_timestamp())", before_it(time));
    for (name, value) in &mut values {
        match *name {
            "execution_ms" if row.status == HistoryStatus::Applied => {
                *value = format!("(extract(epoch FROM clock_timestamp() - {since}) * 1000)::bigint");
            }
            // To look for the last place in the whole history takes the longer the more there is.
            "seq" => *value = format!("COALESCE({} + 1, {value})", before_it("seq")),
            _ => {}
        }
    }
    let written = match before {
        None => {
            let (names, values): (Vec<_>, Vec<_>) = values.iter().map(|(name, value)| (*name, value.as_str())).unzip();
            let (own, names, values) = (table.qualified(), names.join(", "), values.join(", "));
            format!("INSERT INTO {own} ({names}) SELECT {values} FROM fence LEFT JOIN {own} AS previous ON {is_it}")
        }
        Some(before) => {
            let one = HistoryTable::as_it_stood("namespace = $1 AND id = $2", row, before);
            format!("{} AND EXISTS (SELECT FROM fence)", table.set(&values, &one))
        }
    };
    let fence = table.write_fence(lease).unwrap_or_default();
    let statement = format!(
        "({}) AS WITH fence AS ({fence} RETURNING 1), written AS ({written} RETURNING {time}) \
         SELECT (CASE count(*) WHEN 1 \
         THEN (extract(epoch FROM max({time}) - statement_timestamp()) * 1000000)::bigint::text \
         ELSE {SUPERSEDED} END)::bigint FROM written",
        types.join(", ")
    );
    Ok(Prepared { statement, values: given.join(", ") })
}
