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
            "INSERT INTO {table} (id, {text}, {number}) VALUES ({first}, {a}, 1), ({}, 'b' || char(59) || x'41', .5e1), ({}, CAST(0x10 AS TEXT), 7)",
            first + 1,
            first + 2
        ),
        1 => format!(
            "INSERT OR IGNORE INTO main.{table} (id, {text}) SELECT {first}, {a} WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE id = {first})"
        ),
        _ => format!("REPLACE INTO {table} (id, {text}) VALUES ({first}, {a})"),
    };
    Step::new(
        format!("rows of {table}"),
        [up],
        [format!("DELETE FROM {table} WHERE id BETWEEN {first} AND {}", first + 2)],
    )
}

pub(super) fn upsert(author: &mut Author) -> Step {
    let (table, first) = (author.table(), keys(author));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let (table, value) = (table.name, author.text());
    Step::new(
        format!("seed {table}"),
        [format!(
            "INSERT INTO {table} AS t (id, {text}) VALUES ({first}, {value}) ON CONFLICT (id) DO UPDATE SET {text} = excluded.{text}, {number} = coalesce(t.{number}, 0) + 1 WHERE t.id > 0 ON CONFLICT DO NOTHING RETURNING *, id AS \"the id\""
        )],
        [format!("DELETE FROM {table} WHERE id == {first}")],
    )
}

pub(super) fn update(author: &mut Author) -> Step {
    let (table, other) = (author.table(), author.table());
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let (table, other) = (table.name, other.name);
    let up = match author.random.below(3) {
        0 => format!(
            "UPDATE {table} AS t SET {text} = substr(t.{text}, 1, 100) FROM (SELECT id FROM {other}) AS o WHERE o.id = t.id AND t.{text} NOTNULL"
        ),
        1 => format!(
            "UPDATE OR IGNORE {table} SET ({text}, {number}) = (SELECT 'x', 1) WHERE id IN (1, 2, 3) AND {text} LIKE '50\\%;' ESCAPE '\\'"
        ),
        _ => format!(
            "UPDATE {table} SET {text} = replace(replace({text}, ';', ','), char(10), '') WHERE ({number} & 1) = 0 AND {text} IS NOT NULL AND ~id <> 5"
        ),
    };
    Step::new(format!("fill {table}"), [up], [])
}

pub(super) fn from_cte(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("moved"));
    let number = author.column(&table, Kind::Number);
    let table = table.name;
    Step::new(
        name.clone(),
        [
            format!("CREATE TABLE {name} (id, amount)"),
            format!(
                "WITH kept AS NOT MATERIALIZED (SELECT id, {number} FROM {table}), numbers (n) AS (VALUES (1), (2)) INSERT INTO {name} SELECT k.id, k.{number} FROM kept k UNION ALL SELECT n, NULL FROM numbers EXCEPT SELECT 5, 5 ORDER BY 1 NULLS LAST LIMIT -1"
            ),
            format!(
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50) INSERT INTO {name} (id) SELECT i FROM n WHERE i % 2 = 0"
            ),
        ],
        [format!("DELETE FROM {name}"), format!("DROP TABLE {name}")],
    )
}

pub(super) fn json(author: &mut Author) -> Step {
    let table = author.table();
    let (json, table) = (author.column(&table, Kind::Json), table.name);
    Step::new(
        format!("json of {table}"),
        [
            format!(
                "UPDATE {table} SET {json} = json_set(coalesce({json}, '{{}}'), '$.a', id, '$.\"b;c\"', json_array(1, 'x')) WHERE {json} -> '$.a' IS NULL OR {json} ->> 'b' = 1"
            ),
            format!("SELECT t.id, e.value FROM {table} t, json_each(t.{json}, '$.list') AS e WHERE e.type <> 'null'"),
        ],
        [],
    )
}

pub(super) fn delete(author: &mut Author) -> Step {
    let (table, other) = (author.table().name, author.table().name);
    Step::new(
        format!("clean {table}"),
        [
            "SAVEPOINT before_it".to_owned(),
            format!(
                "DELETE FROM {table} WHERE id < -1000 AND rowid NOT IN (SELECT min(rowid) FROM {other} GROUP BY id HAVING count(*) > 0)"
            ),
            "ROLLBACK TRANSACTION TO SAVEPOINT before_it".to_owned(),
            "RELEASE before_it".to_owned(),
        ],
        [],
    )
}

pub(super) fn settings(author: &mut Author) -> Step {
    let (table, name) = (author.table().name, author.number());
    Step::new(
        format!("settings for {table}"),
        [
            format!("PRAGMA user_version = {name}"),
            "PRAGMA main.table_info('no; such')".to_owned(),
            format!("ANALYZE {table}"),
            format!("REINDEX {table}"),
            "PRAGMA defer_foreign_keys = ON".to_owned(),
        ],
        [],
    )
}
