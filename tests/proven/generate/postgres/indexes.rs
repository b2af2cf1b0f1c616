//! Indexes.

use super::super::author::{Author, Kind, Step};

/// An index on some table: what stands behind `ON`, given its columns.
fn index(author: &mut Author, unique: &str, on: impl Fn(&mut Author, [&str; 5]) -> String) -> Step {
    let table = author.table();
    let [text, number, flag, time, json] =
        [Kind::Text, Kind::Number, Kind::Flag, Kind::Time, Kind::Json].map(|kind| author.column(&table, kind));
    let name = author.name("idx");
    let on = on(author, [&text, &number, &flag, &time, &json]);
    let exists = author.random.of(&["", "", "IF NOT EXISTS "]);
    Step::new(
        format!("index {}", table.name),
        [format!("CREATE {unique}INDEX {exists}{name} ON {}{on}", table.name)],
        [format!("DROP INDEX {}{name}", table.schema)],
    )
}

pub(super) fn plain(author: &mut Author) -> Step {
    index(author, "", |author, [text, number, _, time, _]| match author.random.below(3) {
        0 => format!(" ({text})"),
        1 => format!(" USING btree ({number} DESC NULLS LAST, {time} ASC)"),
        _ => format!("({text} COLLATE \"C\" varchar_pattern_ops, {number})"),
    })
}

pub(super) fn partial(author: &mut Author) -> Step {
    index(author, "", |author, [text, number, flag, ..]| match author.random.below(3) {
        0 => format!(" ({text}) WHERE {flag}"),
        1 => format!(" ({number}) WHERE {text} IS NOT NULL AND {text} <> ''"),
        _ => format!(" ({text}, {number}) INCLUDE ({flag}) WHERE NOT {flag} OR {number} > 0"),
    })
}

pub(super) fn expression(author: &mut Author) -> Step {
    index(author, "", |author, [text, number, _, time, json]| match author.random.below(4) {
        0 => format!(" (LOWER({text}))"),
        1 => format!(" ((({json} ->> 'a')), COALESCE({number}, 0))"),
        2 => format!(" (md5({text}), ({json} #>> '{{a,b}}') DESC)"),
        _ => format!(" (({time} IS NULL), date_trunc('day', '2020-01-01'::timestamp))"),
    })
}

pub(super) fn inverted(author: &mut Author) -> Step {
    index(author, "", |author, [text, _, _, _, json]| match author.random.below(3) {
        0 => format!(" USING GIN ({json})"),
        1 => format!(" USING gin ({json} jsonb_path_ops) WITH (fastupdate = off)"),
        _ => format!(" USING GIN (to_tsvector('english'::regconfig, COALESCE({text}, '')))"),
    })
}

pub(super) fn unique(author: &mut Author) -> Step {
    index(author, "UNIQUE ", |author, [text, _, flag, ..]| match author.random.below(2) {
        0 => format!(" (id, {text})"),
        _ => format!(" (id) NULLS NOT DISTINCT WHERE {flag} IS TRUE"),
    })
}

pub(super) fn odd(author: &mut Author) -> Step {
    index(author, "", |author, [text, number, _, time, _]| match author.random.below(4) {
        0 => format!(" USING hash ({text})"),
        1 => format!(" USING BRIN ({time}) WITH (pages_per_range = 16)"),
        2 => format!(" ({number}) WITH (fillfactor = 70) TABLESPACE pg_default"),
        _ => format!(" USING spgist ({text} text_ops)"),
    })
}
