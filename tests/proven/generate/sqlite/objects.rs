//! Indexes, triggers, views, virtual tables.

use super::super::author::{Author, Kind, Step};

pub(super) fn index(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("ix"));
    let [text, number, flag, json] =
        [Kind::Text, Kind::Number, Kind::Flag, Kind::Json].map(|kind| author.column(&table, kind));
    let table = table.name;
    let on = match author.random.below(6) {
        0 => format!("({text})"),
        1 => format!("({text} COLLATE NOCASE DESC, {number} ASC)"),
        2 => format!("(LOWER({text}), abs({number} + 1))"),
        3 => format!("({number}) WHERE {flag} AND {text} IS NOT NULL"),
        4 => format!("(json_extract({json}, '$.a'))"),
        _ => format!("(id, CASE WHEN {flag} THEN 1 ELSE 0 END)"),
    };
    let unique = if on.starts_with("(id") { "UNIQUE " } else { "" };
    let exists = author.random.of(&["", "IF NOT EXISTS "]);
    Step::new(
        format!("index {table}"),
        [format!("CREATE {unique}INDEX {exists}{name} ON {table} {on}")],
        [format!("DROP INDEX {name}")],
    )
}

pub(super) fn trigger(author: &mut Author) -> Step {
    let (table, other, name) = (author.table(), author.table(), author.name("tr"));
    let [text, number, time] = [Kind::Text, Kind::Number, Kind::Time].map(|kind| author.column(&table, kind));
    let (table, other) = (table.name, other.name);
    let up = match author.random.below(3) {
        0 => format!(
            "CREATE TRIGGER {name} AFTER UPDATE OF {text}, {number} ON {table} FOR EACH ROW WHEN OLD.{text} IS NOT NEW.{text} BEGIN\n  -- it's touched; always\n  UPDATE {table} SET {time} = CASE WHEN NEW.{number} IS NULL THEN 0 ELSE 1 END WHERE id = NEW.id;\n  SELECT CASE WHEN NEW.id = -99 THEN RAISE(ABORT, 'no; it''s wrong') END;\nEND"
        ),
        1 => format!(
            "CREATE TRIGGER IF NOT EXISTS {name} BEFORE DELETE ON {table} BEGIN SELECT 1; DELETE FROM {other} WHERE id = -OLD.id; INSERT OR IGNORE INTO {other} (id) SELECT 1 WHERE FALSE; END"
        ),
        _ => format!(
            "CREATE TRIGGER {name} INSERT ON {table} WHEN (SELECT count(*) FROM {other}) > 1000000 BEGIN SELECT RAISE(IGNORE); END"
        ),
    };
    Step::new(format!("trigger on {table}"), [up], [format!("DROP TRIGGER IF EXISTS {name}")])
}

pub(super) fn instead(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("editable"));
    let text = author.column(&table, Kind::Text);
    let table = table.name;
    Step::new(
        name.clone(),
        [
            format!("CREATE VIEW {name} (id, label) AS SELECT id, {text} FROM {table}"),
            format!(
                "CREATE TRIGGER {name}_write INSTEAD OF UPDATE ON {name} BEGIN UPDATE {table} SET {text} = CASE NEW.label WHEN 'a' THEN 'b' WHEN 'end;' THEN CASE WHEN 1 THEN 'c' END ELSE NEW.label END WHERE id = OLD.id; END"
            ),
        ],
        [format!("DROP TRIGGER {name}_write"), format!("DROP VIEW {name}")],
    )
}

pub(super) fn view(author: &mut Author) -> Step {
    let (table, other, name) = (author.table(), author.table(), author.name("v"));
    let (text, flag) = (author.column(&table, Kind::Text), author.column(&other, Kind::Flag));
    let (table, other) = (table.name, other.name);
    Step::new(
        name.clone(),
        [format!(
            "CREATE VIEW IF NOT EXISTS {name} AS SELECT a.id, a.{text} AS [label; x], iif(b.{flag}, 'yes; it is', 'no') AS `is set` FROM {table} AS a LEFT OUTER JOIN {other} b USING (id) WHERE a.id NOT IN (VALUES (-1), (-2)) AND a.{text} NOT GLOB '*[;]*' UNION ALL SELECT NULL, 'x', 1 ORDER BY 1 LIMIT 10 OFFSET 0"
        )],
        [format!("DROP VIEW {name}")],
    )
}

pub(super) fn windows(author: &mut Author) -> Step {
    let (table, name) = (author.table(), author.name("ranking"));
    let (text, number) = (author.column(&table, Kind::Text), author.column(&table, Kind::Number));
    let table = table.name;
    Step::new(
        name.clone(),
        [format!(
            "CREATE VIEW {name} AS WITH RECURSIVE steps (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM steps WHERE n < 5), ranked AS MATERIALIZED (SELECT id, {text} AS label, row_number() OVER w AS place, sum({number}) FILTER (WHERE {number} > 0) OVER (PARTITION BY {text} ORDER BY id GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) AS running FROM {table} WINDOW w AS (ORDER BY id DESC)) SELECT ranked.*, n FROM ranked, steps WHERE label IS DISTINCT FROM 'x'"
        )],
        [format!("DROP VIEW IF EXISTS {name}")],
    )
}

pub(super) fn search(author: &mut Author) -> Step {
    let name = author.name("texts");
    Step::new(
        name.clone(),
        [
            format!("CREATE VIRTUAL TABLE {name} USING fts5(title, body, content='', tokenize=\"unicode61\")"),
            format!("INSERT INTO {name} (rowid, title, body) VALUES (1, 'it''s', 'a; b'), (2, 'c', '-- d')"),
            format!("SELECT rowid, bm25({name}) FROM {name} WHERE {name} MATCH '\"a\" OR body: b*' ORDER BY rank"),
        ],
        [format!("DROP TABLE {name}")],
    )
}

pub(super) fn trees(author: &mut Author) -> Step {
    let name = author.name("places");
    Step::new(
        name.clone(),
        [
            format!("CREATE VIRTUAL TABLE {name} USING rtree(id, min_x, max_x, +label TEXT)"),
            format!("INSERT INTO {name} VALUES (1, -1.5, 2e1, 'it''s; here')"),
        ],
        [format!("DROP TABLE {name}")],
    )
}
