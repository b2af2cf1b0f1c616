//! What migrations do to rows.

use super::super::author::{Author, Kind, Step};

fn keys(author: &mut Author) -> usize {
    author.number() * 1000
}

pub(super) fn insert(author: &mut Author) -> Step {
    let (table, first) = (author.table(), keys(author));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let (table, a) = (table.name, author.text());
    let up = match author.random.below(3) {
        0 => format!(
            "INSERT INTO {table} (id, {text}, {number}) VALUES ({first}, {a}, 1), ({}, 'it\\'s; \\\\', 2.0), ({}, \"say \\\"x\\\"; --\", DEFAULT)",
            first + 1,
            first + 2
        ),
        1 => format!("INSERT IGNORE INTO {table} SET id = {first}, {text} = {a}, {number} = 0x1F"),
        _ => format!(
            "INSERT LOW_PRIORITY INTO {table} (id, {text}) VALUES ({first}, _utf8mb4'x;y' COLLATE utf8mb4_bin) RETURNING id, {text}"
        ),
    };
    Step::new(
        format!("rows of {table}"),
        [up],
        [format!("DELETE FROM {table} WHERE id BETWEEN {first} AND {} ORDER BY id LIMIT 10", first + 2)],
    )
}

pub(super) fn upsert(author: &mut Author) -> Step {
    let (table, first) = (author.table(), keys(author));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let (table, value) = (table.name, author.text());
    let up = match author.random.below(2) {
        0 => format!(
            "INSERT INTO {table} (id, {text}) VALUES ({first}, {value}) ON DUPLICATE KEY UPDATE {text} = VALUES({text}), {number} = IFNULL({number}, 0) + 1"
        ),
        _ => format!(
            "REPLACE INTO {table} (id, {text}) SELECT {first}, {value} FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE id = {first})"
        ),
    };
    Step::new(format!("seed {table}"), [up], [format!("DELETE FROM {table} WHERE id = {first}")])
}

pub(super) fn update(author: &mut Author) -> Step {
    let (table, other) = (author.table(), author.table());
    let text = author.column(&table, Kind::Text);
    let (table, other) = (table.name, other.name);
    let up = match author.random.below(3) {
        0 => format!(
            "UPDATE {table} AS a INNER JOIN {other} AS b ON a.id = b.id SET a.{text} = LEFT(a.{text}, 30) WHERE b.id > 5"
        ),
        1 => format!(
            "UPDATE {table} SET {text} = REPLACE({text}, ';', ',') WHERE {text} REGEXP '[;\\'\"]' AND NOT {text} <=> NULL ORDER BY id LIMIT 100"
        ),
        _ => format!(
            "UPDATE LOW_PRIORITY {table} SET {text} = IF({text} LIKE '%\\%%' ESCAPE '\\\\', CONCAT_WS('-', 'a', {text} DIV 2), {text}) WHERE id IN (1, 2, -3) XOR id = 4"
        ),
    };
    // `'a' DIV 2` warns, and in an update that is an error.
    let up = up.replace(&format!("{text} DIV 2"), "7 DIV 2");
    Step::new(format!("fill {table}"), [up], [])
}

pub(super) fn from_cte(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("moved"));
    let number = author.column(&table, Kind::Number);
    let table = table.name;
    Step::new(
        name.clone(),
        [
            format!("CREATE TABLE {name} (id BIGINT, amount DOUBLE)"),
            format!(
                "INSERT INTO {name} WITH kept AS (SELECT id, {number} FROM {table}), numbers (n) AS (VALUES (1), (2)) SELECT k.id, k.{number} FROM kept k UNION ALL SELECT n, NULL FROM numbers EXCEPT SELECT 5, 5"
            ),
            format!(
                "SELECT id, COUNT(*), GROUP_CONCAT(DISTINCT amount ORDER BY amount DESC SEPARATOR '; ') FROM {name} GROUP BY id WITH ROLLUP"
            ),
        ],
        [format!("TRUNCATE TABLE {name}"), format!("DROP TABLE {name}")],
    )
}

pub(super) fn json(author: &mut Author) -> Step {
    let table = author.table();
    let (json, table) = (author.column(&table, Kind::Json), table.name);
    Step::new(
        format!("json of {table}"),
        [
            format!(
                "UPDATE {table} SET {json} = JSON_SET(COALESCE({json}, '{{}}'), '$.a', id, '$.\"b;c\"', JSON_ARRAY(1, 'x')) WHERE JSON_EXTRACT({json}, '$.a') IS NULL"
            ),
            format!(
                "SELECT t.id, j.n FROM {table} t, JSON_TABLE(t.{json}, '$.list[*]' COLUMNS (n INT PATH '$.n' DEFAULT '0' ON EMPTY)) AS j"
            ),
        ],
        [],
    )
}

pub(super) fn delete(author: &mut Author) -> Step {
    let (table, other) = (author.table().name, author.table().name);
    Step::new(
        format!("clean {table}"),
        [
            format!(
                "DELETE a FROM {table} AS a LEFT JOIN {other} AS b ON a.id = b.id WHERE b.id IS NULL AND a.id < -1000"
            ),
            format!("DELETE QUICK FROM {table} WHERE id < -1 AND (id, 1) IN (SELECT -5, 1)"),
        ],
        [],
    )
}

pub(super) fn prepared(author: &mut Author) -> Step {
    let (table, column) = (author.table().name, author.name("maybe"));
    Step::new(
        format!("maybe extend {table}"),
        [
            format!(
                "SET @sql = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name = '{column}') = 0, 'ALTER TABLE {table} ADD COLUMN {column} INT', 'DO 0; ')"
            ),
            "PREPARE change_it FROM @sql".to_owned(),
            "EXECUTE change_it".to_owned(),
            "DEALLOCATE PREPARE change_it".to_owned(),
        ],
        [format!("ALTER TABLE {table} DROP COLUMN {column}")],
    )
}

pub(super) fn settings(author: &mut Author) -> Step {
    let table = author.table().name;
    Step::new(
        format!("settings for {table}"),
        [
            "SET @before = @@SESSION.foreign_key_checks, @note := 'it''s; set'".to_owned(),
            format!("SELECT COUNT(*) INTO @rows_before FROM {table}"),
            "DO SLEEP(0), @rows_before".to_owned(),
            "SET STATEMENT max_statement_time = 60 FOR SELECT 1".to_owned(),
        ],
        [],
    )
}
