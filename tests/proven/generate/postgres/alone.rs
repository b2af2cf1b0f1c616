//! What wants a file of its own.

use super::super::author::{Author, Kind, Step};

pub(super) fn concurrently(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("idx_c"));
    let (text, flag) = (author.column(&table, Kind::Text), author.column(&table, Kind::Flag));
    Step::new(
        format!("index {} concurrently", table.name),
        [format!("CREATE INDEX CONCURRENTLY {name} ON {} ({text}) WHERE {flag}", table.name)],
        [format!("DROP INDEX CONCURRENTLY {}{name}", table.schema)],
    )
    .with("Transaction: none")
}

pub(super) fn enum_value(author: &mut Author) -> Step {
    let Some(name) = author.enums.last().cloned() else { return concurrently(author) };
    let value = author.name("state");
    let place = author.random.of(&["", " BEFORE 'new'", " AFTER 'running'"]);
    // No database takes a value back.
    Step::new(
        format!("{name} gets a value"),
        [format!("ALTER TYPE {name} ADD VALUE IF NOT EXISTS '{value}'{place}")],
        [],
    )
    .with("Version: 3.0")
}

pub(super) fn timeouts(author: &mut Author) -> Step {
    let (table, column) = (author.table().name, author.new_column_name());
    Step::new(
        format!("patiently widen {table}"),
        [format!("ALTER TABLE {table} ADD COLUMN {column} INT")],
        [format!("ALTER TABLE {table} DROP COLUMN {column}")],
    )
    .with("LockTimeout: 2s")
    .with("StatementTimeout: 1min")
}

pub(super) fn vacuum(author: &mut Author) -> Step {
    let table = author.table().name;
    Step::new(
        format!("vacuum {table}"),
        [format!("VACUUM (ANALYZE, VERBOSE FALSE) {table}"), format!("REINDEX TABLE CONCURRENTLY {table}")],
        [],
    )
    .with("transaction : none")
}

pub(super) fn validated(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("ck_late"));
    let (number, table) = (author.column(&table, Kind::Number), table.name);
    Step::new(
        format!("validate {table}"),
        [
            format!("ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({number} IS NULL OR {number} > -5) NOT VALID"),
            format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}"),
        ],
        [format!("ALTER TABLE {table} DROP CONSTRAINT {name}")],
    )
    .with("Transaction: none")
    .with("Version: 2.4")
}
