//! Tables of other tools, read as text.

use uno_migrate_core::Dialect;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// RFC 3339 in UTC, or as the tool has written it.
    Time,
    /// Hexadecimal.
    Bytes,
}

/// All rows of a table; names are quoted already.
pub(crate) fn rows(dialect: Dialect, columns: &[(String, Kind)], table: &str, order: &str) -> String {
    let columns: Vec<String> = columns.iter().map(|(column, kind)| as_text(dialect, column, *kind)).collect();
    format!("SELECT {} FROM {table} ORDER BY {order}", columns.join(", "))
}

fn as_text(dialect: Dialect, column: &str, kind: Kind) -> String {
    match (dialect, kind) {
        (Dialect::Postgres, Kind::Time) => {
            format!(r#"to_char({column}::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"#)
        }
        (Dialect::Postgres, Kind::Bytes) => format!("encode({column}, 'hex')"),
        (Dialect::MySql | Dialect::Sqlite, Kind::Bytes) => format!("hex({column})"),
        (Dialect::MySql, Kind::Time) => format!("DATE_FORMAT({column}, '%Y-%m-%dT%H:%i:%s.%fZ')"),
        (Dialect::MySql, Kind::Text) => format!("CAST({column} AS CHAR)"),
        (Dialect::Postgres, Kind::Text) | (Dialect::Sqlite, _) => format!("CAST({column} AS TEXT)"),
    }
}
