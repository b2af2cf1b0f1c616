//! What wants a file of its own.

use super::super::author::{Author, Step};

/// The twelve steps of SQLite's own documentation, as one file.
pub(super) fn rebuild(author: &mut Author) -> Step {
    let name = author.name("rebuilt");
    Step::new(
        format!("rebuild {name}"),
        [
            format!("CREATE TABLE {name} (id INTEGER PRIMARY KEY, note TEXT)"),
            format!("CREATE TABLE {name}_child (id INTEGER PRIMARY KEY, of INTEGER REFERENCES {name} (id) ON DELETE CASCADE)"),
            format!("INSERT INTO {name} VALUES (1, 'a'), (2, 'b;')"),
            format!("INSERT INTO {name}_child VALUES (1, 1)"),
            format!("CREATE TABLE new_{name} (id INTEGER PRIMARY KEY, note TEXT NOT NULL DEFAULT '', extra ANY) STRICT"),
            format!("INSERT INTO new_{name} (id, note) SELECT id, coalesce(note, '') FROM {name}"),
            format!("DROP TABLE {name}"),
            format!("ALTER TABLE new_{name} RENAME TO {name}"),
            format!("CREATE INDEX ix_{name} ON {name} (note)"),
            "PRAGMA foreign_key_check".to_owned(),
        ],
        [format!("DROP TABLE {name}_child"), format!("DROP TABLE {name}")],
    )
    .with("ForeignKeys: off")
}

pub(super) fn vacuum(author: &mut Author) -> Step {
    let table = author.table().name;
    Step::new(format!("vacuum after {table}"), ["VACUUM".to_owned(), "PRAGMA wal_checkpoint(TRUNCATE)".to_owned()], [])
        .with("Transaction: none")
}
