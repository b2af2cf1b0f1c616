//! Indexes.

use super::super::author::{Author, Kind, Step};

pub(super) fn plain(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("ix"));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let table = table.name;
    let up = match author.random.below(4) {
        0 => format!("CREATE INDEX {name} ON {table} ({text})"),
        1 => format!("CREATE UNIQUE INDEX {name} USING BTREE ON {table} (id, {number} ASC) COMMENT 'a; b'"),
        2 => format!(
            "CREATE INDEX IF NOT EXISTS {name} ON {table} ({text}(10), {number} DESC) ALGORITHM=INPLACE LOCK=NONE"
        ),
        _ => format!("CREATE OR REPLACE INDEX {name} ON {table} ({number}) IGNORED"),
    };
    Step::new(format!("index {table}"), [up], [format!("DROP INDEX {name} ON {table}")])
}

pub(super) fn inside(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("ix"));
    let (time, table) = (author.column(&table, Kind::Time), table.name);
    Step::new(
        format!("index {table}"),
        [format!("ALTER TABLE {table} ADD INDEX {name} ({time}), ADD KEY {name}_b ({time}, id)")],
        [format!("ALTER TABLE {table} DROP KEY {name}_b, DROP INDEX {name}")],
    )
}

pub(super) fn fulltext(author: &mut Author) -> Step {
    let name = author.name("texts");
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE TABLE {name} (id INT PRIMARY KEY, title VARCHAR(200), body TEXT, FULLTEXT KEY ft (title, body)) ENGINE=InnoDB"
            ),
            format!("INSERT INTO {name} VALUES (1, 'it''s', 'a; b'), (2, \"it's\", 'c \\'d\\' -- e')"),
            format!(
                "SELECT id, MATCH (title, body) AGAINST ('+a -\"b\"' IN BOOLEAN MODE) AS score FROM {name} ORDER BY score DESC"
            ),
        ],
        [format!("DROP TABLE {name}")],
    )
}

pub(super) fn spatial(author: &mut Author) -> Step {
    let name = author.name("places");
    Step::new(
        name.clone(),
        [
            format!(
                "CREATE TABLE {name} (id INT PRIMARY KEY, at POINT NOT NULL, area POLYGON NULL, SPATIAL INDEX (at))"
            ),
            format!("INSERT INTO {name} (id, at) VALUES (1, POINT(1, 2)), (2, ST_GeomFromText('POINT(3 4)'))"),
        ],
        [format!("DROP TABLE {name}")],
    )
}

pub(super) fn online(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("ix"));
    let (number, table) = (author.column(&table, Kind::Number), table.name);
    Step::new(
        format!("index {table} online"),
        [format!("ALTER ONLINE TABLE {table} ADD INDEX {name} ({number}), ALGORITHM = INPLACE, LOCK = NONE")],
        [format!("ALTER TABLE {table} DROP INDEX {name}")],
    )
    .with("LockTimeout: 3s")
}
