//! Everything that migrations can leave behind, as lines.

use std::collections::BTreeMap;

use uno_migrate::Dialect;

use crate::support::AnyDatabase;

/// Log, counter, catalogue and history; what is there twice is in it twice.
pub(crate) async fn snapshot(dialect: Dialect, database: &AnyDatabase) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for (what, question) in questions(dialect) {
        let rows = database.texts(question).await.map_err(|error| format!("{what}: {error}"))?;
        lines.extend(rows.into_iter().map(|row| format!("{what} {row}")));
    }
    Ok(lines)
}

fn questions(dialect: Dialect) -> [(&'static str, &'static str); 5] {
    let (columns, indexes, history) = match dialect {
        Dialect::Postgres => (
            "SELECT table_name || '.' || column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name NOT LIKE 'uno\\_%' ORDER BY 1",
            "SELECT c.relname || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END FROM pg_index i
             JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'public' AND c.relname NOT LIKE 'uno\\_%' ORDER BY 1",
            "SELECT id || ' ' || status || ' ' || COALESCE(error, '-') FROM uno_migrations ORDER BY seq, id",
        ),
        Dialect::MySql => (
            "SELECT CONCAT(table_name, '.', column_name) FROM information_schema.columns
             WHERE table_schema = DATABASE() AND table_name NOT LIKE 'uno\\_%' ORDER BY 1",
            "SELECT CONCAT(table_name, '.', index_name) FROM information_schema.statistics
             WHERE table_schema = DATABASE() AND table_name NOT LIKE 'uno\\_%' ORDER BY 1",
            "SELECT CONCAT(id, ' ', CAST(status AS CHAR) COLLATE utf8mb4_nopad_bin, ' ', CAST(COALESCE(error, '-') AS CHAR) COLLATE utf8mb4_nopad_bin) FROM uno_migrations ORDER BY seq, id",
        ),
        Dialect::Sqlite => (
            "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'uno\\_%' ESCAPE '\\' ORDER BY 1",
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name NOT LIKE 'uno\\_%' ESCAPE '\\' ORDER BY 1",
            "SELECT id || ' ' || status || ' ' || COALESCE(error, '-') FROM uno_migrations ORDER BY seq, id",
        ),
    };
    let counter = if dialect == Dialect::MySql {
        "SELECT CAST(n AS CHAR) FROM counters"
    } else {
        "SELECT CAST(n AS TEXT) FROM counters"
    };
    [
        ("log", "SELECT mark FROM log ORDER BY 1"),
        ("counter", counter),
        ("column", columns),
        ("index", indexes),
        ("history", history),
    ]
}

/// What is there too often, and what is missing.
pub(crate) fn difference(expected: &[String], found: &[String]) -> Option<String> {
    if expected == found {
        return None;
    }
    let mut balance = BTreeMap::<&str, i64>::new();
    for line in found {
        *balance.entry(line).or_default() += 1;
    }
    for line in expected {
        *balance.entry(line).or_default() -= 1;
    }
    let lines: Vec<_> = balance.into_iter().filter(|(_, n)| *n != 0).map(|(line, n)| format!("{n:+} {line}")).collect();
    Some(if lines.is_empty() { format!("another order: {found:?}") } else { lines.join("\n    ") })
}
