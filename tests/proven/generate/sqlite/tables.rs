//! Tables and their columns.

use super::super::author::{Author, Column, Kind, Step, Table};

/// What may stand in `ALTER TABLE … ADD` too: constant defaults.
fn column(kind: Kind, author: &mut Author) -> (Column, String) {
    let name = author.new_column_name();
    let text = author.text();
    let definition = match (kind, author.random.below(4)) {
        (Kind::Text, 0) => format!("TEXT NOT NULL DEFAULT {text} COLLATE NOCASE"),
        (Kind::Text, 1) => "VARCHAR(255) DEFAULT NULL".to_owned(),
        (Kind::Text, 2) => "".to_owned(),
        (Kind::Text, _) => format!("TEXT CHECK ({name} IS NULL OR LENGTH({name}) < 1000)"),
        (Kind::Number, 0) => "INTEGER NOT NULL DEFAULT 0".to_owned(),
        (Kind::Number, 1) => "NUMERIC(12,2) DEFAULT 0.00".to_owned(),
        (Kind::Number, 2) => "REAL DEFAULT 1.5e3".to_owned(),
        (Kind::Number, _) => format!("INT CONSTRAINT {} CHECK ({name} BETWEEN 0 AND 1000000)", author.name("ck")),
        (Kind::Flag, 0) => "BOOLEAN NOT NULL DEFAULT FALSE".to_owned(),
        (Kind::Flag, _) => "INTEGER DEFAULT TRUE".to_owned(),
        (Kind::Time, 0) => "TEXT DEFAULT '2020-01-01T00:00:00Z'".to_owned(),
        (Kind::Time, _) => "UNSIGNED BIG INT DEFAULT +0".to_owned(),
        (Kind::Json, 0) => "JSON NOT NULL DEFAULT '{}'".to_owned(),
        (Kind::Json, _) => format!("TEXT DEFAULT '{{\"a\": [1]}}' CHECK ({name} IS NULL OR json_valid({name}))"),
    };
    let definition = format!("{name} {definition}").trim_end().to_owned();
    (Column { name, kind, is_free: false }, definition)
}

pub(super) fn create(author: &mut Author) -> Step {
    let name = author.new_table_name();
    let key = match author.random.below(3) {
        0 => "id INTEGER PRIMARY KEY AUTOINCREMENT",
        1 => "\"id\" INTEGER NOT NULL PRIMARY KEY ASC ON CONFLICT FAIL",
        _ => "id INTEGER PRIMARY KEY",
    };
    let (mut columns, mut lines) = (Vec::new(), vec![key.to_owned()]);
    for kind in [Kind::Text, Kind::Number, Kind::Flag, Kind::Time, Kind::Json] {
        for _ in 0..1 + author.random.below(2) {
            let (column, line) = column(kind, author);
            columns.push(column);
            lines.push(line);
        }
    }
    let number = columns.iter().find(|column| column.kind == Kind::Number).map(|column| column.name.clone());
    let number = number.unwrap_or_default();
    let mut constraints = Vec::new();
    let extra = [
        "created_on TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP".to_owned(),
        "created_at TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))".to_owned(),
        "blob_of BLOB DEFAULT x'DEADBEEF'".to_owned(),
        "expires INTEGER DEFAULT (unixepoch() + 60 * 60)".to_owned(),
        "big BIGINT DEFAULT 0xFF".to_owned(),
    ];
    lines.push(extra[author.random.below(extra.len())].clone());
    if author.tables.len() > 1 && author.chance(2) {
        let (parent, column) = (author.table().name, author.name("parent"));
        lines.push(match author.random.below(2) {
            0 => format!("{column} INTEGER REFERENCES {parent} (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED"),
            _ => format!("{column} INTEGER"),
        });
        if author.chance(2) {
            constraints.push(format!("FOREIGN KEY ({column}) REFERENCES {parent}(id) ON UPDATE CASCADE"));
        }
    }
    if author.chance(3) {
        constraints.push(format!("UNIQUE (id, {number}) ON CONFLICT IGNORE"));
    }
    if author.chance(4) {
        constraints.push(format!("CONSTRAINT {} CHECK ({number} IS NULL OR {number} > -100)", author.name("ck")));
    }
    lines.extend(constraints);
    let exists = author.random.of(&["", "", "IF NOT EXISTS ", "IF NOT EXISTS main."]);
    let up = format!("CREATE TABLE {exists}{name} (\n    {}\n)", lines.join(",\n    "));
    let down = format!("DROP TABLE {}{name}", author.random.of(&["", "IF EXISTS "]));
    author.tables.push(Table { schema: String::new(), name: name.clone(), columns, always: false });
    Step::new(format!("create {name}"), [up], [down])
}

