//! What migrations do to rows.

use super::super::author::{Author, Kind, Step, Table};

fn overriding(table: &Table) -> &'static str {
    if table.always { "OVERRIDING SYSTEM VALUE " } else { "" }
}

/// Keys that nobody else takes.
fn keys(author: &mut Author) -> usize {
    author.number() * 1000
}

pub(super) fn insert(author: &mut Author) -> Step {
    let (table, first) = (author.table(), keys(author));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let (overriding, name) = (overriding(&table), &table.name);
    let [a, b] = [author.text(), author.text()];
    let last = first + 2;
    let up = format!(
        "INSERT INTO {name} (id, {text}, {number}) {overriding}VALUES ({first}, {a}, 1), ({}, {b}, 2.5E0), ({last}, U&'d\\0061t\\+000061', DEFAULT)",
        first + 1
    );
    Step::new(
        format!("rows of {name}"),
        [up],
        [format!("DELETE FROM ONLY {name} AS t WHERE t.id BETWEEN {first} AND {last}")],
    )
}

pub(super) fn upsert(author: &mut Author) -> Step {
    let (table, first) = (author.table(), keys(author));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let (overriding, name, value) = (overriding(&table), &table.name, author.text());
    let up = match author.random.below(2) {
        0 => format!(
            "INSERT INTO {name} AS t (id, {text}) {overriding}VALUES ({first}, {value}) ON CONFLICT (id) DO UPDATE SET {text} = EXCLUDED.{text} || t.{text}, {number} = t.{number} + 1 WHERE t.id > 0 RETURNING id, ({text} IS NULL) AS \"was null\""
        ),
        _ => format!(
            "INSERT INTO {name} (id, {text}) {overriding}SELECT {first}, {value} WHERE NOT EXISTS (SELECT FROM {name} WHERE id = {first}) ON CONFLICT DO NOTHING"
        ),
    };
    Step::new(format!("seed {name}"), [up], [format!("DELETE FROM {name} WHERE id = {first}")])
}

pub(super) fn update(author: &mut Author) -> Step {
    let (table, other) = (author.table(), author.table());
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let flag = author.column(&other, Kind::Flag);
    let (table, other) = (table.name, other.name);
    let up = match author.random.below(3) {
        0 => format!(
            "UPDATE {table} AS t SET {text} = left(t.{text}, 100), {number} = CASE WHEN o.{flag} THEN 1 ELSE 0 END FROM {other} AS o WHERE o.id = t.id AND t.{text} IS NOT NULL"
        ),
        1 => format!(
            "UPDATE {table} SET ({text}, {number}) = (SELECT 'x'::TEXT, 1) WHERE id = ANY (ARRAY[1, 2, 3]) OR id IN (SELECT id FROM {other} TABLESAMPLE SYSTEM (10))"
        ),
        _ => format!(
            "UPDATE ONLY {table} SET {text} = regexp_replace({text}, '(;|--)', '\\1', 'g') WHERE {text} ~ '[;''\"]' AND {number} BETWEEN SYMMETRIC 5 AND 0"
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
            format!("CREATE TABLE {name} (id BIGINT, amount NUMERIC)"),
            format!(
                "WITH gone AS (DELETE FROM {table} WHERE id < -100 RETURNING *), kept AS NOT MATERIALIZED (SELECT id, {number} FROM gone), numbers (n) AS (VALUES (1), (2)) INSERT INTO {name} SELECT k.id, k.{number} FROM kept k UNION ALL SELECT n, NULL FROM numbers EXCEPT SELECT 5, 5 ORDER BY 1 FETCH FIRST 10 ROWS ONLY"
            ),
            format!(
                "MERGE INTO {name} AS m USING (SELECT 1::BIGINT AS id) AS s ON m.id = s.id WHEN MATCHED AND m.amount IS NULL THEN UPDATE SET amount = 0 WHEN NOT MATCHED THEN INSERT VALUES (s.id, 1)"
            ),
        ],
        [format!("TRUNCATE {name} RESTART IDENTITY CASCADE"), format!("DROP TABLE {name}")],
    )
}

pub(super) fn series(author: &mut Author) -> Step {
    let (table, first) = (author.table(), keys(author));
    let (text, overriding, name) = (author.column(&table, Kind::Text), overriding(&table), &table.name);
    Step::new(
        format!("many of {name}"),
        [format!(
            "INSERT INTO {name} (id, {text}) {overriding}SELECT n, 'row ' || n || E'\\t\\'' || repeat(';', 3) FROM generate_series({first}, {}) WITH ORDINALITY AS g (n, at) WHERE at % 2 = 0 OR n <> ALL (ARRAY[1])",
            first + 50
        )],
        [format!("DELETE FROM {name} USING (SELECT {first} AS low) AS bounds WHERE id >= low AND id <= low + 50")],
    )
}

pub(super) fn json(author: &mut Author) -> Step {
    let table = author.table();
    let json = author.column(&table, Kind::Json);
    let table = table.name;
    let up = match author.random.below(3) {
        0 => format!(
            "UPDATE {table} SET {json} = jsonb_set(COALESCE({json}, '{{}}'), '{{a,0}}', to_jsonb(id), TRUE) WHERE {json} ? 'a' OR {json} @> '{{\"b\": 1}}' OR {json} ?| ARRAY['c', 'd']"
        ),
        1 => format!(
            "UPDATE {table} SET {json} = {json} - 'old' || jsonb_build_object('new', {json} -> 'old', 'at', now()) WHERE {json} #> '{{x,y}}' IS NOT NULL AND {json} @? '$.a[*] ? (@ > 2)'"
        ),
        _ => format!(
            "SELECT count(*), jsonb_agg(DISTINCT e.value ORDER BY e.value) FROM {table}, LATERAL jsonb_each({json}) AS e (key, value) WHERE jsonb_typeof(e.value) = 'number'"
        ),
    };
    Step::new(format!("json of {table}"), [up], [])
}

pub(super) fn delete(author: &mut Author) -> Step {
    let (table, other) = (author.table().name, author.table().name);
    Step::new(
        format!("clean {table}"),
        [
            format!("DELETE FROM {table} a USING {other} b WHERE a.id = b.id AND a.ctid < b.ctid AND a.id < -1000"),
            format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"),
            "SAVEPOINT before_it".to_owned(),
            format!(
                "DELETE FROM {table} WHERE id < -1 AND (id, -1) IN (SELECT id, -1 FROM {other}) AND EXISTS (TABLE {other})"
            ),
            "ROLLBACK TO SAVEPOINT before_it".to_owned(),
            "RELEASE SAVEPOINT before_it".to_owned(),
        ],
        [],
    )
}

pub(super) fn settings(author: &mut Author) -> Step {
    let table = author.table().name;
    Step::new(
        format!("settings for {table}"),
        [
            "SET LOCAL lock_timeout = '3s'".to_owned(),
            "SET LOCAL TIME ZONE 'UTC'".to_owned(),
            "SELECT set_config('app.user', 'it''s; me', TRUE), current_setting('app.user', TRUE)".to_owned(),
            format!("SELECT pg_advisory_xact_lock(hashtext('{}')), COUNT(*) FROM {table}", author.seed()),
            "SET CONSTRAINTS ALL IMMEDIATE".to_owned(),
        ],
        [],
    )
}
