//! Tables and their columns.

use super::super::author::{Author, Column, Kind, Step, Table};

fn column(kind: Kind, author: &mut Author) -> (Column, String) {
    let name = author.new_column_name();
    let definition = match (kind, author.random.below(4)) {
        (Kind::Text, 0) => {
            "VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT 'it\\'s; \"x\"'".to_owned()
        }
        (Kind::Text, 1) => "VARCHAR(120) NULL COMMENT 'a; b -- c /* d'".to_owned(),
        (Kind::Text, 2) => "CHAR(36) DEFAULT (UUID())".to_owned(),
        (Kind::Text, _) => format!("VARCHAR(200) DEFAULT \"it's\" CHECK (CHAR_LENGTH({name}) < 199)"),
        (Kind::Number, 0) => "INT(11) UNSIGNED NOT NULL DEFAULT 0".to_owned(),
        (Kind::Number, 1) => "DECIMAL(12,2) DEFAULT '0.00'".to_owned(),
        (Kind::Number, 2) => "DOUBLE DEFAULT 1.5e3".to_owned(),
        (Kind::Number, _) => "BIGINT NULL DEFAULT NULL COMMENT \"number; of\"".to_owned(),
        (Kind::Flag, 0) => "TINYINT(1) NOT NULL DEFAULT 0".to_owned(),
        (Kind::Flag, 1) => "BOOLEAN DEFAULT TRUE".to_owned(),
        (Kind::Flag, _) => "BIT(1) DEFAULT b'0'".to_owned(),
        (Kind::Time, 0) => {
            "DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6)".to_owned()
        }
        (Kind::Time, 1) => "TIMESTAMP NULL DEFAULT NULL".to_owned(),
        (Kind::Time, _) => "DATETIME DEFAULT '2020-01-01 00:00:00'".to_owned(),
        (Kind::Json, 0) => "JSON DEFAULT '{}'".to_owned(),
        (Kind::Json, _) => format!(
            "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '{{\"a\": [1]}}' CHECK (JSON_VALID({name}))"
        ),
    };
    let definition = format!("{name} {definition}");
    (Column { name, kind, is_free: false }, definition)
}

pub(super) fn create(author: &mut Author) -> Step {
    let name = author.new_table_name();
    let key = match author.random.below(3) {
        0 => "`id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY",
        1 => "id BIGINT NOT NULL AUTO_INCREMENT, PRIMARY KEY (id)",
        _ => "id BIGINT PRIMARY KEY",
    };
    let (mut columns, mut lines) = (Vec::new(), vec![key.to_owned()]);
    for kind in [Kind::Text, Kind::Number, Kind::Flag, Kind::Time, Kind::Json] {
        for _ in 0..1 + author.random.below(2) {
            let (column, line) = column(kind, author);
            columns.push(column);
            lines.push(line);
        }
    }
    let find =
        |kind| columns.iter().find(|column| column.kind == kind).map(|column| column.name.clone()).unwrap_or_default();
    let (text, number) = (find(Kind::Text), find(Kind::Number));
    let mut extra = vec![
        format!("size_{} ENUM('small', 'it''s big', 'x;y') NOT NULL DEFAULT 'small'", author.number()),
        format!("days_{} SET('mon', 'tue') DEFAULT 'mon,tue'", author.number()),
        format!("twice_{} DECIMAL(20,2) AS ({number} * 2) VIRTUAL", author.number()),
        format!("half_{} DOUBLE GENERATED ALWAYS AS ({number} / 2) PERSISTENT", author.number()),
        format!("KEY {} ({text}(20), {number})", author.name("k")),
        format!("UNIQUE KEY `uq {}` (id, {number})", author.number()),
        format!("INDEX {} USING BTREE ({number} DESC)", author.name("ix")),
        format!("CONSTRAINT {} CHECK ({number} IS NULL OR {number} >= 0)", author.name("ck")),
        format!("raw_{} BINARY(16), blob_{0} MEDIUMBLOB", author.number()),
        format!("mac_{} VARBINARY(8) DEFAULT x'DEADBEEF', year_{0} YEAR DEFAULT 2020", author.number()),
        format!("ip_{} INET6 DEFAULT '::1', hidden_{0} INT INVISIBLE DEFAULT 3", author.number()),
    ];
    for _ in 0..author.random.below(4) {
        let at = author.random.below(extra.len());
        lines.push(extra.swap_remove(at));
    }
    if author.tables.len() > 1 && author.chance(2) {
        let (parent, name) = (author.table().name, author.name("fk"));
        lines.push(format!("parent_{name} BIGINT, CONSTRAINT {name} FOREIGN KEY (parent_{name}) REFERENCES {parent} (id) ON DELETE CASCADE ON UPDATE RESTRICT"));
    }
    let options = author.random.of(&[
        " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
        " ENGINE = InnoDB, COMMENT = 'it''s; a table', ROW_FORMAT = DYNAMIC",
        " /*!50100 DEFAULT CHARACTER SET utf8mb4 */",
        "",
    ]);
    let exists = author.random.of(&["", "", "IF NOT EXISTS "]);
    let up = format!("CREATE TABLE {exists}{name} (\n    {}\n){options}", lines.join(",\n    "));
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
    let place = author.random.of(&["", " FIRST", " AFTER id", " AFTER `id`, ALGORITHM=COPY"]);
    let word = author.random.of(&["ADD COLUMN", "ADD", "ADD COLUMN IF NOT EXISTS"]);
    let table = table.name;
    Step::new(
        format!("add to {table}"),
        [format!("ALTER TABLE {table} {word} {line}{place}")],
        [format!("ALTER TABLE {table} DROP COLUMN {column}")],
    )
}

