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
/// is the only clock that moves within a message, and the row before says when its migration had ended.
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
    let before_it = |column: &str| {
        let own = table.qualified();
        format!("(SELECT {column} FROM {own} AS previous WHERE namespace = ${namespace} AND id = ${id})")
    };
    let time = if row.status == HistoryStatus::Reverted { "reverted_at" } else { "applied_at" };
    let since = format!("GREATEST({}, statement_timestamp())", before_it(time));
    for (name, value) in &mut values {
        match *name {
            "execution_ms" if row.status == HistoryStatus::Applied => {
                *value = format!("(extract(epoch FROM clock_timestamp() - {since}) * 1000)::bigint");
            }
            // To look for the last place in the whole history takes the longer the more there is.
            "seq" => *value = format!("COALESCE({}, {value})", before_it("seq + 1")),
            _ => {}
        }
    }
    let statement = match before {
        None => new_row(table, values, lease, time),
        Some(before) => {
            let one = HistoryTable::as_it_stood("namespace = $1 AND id = $2", row, before);
            changed_row(table, &values, &one, lease, time)
        }
    };
    Ok(Prepared { statement: format!("({}) AS {statement}", types.join(", ")), values: given.join(", ") })
}

/// The fence is a value of the row, locked while it is read: with a part of its own for the fence, and another for what it
/// and the row come to, a statement takes a third longer.
fn new_row(table: &HistoryTable, mut values: Vec<(&str, String)>, lease: i64, time: &str) -> String {
    for (name, value) in &mut values {
        if *name == "epoch" {
            *value = format!("COALESCE(({})::text, {SUPERSEDED})::bigint", table.lock_fence(lease));
        }
    }
    format!("{} RETURNING {}", table.inserted(&values, None), since_message(time))
}

/// A row that is not there has no values.
fn changed_row(table: &HistoryTable, values: &[(&str, String)], one: &str, lease: i64, time: &str) -> String {
    let (fence, written) = (table.write_fence(lease).unwrap_or_default(), table.set(values, one));
    format!(
        "WITH fence AS ({fence} RETURNING 1), written AS ({written} AND EXISTS (SELECT FROM fence) RETURNING {time}) \
         SELECT (CASE count(*) WHEN 1 THEN {}::text ELSE {SUPERSEDED} END)::bigint FROM written",
        since_message(&format!("max({time})"))
    )
}

fn since_message(time: &str) -> String {
    format!("(extract(epoch FROM {time} - statement_timestamp()) * 1000000)::bigint")
}