pub(super) fn add_column(author: &mut Author) -> Step {
    let table = author.table();
    let kind = [Kind::Text, Kind::Number, Kind::Time][author.random.below(3)];
    let (mut added, line) = column(kind, author);
    added.is_free = true;
    let column = added.name.clone();
    author.remember(&table, added);
    let word = author.random.of(&["ADD COLUMN", "ADD"]);
    let table = table.name;
    Step::new(
        format!("add to {table}"),
        [format!("ALTER TABLE {table} {word} {line}")],
        [format!("ALTER TABLE {table} DROP COLUMN {column}")],
    )
}

pub(super) fn drop_column(author: &mut Author) -> Step {
    let Some((table, column)) = author.forget_free_column() else { return add_column(author) };
    let (table, column) = (table.name, column.name);
    Step::new(
        format!("drop from {table}"),
        [format!("ALTER TABLE {table} DROP COLUMN {column}")],
        [format!("ALTER TABLE {table} ADD COLUMN {column} TEXT")],
    )
}

pub(super) fn rename_column(author: &mut Author) -> Step {
    let Some((table, column)) = author.forget_free_column() else { return add_column(author) };
    let new = author.new_column_name();
    author.remember(&table, Column { name: new.clone(), ..column.clone() });
    let (table, old) = (table.name, column.name);
    Step::new(
        format!("rename in {table}"),
        [format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}")],
        [format!("ALTER TABLE {table} RENAME {new} TO {old}")],
    )
}

pub(super) fn renamed(author: &mut Author) -> Step {
    let name = author.name("old");
    Step::new(
        name.clone(),
        [
            format!("CREATE TABLE {name} (a INT, b TEXT, c ANY, PRIMARY KEY (a, b)) STRICT"),
            format!("ALTER TABLE {name} RENAME TO {name}_new"),
        ],
        [format!("DROP TABLE {name}_new")],
    )
}

pub(super) fn copies(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("copy"));
    let column = author.column(&table, Kind::Text);
    let table = table.name;
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE TABLE {name} AS SELECT id, {column} AS label, typeof({column}) \"kind; of\" FROM {table} WHERE FALSE"
            ),
            format!("CREATE TEMP TABLE {name}_t AS VALUES (1, 'a'), (2, 'b;')"),
            format!("INSERT INTO {name} (id, label) SELECT column1, column2 FROM temp.{name}_t"),
            format!("DROP TABLE temp.{name}_t"),
        ],
        [format!("DROP TABLE {name}")],
    )
}

pub(super) fn without_rowid(author: &mut Author) -> Step {
    let name = author.name("pairs");
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE TABLE {name} (\"left\" INTEGER NOT NULL, \"right\" TEXT NOT NULL, weight REAL, PRIMARY KEY (\"left\", \"right\" DESC)) WITHOUT ROWID, STRICT"
            ),
            format!("INSERT OR REPLACE INTO {name} VALUES (1, 'a', 1.5), (1, 'b', NULL)"),
        ],
        [format!("DROP TABLE {name}")],
    )
}

pub(super) fn generated(author: &mut Author) -> Step {
    let name = author.name("boxes");
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE TABLE {name} (w INT, h INT, area INT GENERATED ALWAYS AS (w * h) STORED, label TEXT AS (w || 'x' || h || ';') VIRTUAL, meta TEXT, kind TEXT AS (meta ->> '$.kind'))"
            ),
            format!("ALTER TABLE {name} ADD COLUMN twice INT AS (area * 2)"),
            format!(
                "INSERT INTO {name} (w, h, meta) VALUES (2, 3, '{{\"kind\": \"a\"}}') RETURNING area, label AS \"the label\""
            ),
        ],
        [format!("DROP TABLE IF EXISTS {name}")],
    )
}