pub(super) fn drop_column(author: &mut Author) -> Step {
    let Some((table, column)) = author.forget_free_column() else { return add_column(author) };
    let kind = match column.kind {
        Kind::Number => "DECIMAL(12, 2)",
        Kind::Time => "DATETIME",
        _ => "VARCHAR(100)",
    };
    let (table, column) = (table.name, column.name);
    Step::new(
        format!("drop from {table}"),
        [format!("ALTER TABLE {table} DROP {column}")],
        [format!("ALTER TABLE {table} ADD {column} {kind} NULL")],
    )
}

pub(super) fn rename_column(author: &mut Author) -> Step {
    let (table, old, new) = (author.table().name, author.new_column_name(), author.new_column_name());
    Step::new(
        format!("rename in {table}"),
        [
            format!("ALTER TABLE {table} ADD {old} INT DEFAULT 4, ADD COLUMN x_helper INT"),
            format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}, DROP COLUMN x_helper"),
            format!("ALTER TABLE {table} CHANGE COLUMN {new} {old} BIGINT NOT NULL DEFAULT 5 COMMENT 'was; an int'"),
        ],
        [format!("ALTER TABLE {table} DROP COLUMN {old}")],
    )
}

pub(super) fn modify(author: &mut Author) -> Step {
    let (table, column) = (author.table().name, author.new_column_name());
    Step::new(
        format!("retype in {table}"),
        [
            format!("ALTER TABLE {table} ADD COLUMN {column} VARCHAR(20) DEFAULT '12'"),
            format!("ALTER TABLE {table} MODIFY COLUMN {column} VARCHAR(64) CHARACTER SET latin1 NOT NULL DEFAULT '7'"),
            format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT '8', COMMENT = 'retyped'"),
            format!("ALTER TABLE {table} MODIFY {column} INT NULL"),
        ],
        [format!("ALTER TABLE {table} DROP COLUMN IF EXISTS {column}")],
    )
}

pub(super) fn constrain(author: &mut Author) -> Step {
    let table = author.table();
    let (number, name) = (author.column(&table, Kind::Number), author.name("ck"));
    let table = table.name;
    Step::new(
        format!("constrain {table}"),
        [format!(
            "ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({number} IS NULL OR {number} > -1), ADD UNIQUE INDEX {name}_u (id, {number})"
        )],
        [format!("ALTER TABLE {table} DROP CONSTRAINT {name}, DROP INDEX {name}_u")],
    )
}

pub(super) fn partitions(author: &mut Author) -> Step {
    let (name, kind) = (author.name("measurements"), author.random.below(4));
    let by = match kind {
        0 => "RANGE (YEAR(taken_on)) (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE)",
        1 => "LIST (id) (PARTITION p0 VALUES IN (1, 2, 3), PARTITION p1 VALUES IN (4, 5) COMMENT = 'a; b')",
        2 => "HASH (id) PARTITIONS 4",
        _ => {
            "RANGE COLUMNS (taken_on) (PARTITION p0 VALUES LESS THAN ('2020-01-01') ENGINE = InnoDB, PARTITION p1 VALUES LESS THAN (MAXVALUE))"
        }
    };
    let mut up = vec![format!(
        "CREATE TABLE {name} (id INT NOT NULL, taken_on DATE NOT NULL, PRIMARY KEY (id, taken_on)) ENGINE=InnoDB PARTITION BY {by}"
    )];
    if kind == 0 {
        up.push(format!("ALTER TABLE {name} REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (2030), PARTITION p2 VALUES LESS THAN (MAXVALUE))"));
        up.push(format!("ALTER TABLE {name} TRUNCATE PARTITION p0"));
    }
    Step::new(name.clone(), up, [format!("DROP TABLE {name}")])
}

pub(super) fn copies(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("copy"));
    let column = author.column(&table, Kind::Text);
    let table = table.name;
    let up = match author.random.below(3) {
        0 => vec![format!("CREATE TABLE {name} LIKE {table}"), format!("ALTER TABLE {name} ADD extra INT FIRST")],
        // An expression: MariaDB before 10.11.19 takes a column's `CHECK` along that speaks of its former name.
        1 => vec![format!(
            "CREATE OR REPLACE TABLE {name} (PRIMARY KEY (id)) ENGINE=InnoDB AS SELECT id, UPPER({column}) AS label FROM {table} WHERE 1 = 0"
        )],
        _ => vec![
            format!("CREATE TABLE {name} SELECT id, {column} FROM {table} LIMIT 0"),
            format!("RENAME TABLE {name} TO {name}_b, {name}_b TO {name}"),
        ],
    };
    Step::new(name.clone(), up, [format!("DROP TABLE {name}")])
}

pub(super) fn options(author: &mut Author) -> Step {
    let table = author.table().name;
    Step::new(
        format!("tune {table}"),
        [
            format!("ALTER TABLE {table} COMMENT 'it''s; tuned', ROW_FORMAT=DYNAMIC"),
            format!("ANALYZE TABLE {table}"),
            format!("ALTER TABLE {table} AUTO_INCREMENT = 100000"),
        ],
        [format!("ALTER TABLE {table} COMMENT ''")],
    )
}

pub(super) fn renamed(author: &mut Author) -> Step {
    let name = author.name("old");
    Step::new(
        name.clone(),
        [
            format!("CREATE TABLE {name} (id INT)"),
            format!("ALTER TABLE {name} RENAME TO {name}_new"),
            format!("RENAME TABLE {name}_new TO {name}_newest"),
        ],
        [format!("DROP TABLE IF EXISTS {name}_newest, {name}")],
    )
}
